"""Safe Exam Browser: reading our own settings file, its Config Key, and checking what a client presents.

Source: exams.md 2.5, after the developer page "Config Key" of Safe Exam Browser. A client hashes the address of each
page together with the key, so a header cannot be copied from one page to another. The name that a browser gives itself
proves nothing and is never asked.
"""

import base64
import hashlib
import hmac
import plistlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from xml.parsers.expat import ExpatError

LARGEST_FILE = 512 * 1024
LARGEST_SETTINGS = 4 * 1024 * 1024
DEEPEST = 20
GZIP = b"\x1f\x8b"
PLAIN_PREFIX = b"plnd"
ENCRYPTED_PREFIXES = (b"pswd", b"pwcc", b"pkhs", b"phsk")
CREATED_BY = "originatorVersion"
HEX_KEY = re.compile(r"[0-9a-f]{64}\Z")


class SettingsError(ValueError):
    """A settings file cannot be used; the text says what to do."""


class Proof(StrEnum):
    """What a request shows of its browser: nothing, the right key, or a wrong one."""

    NONE = "none"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Keys:
    """The keys that an exam accepts. A Config Key and Browser Exam Keys both have to match where both are set."""

    config_key: str = ""
    browser_keys: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Names this set of keys without giving them away; a proof holds for the set it was given for."""
        return hashlib.sha256("|".join((self.config_key, *self.browser_keys)).encode()).hexdigest()[:16]


def read_settings(content: bytes) -> dict[str, Any]:
    """Read a `.seb` file: an XML property list, bare or in the unencrypted wrapping of gzip and `plnd`.

    Raises `SettingsError`.
    """
    if len(content) > LARGEST_FILE:
        raise SettingsError("The file is larger than 512 kB. A settings file is not; choose another file.")
    content = _unpacked(content)
    if content.startswith(ENCRYPTED_PREFIXES):
        raise SettingsError(
            "The file is encrypted, so its Config Key cannot be worked out. Save it again in the SEB Configuration "
            "Tool without a settings password and without an encrypting identity."
        )
    if content.startswith(PLAIN_PREFIX):
        content = _unpacked(content[len(PLAIN_PREFIX) :])
    try:
        settings = plistlib.loads(content, fmt=plistlib.FMT_XML)
    except (ExpatError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise SettingsError("The file is not a settings file of Safe Exam Browser (a property list in XML).") from error
    if not isinstance(settings, dict) or not settings:
        raise SettingsError("The settings file holds no settings. Save it again in the SEB Configuration Tool.")
    return settings


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, LARGEST_SETTINGS)
    except zlib.error as error:
        raise SettingsError("The file is damaged. Download or save it again.") from error
    if unpacker.unconsumed_tail:
        raise SettingsError("The settings are larger than 4 MB. That is no settings file; choose another file.")
    if not unpacker.eof:
        raise SettingsError("The file is cut off. Download or save it again.")
    return unpacked


def config_key(settings: dict[str, Any]) -> str:
    """Return the Config Key: SHA-256 of the canonical text, in lower-case hex. Raises `SettingsError`."""
    return hashlib.sha256(canonical_text(settings).encode()).hexdigest()


def canonical_text(settings: dict[str, Any]) -> str:
    """Write settings as the one text that every client makes of them.

    Without white space and escapes; keys in order without regard to case (`allowWlan` before `allowWLAN`); dictionaries
    that hold nothing are left out, empty arrays and strings stay; `originatorVersion` says which program wrote the file
    and is left out. Raises `SettingsError` for what clients do not write alike.
    """
    return _written({name: value for name, value in settings.items() if name != CREATED_BY}, "the file", 0)


def _written(value: Any, place: str, depth: int) -> str:
    if depth > DEEPEST:
        raise SettingsError("The settings are nested too deeply. That is no settings file; choose another file.")
    if isinstance(value, dict):
        fields = ((name, _written(value[name], name, depth + 1)) for name in sorted(value, key=_order))
        return "{" + ",".join(f"{_text(name, name)}:{text}" for name, text in fields if text != "{}") + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(item, place, depth + 1) for item in value) + "]"
    return _written_alone(value, place)


def _written_alone(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return _text(base64.b64encode(value).decode(), place)
    if isinstance(value, datetime):
        return _text(value.replace(tzinfo=UTC).isoformat(timespec="seconds"), place)
    if isinstance(value, str):
        return _text(value, place)
    raise SettingsError(f"The setting “{place}” is of a kind that settings files do not have.")


def _order(name: str) -> tuple[str, str]:
    return name.lower(), name.swapcase()


def _text(value: str, place: str) -> str:
    """Put a text in quotes. A quote inside is written differently by different clients, so no key would be right."""
    if '"' in value:
        raise SettingsError(
            f"The setting “{place}” holds a quotation mark, which clients write differently. Take it out."
        )
    return f'"{value}"'


def read_browser_keys(text: str) -> tuple[str, ...]:
    """Read Browser Exam Keys, one a line. Raises `SettingsError` that names the first that is none."""
    keys = tuple(dict.fromkeys(word.lower() for word in text.split()))
    for key in keys:
        if not HEX_KEY.match(key):
            raise SettingsError(f"“{key[:70]}” is not a Browser Exam Key. A key has 64 digits from 0 to 9 and a to f.")
    return keys


def page_hash(url: str, key: str) -> str:
    """Return what a client presents for a page: SHA-256 of its absolute address, without fragment, and the key."""
    return hashlib.sha256((url.partition("#")[0] + key).encode()).hexdigest()


def proves(keys: Keys, *, urls: Iterable[str], config_hash: str, browser_hash: str) -> bool:
    """Whether the hashes that a client presents fit the keys and one way to write the page's address.

    Every comparison takes the same time whether it fits or not.
    """
    pages = tuple(urls)
    config_fits = not keys.config_key or _fits(config_hash, pages, (keys.config_key,))
    browser_fits = not keys.browser_keys or _fits(browser_hash, pages, keys.browser_keys)
    return bool(keys.config_key or keys.browser_keys) and config_fits and browser_fits


def _fits(presented: str, urls: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    shown = presented.strip().lower().encode()
    found = [hmac.compare_digest(page_hash(url, key).encode(), shown) for url in urls for key in keys]
    return any(found)
