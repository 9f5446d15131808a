"""How QTI says what is right: the response declaration and the response processing of an item."""

from decimal import Decimal
from typing import Any

from exams.interchange.qti.names import template_name
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import Element, element
from exams.rules.item_kinds import ItemKind, ScoringRule

RESPONSE = "RESPONSE"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
FULL_PERCENT = "100"


def declaration_of(item: ExchangeItem) -> Element:
    """Write what is right about an item."""
    cardinality, base, correct, mapping = _ANSWERS[item.kind](item)
    children = [element("correctResponse", *(element("value", value) for value in correct))] if correct else []
    children += [mapping] if mapping is not None else []
    facts = {"identifier": RESPONSE, "cardinality": cardinality, "baseType": base}
    return Element("responseDeclaration", facts, tuple(children))


def processing_of(item: ExchangeItem) -> Element | None:
    """Write how a response becomes a score; None where people score it."""
    match item.scoring:
        case ScoringRule.MANUAL:
            return None
        case ScoringRule.TOLERANCE_ABSOLUTE:
            return _within("absolute", item.key["tolerance"])
        case ScoringRule.TOLERANCE_RELATIVE_PERCENT:
            return _within("relative", item.key["tolerance"])
        case ScoringRule.NESTED_BEST | ScoringRule.QTI_MAP_RESPONSE_POINT:
            return _template("map_response_point")
    mapped = _ANSWERS[item.kind](item)[3] is not None
    return _template("map_response" if mapped else "match_correct")


def most_of(item: ExchangeItem) -> str:
    """Return the highest score that the processing gives."""
    match item.scoring:
        case ScoringRule.PLUS_MINUS_FLOOR0:
            return str(len(item.key))
        case ScoringRule.PER_PAIR:
            return str(len(item.prompts))
        case ScoringRule.FRACTIONS_SUM:
            return FULL_PERCENT
        case ScoringRule.MANUAL:
            return str(sum((Decimal(row["points"]) for row in item.key["criteria"]), Decimal(0)))
        case ScoringRule.QTI_MAP_RESPONSE | ScoringRule.QTI_MAP_RESPONSE_POINT:
            return ""
    return "1"


def same_answer(item: ExchangeItem, declaration: Element, processing: Element | None) -> bool:
    """Whether an item would be written with exactly this declaration and processing."""
    written = processing_of(item)
    same_processing = (written is None) == (processing is None) and (
        written is None or processing is None or _bare(written) == _bare(processing)
    )
    return same_processing and _bare(declaration_of(item)) == _bare(declaration)


def _bare(node: Element) -> Element:
    """Return an element without blanks between elements, and with templates by their name."""
    attributes = {name: value for name, value in sorted(node.attributes.items()) if not name.startswith("xml")}
    if "template" in attributes:
        attributes["template"] = template_name(attributes["template"])
    if node.name == "responseDeclaration":
        attributes["identifier"] = RESPONSE
    texts = [child if isinstance(child, str) else _bare(child) for child in node.children]
    has_elements = any(isinstance(child, Element) for child in texts)
    kept = tuple(child for child in texts if isinstance(child, Element) or not has_elements)
    return Element(node.name, attributes, kept)


Answer = tuple[str, str, list[str], Element | None]


def _choice(item: ExchangeItem) -> Answer:
    cardinality = "single" if item.kind is ItemKind.SINGLE_CHOICE else "multiple"
    return cardinality, "identifier", list(item.key), _choice_mapping(item)


def _choice_mapping(item: ExchangeItem) -> Element | None:
    match item.scoring:
        case ScoringRule.PLUS_MINUS_FLOOR0:
            values = {option.id: "1" if option.id in item.key else "-1" for option in item.options}
            return _mapping(values, {"lower_bound": "0"})
        case ScoringRule.FRACTIONS_SUM:
            return _mapping(item.parameters["fractions"], {"lower_bound": "0", "upper_bound": FULL_PERCENT})
        case ScoringRule.QTI_MAP_RESPONSE:
            return _mapping(item.parameters["mapping"], item.parameters)
    return None


