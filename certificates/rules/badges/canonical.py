"""The one canonical form of a JSON-LD document, as bytes to be hashed.

Source: W3C RDF Dataset Canonicalization 1.0. PyLD does the work by URDNA2015, the draft of the same algorithm; the two
differ only in how they write control characters, and texts with those are refused here. The contexts are files beside
this module: no other address is read, and nothing is fetched.

PyLD leaves out a property that no context defines, so a signature would not cover it. Here that is refused.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from pyld import jsonld

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
FOLDER = Path(__file__).resolve().parent / "contexts"
# File and SHA-256 of each context that we know.
FILES = {
    CREDENTIALS_CONTEXT: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES_CONTEXT: (
        "open-badges-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
}

Document = Mapping[str, Any]


class UncanonicalError(Exception):
    """A document has no canonical form that every checker would agree on; the text says why."""


def canonical_hash(document: Document, contexts: Mapping[str, Document] | None = None) -> bytes:
    """Return the SHA-256 of a document's canonical form, 32 bytes. Raises `UncanonicalError`."""
    return hashlib.sha256(canonical_form(document, contexts).encode()).digest()


def canonical_form(document: Document, contexts: Mapping[str, Document] | None = None) -> str:
    """Return the canonical N-Quads of a document; `contexts` adds to or replaces those that we know.

    Raises `UncanonicalError`: unknown context, a property that no context defines, a control character, or JSON-LD
    that cannot be processed.
    """
    _refuse_control_characters(document)
    known = {**bundled_contexts(), **(contexts or {})}

    def load(url: str, options: Any) -> dict[str, Any]:
        if url not in known:
            raise UncanonicalError(f"The context {url} is not one that we know.")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    if contexts:  # contexts of other documents must not stay in the cache that all documents share
        options["contextResolver"] = jsonld.ContextResolver({}, load)
    try:
        form: str = jsonld.JsonLdProcessor(on_property_dropped=_refuse_undefined).normalize(document, options)
    except jsonld.JsonLdError as error:
        raise UncanonicalError("The document cannot be processed as JSON-LD.") from error
    return form


@cache
def bundled_contexts() -> dict[str, Document]:
    """Read the contexts that we ship. Raises `UncanonicalError` when a file is not what its owner published."""
    return {address: _context(name, sha256) for address, (name, sha256) in FILES.items()}


def _context(name: str, sha256: str) -> Document:
    content = (FOLDER / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UncanonicalError(f"The context {name} was changed. Restore it from the repository.")
    context: Document = json.loads(content)
    return context


def _refuse_undefined(name: Any) -> NoReturn:
    raise UncanonicalError(f"No context defines the property {name}, so no signature would cover it.")


def _refuse_control_characters(value: Any) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_control_characters(key)
            _refuse_control_characters(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_control_characters(item)
    elif isinstance(value, str) and any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise UncanonicalError("A text holds a control character, which checkers write in different ways.")
