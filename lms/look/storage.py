"""Static files under names that hold their hash, module imports included, and one style sheet for a page."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("lms/css/site.css",)
IMPORT = re.compile(r"""@import url\(["']?(?P<file>[^"')]+)["']?\) layer\((?P<layer>[\w-]+)\);""")
ADDRESS = re.compile(r"""url\(["']?(?!data:|/|#|[a-z]+:)(?P<file>[^"')]+)["']?\)""")

Paths = dict[str, tuple[Storage, str]]


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites `import` paths in our ES modules too, so that a page never mixes versions.

    The style sheets named in `BUNDLES` are collected with what they import, so that a page waits for one file; in
    development the browser fetches the parts.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Put whole style sheets in the place of those that import, then hash and compress everything."""
        bundled = InMemoryStorage()
        for name in BUNDLES:
            if name in paths:
                bundled.save(name, ContentFile(bundle(paths, name).encode()))
                paths = {**paths, name: (bundled, name)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def bundle(paths: Paths, name: str) -> str:
    """Return a style sheet with its layered imports written out. Raises `KeyError` for an import that is missing."""
    folder = posixpath.dirname(name)

    def written_out(match: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(folder, match["file"]))
        text = ADDRESS.sub(lambda address: _moved(address["file"], posixpath.dirname(part), folder), _read(paths, part))
        return f"@layer {match['layer']} {{\n{text}}}"

    return IMPORT.sub(written_out, _read(paths, name))


def _read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return bytes(file.read()).decode()


def _moved(address: str, from_folder: str, to_folder: str) -> str:
    return f'url("{posixpath.relpath(posixpath.join(from_folder, address), to_folder)}")'
