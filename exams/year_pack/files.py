"""The files of a pack: tables as CSV, records as JSON, a manifest. The same data give the same bytes."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exams.interchange.archive import pack

MANIFEST = "manifest.sha256"
# A spreadsheet would take cells that begin so for formulas (S-28).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table; what is missing is an empty cell, numbers are unrounded."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def as_json(record: Any) -> bytes:
    """Write a record with its names in order."""
    return (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order of their names, with a manifest that `sha256sum --check` reads."""
    ordered = dict(sorted(files.items()))
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in ordered.items()]
    return pack({**ordered, MANIFEST: "".join(lines).encode()})
