"""What keeps a rubric draft from being handed in, each fault with the field of the editor where it is mended.

The shape is that of the material files (`content.reader.assessment_shapes.Practical`) and the meaning that of
`rubrics.rubric_from`, so that a file and a draft are refused for the same reasons.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from content.reader.assessment_shapes import Practical
from exams.rules.rubrics import rubric_from

SENTENCES = {
    "string_too_short": "Write something here",
    "string_pattern_mismatch": "Write it in one line",
    "int_type": "Enter a whole number",
    "literal_error": "Choose from the list",
    "missing": "This is missing",
}
LISTS = {
    "criteria": "Add at least one criterion",
    "critical_failures": "Add at least one critical failure",
    "sources": "Name at least one source",
    "stations": "Add at least one station",
}


@dataclass(frozen=True)
class RubricFault:
    """One thing to mend: `part` is the station's code, or empty; `field` the name of the editor's field, or empty."""

    part: str
    field: str
    sentence: str


def faults_of(content: Mapping[str, Any], known_sources: Collection[str]) -> tuple[RubricFault, ...]:
    """Return every fault of a draft, in the order of its parts; empty when it can be handed in."""
    found = list(_faults_of_shape(content))
    if not found:
        try:
            rubric_from(dict(content))
        except ValueError as error:
            found.append(RubricFault("", "", f"{error}"))
    for station in content["stations"]:
        if strange := sorted(set(station["sources"]) - set(known_sources)):
            sentence = f"The register of sources has no {', '.join(strange)}"
            found.append(RubricFault(station["code"], "sources", sentence))
    return tuple(dict.fromkeys(found))


def _faults_of_shape(content: Mapping[str, Any]) -> Iterator[RubricFault]:
    try:
        Practical.model_validate(content)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            part, field = _place(content, detail["loc"])
            yield RubricFault(
                part, field, _sentence(detail["type"], detail["loc"], detail["msg"], detail.get("ctx", {}))
            )


def _place(content: Mapping[str, Any], location: tuple[Any, ...]) -> tuple[str, str]:
    """Return part and field for a place in the content: ("stations", 0, "minutes") gives ("P01", "minutes")."""
    match location:
        case ("stations", int(number), ("criteria" | "critical_failures") as name, int(entry), *_):
            station = content["stations"][number]
            return station["code"], f"text:{station[name][entry]['code']}"
        case ("stations", int(number), str(field), *_):
            return content["stations"][number]["code"], field
        case ("entrustment_levels", int(number), str(field), *_):
            return "", f"{field}:{content['entrustment_levels'][number]['level']}"
        case ("rules", str(name), *_):
            return "", f"rule:{name}"
        case (str(field), *_):
            return "", field
    return "", ""


def _sentence(kind: str, location: tuple[Any, ...], message: str, context: Mapping[str, Any]) -> str:
    last = location[-1] if location else ""
    if kind == "too_short" and last in LISTS:
        return LISTS[last]
    if kind == "greater_than_equal":
        return f"Enter at least {context['ge']}"
    if kind == "less_than_equal":
        return f"Enter at most {context['le']}"
    if kind == "string_too_long":
        return f"Write at most {context['max_length']} characters"
    return SENTENCES.get(kind, message.removeprefix("Value error, ").replace("`", ""))
