"""From plain values to shapes, with a fault for everything that does not fit."""

from typing import Any, TypeVar

from pydantic import ValidationError

from content.reader.faults import FaultList
from content.reader.shapes import Shape
from content.reader.yaml_lines import Document, Path

S = TypeVar("S", bound=Shape)

SENTENCES = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "unknown key `{key}`",
    "string_type": "`{key}` must be text; put it in quotes",
    "int_type": "`{key}` must be a whole number",
    "bool_type": "`{key}` must be true or false",
    "date_type": "`{key}` must be a day written as YYYY-MM-DD",
    "tuple_type": "`{key}` must be a list",
    "too_short": "`{key}` has too few entries",
    "too_long": "`{key}` has too many entries",
    "string_too_short": "`{key}` is empty",
    "string_pattern_mismatch": "`{key}` has not the form that docs/material-format.md gives",
    "model_type": "`{key}` must be a mapping of keys to values",
}


def check(shape: type[S], document: Document, *, file: str, faults: FaultList, at: Path = ()) -> S | None:
    """Return the part of `document` at `at` as a shape, or note what is wrong with it and return None."""
    value = document.value
    for part in at:
        value = value[part]
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            location = (*at, *detail["loc"])
            faults.add(file, document.line_of(location), _sentence(detail["type"], location, detail["msg"]))
    return None


def check_list(shape: type[S], document: Document, *, file: str, faults: FaultList) -> list[tuple[S, int]]:
    """Return each entry of a list as a shape with the line on which it begins; entries that do not fit are noted."""
    if not isinstance(document.value, list):
        faults.add(file, document.first_line, "this file must hold a list")
        return []
    found = []
    for index in range(len(document.value)):
        if (entry := check(shape, document, file=file, faults=faults, at=(index,))) is not None:
            found.append((entry, document.line_of((index,))))
    return found


def _sentence(kind: str, location: tuple[Any, ...], message: str) -> str:
    names = [part for part in location if isinstance(part, str)]
    key = names[-1] if names else "this entry"
    if kind in SENTENCES:
        return SENTENCES[kind].format(key=key)
    message = message.removeprefix("Value error, ")
    return f"`{key}`: {message[:1].lower()}{message[1:]}" if names else message
