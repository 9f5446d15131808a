"""Response processing of QTI: the templates, and the few ways in which people write the same out."""

from dataclasses import dataclass

from exams.interchange.findings import Changes, UnsupportedItemError
from exams.interchange.numbers import is_true, number_text
from exams.interchange.qti.names import template_name
from exams.interchange.xml_tree import Element

KNOWN = {"match_correct": "match_correct", "map_response": "map_response", "map_response_point": "map_response_point"}
MAPPED = {"mapResponse": "map_response", "mapResponsePoint": "map_response_point"}
# What may stand around a mapResponse that is written out: the question whether anything was answered.
AROUND_MAPPED = {
    *("responseProcessing", "responseCondition", "responseIf", "responseElse", "isNull", "variable", "not"),
    *("setOutcomeValue", "baseValue", "mapResponse", "mapResponsePoint"),
}


@dataclass(frozen=True)
class How:
    """How a response is scored: the name of a template or "equal", and the tolerances of a number (below, above)."""

    name: str
    tolerances: tuple[str, str] = ("0", "0")
    mode: str = "absolute"


def read_processing(processing: Element | None, declaration: Element, changes: Changes) -> How:
    """Read how a response is scored. Raises `UnsupportedItemError` for everything that is not known here."""
    if processing is None:
        name = next((name for part, name in _DECLARED.items() if declaration.first(part)), "match_correct")
        changes.add("processing_assumed", f"It does not say how it is scored; it is scored by {name} now.")
        return How(name)
    if processing.get("template"):
        name = KNOWN.get(template_name(processing.get("template")), "")
        if not name:
            raise UnsupportedItemError(
                "processing", f"Its template {processing.get('template')[:80]} is not known here."
            )
        return How(name)
    wanted = declaration.get("identifier")
    asked = {part.get("identifier") for part in processing.walk() if part.name in ("variable", "correct", *MAPPED)}
    if asked != {wanted}:
        raise _unknown()
    return _written_out(processing)


_DECLARED = {"areaMapping": "map_response_point", "mapping": "map_response"}


def _written_out(processing: Element) -> How:
    everything = list(processing.walk())
    mapped = [element.name for element in everything if element.name in MAPPED]
    if mapped:
        return _mapped(everything, mapped)
    conditions = processing.elements()
    if len(conditions) != 1 or conditions[0].name != "responseCondition":
        raise _unknown()
    parts = conditions[0].elements()
    if [part.name for part in parts] not in (["responseIf"], ["responseIf", "responseElse"]):
        raise _unknown()
    if not parts[0].elements():
        raise _unknown()
    test, *effects = parts[0].elements()
    if not _sets(effects, {"1", "1.0"}) or any(not _sets(part.elements(), {"0", "0.0"}) for part in parts[1:]):
        raise _unknown()
    return _test(test)


def _mapped(everything: list[Element], mapped: list[str]) -> How:
    names = {element.name for element in everything}
    values = {element.text.strip() for element in everything if element.name == "baseValue"}
    targets = {element.get("identifier") for element in everything if element.name == "setOutcomeValue"}
    negated = "not" in names and "responseElse" in names
    if len(mapped) != 1 or not names <= AROUND_MAPPED or not values <= {"0", "0.0"} or targets != {"SCORE"} or negated:
        raise _unknown()
    return How(MAPPED[mapped[0]])


def _sets(effects: list[Element], values: set[str]) -> bool:
    """Whether the only effect is to set SCORE to one of these values."""
    if len(effects) != 1 or effects[0].name != "setOutcomeValue" or effects[0].get("identifier") != "SCORE":
        return False
    given = effects[0].elements()
    return len(given) == 1 and given[0].name == "baseValue" and given[0].text.strip() in values


def _test(test: Element) -> How:
    compared = sorted(part.name for part in test.elements())
    if test.name not in ("match", "equal") or compared != ["correct", "variable"]:
        raise _unknown()
    if test.name == "match":
        return How("match_correct")
    mode = test.get("toleranceMode", "exact")
    if mode == "exact":
        return How("equal")
    if mode not in ("absolute", "relative"):
        raise _unknown()
    if not all(is_true(test.get(name, "true")) for name in ("includeLowerBound", "includeUpperBound")):
        raise UnsupportedItemError("tolerance", "The edges of its tolerance do not count. Here they do.")
    given = test.get("tolerance").split()
    if len(given) not in (1, 2):
        raise UnsupportedItemError("tolerance", "Its tolerance is not a number.")
    tolerances = [number_text(text, "Its tolerance") for text in given]
    if any(text.startswith("-") for text in tolerances):
        raise UnsupportedItemError("tolerance", "Its tolerance is less than nothing.")
    return How("equal", (tolerances[0], tolerances[-1]), mode)


def _unknown() -> UnsupportedItemError:
    return UnsupportedItemError("processing", "It is scored by a programme of its own, which items here cannot.")
