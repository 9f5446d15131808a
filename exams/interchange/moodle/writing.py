"""Items as Moodle XML."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from exams.interchange.number_answers import answers_of
from exams.interchange.numbers import exact_text
from exams.interchange.tags import tags_of
from exams.interchange.texts import star_texts
from exams.interchange.tree import ExchangeItem
from exams.interchange.weights import percents_of
from exams.interchange.xml_tree import Element, element, serialise
from exams.rules.item_kinds import ItemKind, ScoringRule

TYPES = {
    ItemKind.SINGLE_CHOICE: "multichoice",
    ItemKind.MULTIPLE_RESPONSE: "multichoice",
    ItemKind.NUMERIC: "numerical",
    ItemKind.ORDERING: "ordering",
    ItemKind.MATCHING: "matching",
    ItemKind.SHORT_TEXT: "shortanswer",
    ItemKind.ESSAY: "essay",
}
RUBRIC = "Rubric:"


def write_quiz(items: Sequence[ExchangeItem]) -> bytes:
    """Write items that have been through `shaped`."""
    return serialise(element("quiz", *(_question(item) for item in items)))


def _text(name: str, text: str, form: str, *files: Element, **attributes: str) -> Element:
    return element(name, element("text", text), *files, format=form, **attributes)


def _question(item: ExchangeItem) -> Element:
    parts = [
        element("name", element("text", item.code)),
        _question_text(item),
        _text("generalfeedback", item.rationale, "markdown"),
        element("defaultgrade", "1"),
        element("idnumber", item.code),
        *_WRITERS[item.kind](item),
        element("tags", *(element("tag", element("text", tag)) for tag in [*tags_of(item), f"scoring:{item.scoring}"])),
    ]
    return element("question", *parts, type=TYPES[item.kind])


def _question_text(item: ExchangeItem) -> Element:
    if item.picture is None:
        return _text("questiontext", item.stem, "markdown")
    content, name = base64.b64encode(item.picture.content).decode(), f"figure.{item.picture.ending}"
    file = element("file", content, name=name, path="/", encoding="base64")
    caption = f"[caption: {item.picture.caption}]\n\n" if item.picture.caption else ""
    shown = f"![{item.picture.alt}](@@PLUGINFILE@@/{name})\n\n{caption}{item.stem}"
    return _text("questiontext", shown, "markdown", file)


def _choices(item: ExchangeItem) -> list[Element]:
    percents = percents_of(item)
    answers = [
        _text(
            "answer",
            option.text,
            "plain_text",
            _text("feedback", option.reason, "plain_text"),
            fraction=percents[option.id],
        )
        for option in item.options
    ]
    single = "true" if item.kind is ItemKind.SINGLE_CHOICE else "false"
    shuffle = "false" if item.fixed_order else "true"
    return [element("single", single), element("shuffleanswers", shuffle), *answers]


def _number(item: ExchangeItem) -> list[Element]:
    answers = [
        element("answer", element("text", a.value), element("tolerance", a.tolerance), fraction=a.percent)
        for a in answers_of(item)
    ]
    if item.scoring is ScoringRule.UNIT:
        factors = item.parameters["factors"]
        units = [_unit(name, exact_text(1 / Fraction(factor)) or "") for name, factor in factors.items()]
        return [*answers, element("units", *units), element("unitgradingtype", "1"), element("unitpenalty", "1.0")]
    units = [_unit(item.key["unit"], "1")] if item.key["unit"] else []
    return [*answers, element("units", *units), element("unitgradingtype", "0")]


def _unit(name: str, multiplier: str) -> Element:
    return element("unit", element("multiplier", multiplier), element("unit_name", name))


def _order(item: ExchangeItem) -> list[Element]:
    option_of = {option.id: option for option in item.options}
    answers = [
        _text("answer", option_of[option].text, "plain_text", *_reason(option_of[option].reason), fraction=f"{place}.0")
        for place, option in enumerate(item.key, start=1)
    ]
    grading = "ALL_OR_NOTHING" if item.scoring is ScoringRule.EXACT else "ABSOLUTE_POSITION"
    return [element("selecttype", "ALL"), element("gradingtype", grading), *answers]


def _reason(reason: str) -> list[Element]:
    return [_text("feedback", reason, "plain_text")] if reason else []


def _pairs(item: ExchangeItem) -> list[Element]:
    option_of = {option.id: option for option in item.options}
    used = set(item.key.values())
    pairs = [(prompt.text, option_of[item.key[prompt.id]]) for prompt in item.prompts]
    pairs += [("", option) for option in item.options if option.id not in used]
    parts = []
    for line, option in pairs:
        answer = element("answer", element("text", option.text), *_reason(option.reason))
        parts.append(_text("subquestion", line, "plain_text", answer))
    return [element("shuffleanswers", "true"), *parts]


def _short_text(item: ExchangeItem) -> list[Element]:
    answers = [element("answer", element("text", text), fraction="100") for text in star_texts(item)]
    return [element("usecase", "0"), *answers]


def _essay(item: ExchangeItem) -> list[Element]:
    rows = "\n".join(f"- {row['id']} | {row['points']} | {row['text']}" for row in item.key["criteria"])
    points = sum((Decimal(row["points"]) for row in item.key["criteria"]), Decimal(0))
    told = f"{item.key['guidance']}\n\n{RUBRIC} {points} points\n\n{rows}"
    return [element("responseformat", "editor"), _text("graderinfo", told, "markdown")]


_WRITERS = {
    ItemKind.SINGLE_CHOICE: _choices,
    ItemKind.MULTIPLE_RESPONSE: _choices,
    ItemKind.NUMERIC: _number,
    ItemKind.ORDERING: _order,
    ItemKind.MATCHING: _pairs,
    ItemKind.SHORT_TEXT: _short_text,
    ItemKind.ESSAY: _essay,
}