def _mapping(values: dict[str, str], bounds: Any) -> Element:
    entries = [element("mapEntry", mapKey=key, mappedValue=value) for key, value in sorted(values.items())]
    return Element("mapping", _sum_bounds(bounds), tuple(entries))


def _sum_bounds(bounds: Any) -> dict[str, str]:
    names = {"lower_bound": "lowerBound", "upper_bound": "upperBound"}
    written = {names[name]: str(bounds[name]) for name in names if name in bounds}
    return {"defaultValue": str(bounds.get("default", "0")), **written}


def _order(item: ExchangeItem) -> Answer:
    return "ordered", "identifier", list(item.key), None


def _pairs(item: ExchangeItem) -> Answer:
    pairs = [f"P{prompt.id} {item.key[prompt.id]}" for prompt in item.prompts]
    mapping = _mapping(dict.fromkeys(pairs, "1"), {}) if item.scoring is ScoringRule.PER_PAIR else None
    return "multiple", "directedPair", pairs, mapping


def _number(item: ExchangeItem) -> Answer:
    if item.scoring is ScoringRule.UNIT:
        return "single", "string", [f"{item.key['value']} {item.key['unit']}"], None
    return "single", "float", [item.key["value"]], None


def _place(item: ExchangeItem) -> Answer:
    entries = [
        element("areaMapEntry", shape=shape, coords=coords, mappedValue=area["score"])
        for area in item.key["areas"]
        for shape, coords in [_coords(area)]
    ]
    bounds = _sum_bounds(item.parameters)
    if item.scoring is ScoringRule.NESTED_BEST:
        bounds["upperBound"] = str(max((Decimal(area["score"]) for area in item.key["areas"]), default=Decimal(1)))
    return "single", "point", [], Element("areaMapping", bounds, tuple(entries))


def _coords(area: Any) -> tuple[str, str]:
    match area["shape"]:
        case "circle":
            return "circle", f"{area['x']},{area['y']},{area['radius']}"
        case "rect":
            right = Decimal(area["x"]) + Decimal(area["width"])
            bottom = Decimal(area["y"]) + Decimal(area["height"])
            return "rect", f"{area['x']},{area['y']},{right:f},{bottom:f}"
    return "poly", ",".join(number for point in area["points"] for number in point)


def _text(item: ExchangeItem) -> Answer:
    texts = item.key["texts"]
    entries = [element("mapEntry", mapKey=text, mappedValue="1", caseSensitive="false") for text in texts]
    mapping = Element("mapping", {"defaultValue": "0", "upperBound": "1"}, tuple(entries))
    return "single", "string", list(texts[:1]), mapping


def _essay(_: ExchangeItem) -> Answer:
    return "single", "string", [], None


_ANSWERS = {
    ItemKind.SINGLE_CHOICE: _choice,
    ItemKind.MULTIPLE_RESPONSE: _choice,
    ItemKind.ORDERING: _order,
    ItemKind.MATCHING: _pairs,
    ItemKind.NUMERIC: _number,
    ItemKind.HOTSPOT: _place,
    ItemKind.SHORT_TEXT: _text,
    ItemKind.ESSAY: _essay,
}


def _template(name: str) -> Element:
    return element("responseProcessing", template=TEMPLATES + name)


def _within(mode: str, tolerance: str) -> Element:
    """Write the one pattern with a tolerance: if equal, then 1, else 0."""
    near = element(
        "equal",
        element("variable", identifier=RESPONSE),
        element("correct", identifier=RESPONSE),
        toleranceMode=mode,
        tolerance=f"{tolerance} {tolerance}",
    )
    condition = element(
        "responseCondition",
        element("responseIf", near, _set_score("1")),
        element("responseElse", _set_score("0")),
    )
    return element("responseProcessing", condition)


def _set_score(value: str) -> Element:
    return element("setOutcomeValue", element("baseValue", value, baseType="float"), identifier="SCORE")
