"""The files of a pack: records as JSON, a manifest. The same data give the same bytes."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from exams.interchange.archive import pack

MANIFEST = "manifest.sha256"


def as_json(record: Any) -> bytes:
    """Write a record with its names in order."""
    return (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order of their names, with a manifest that `sha256sum --check` reads."""
    ordered = dict(sorted(files.items()))
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in ordered.items()]
    return pack({**ordered, MANIFEST: "".join(lines).encode()})
