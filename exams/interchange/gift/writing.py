"""Items as GIFT."""

from collections.abc import Sequence

from exams.interchange.gift.escapes import escaped
from exams.interchange.number_answers import answers_of
from exams.interchange.tags import tags_of
from exams.interchange.texts import star_texts
from exams.interchange.tree import ExchangeItem, Option
from exams.interchange.weights import percents_of
from exams.rules.item_kinds import ItemKind, ScoringRule


def write_gift(items: Sequence[ExchangeItem]) -> bytes:
    """Write items that have been through `shaped`."""
    return "\n\n".join(_question(item) for item in items).encode() + b"\n"


def _question(item: ExchangeItem) -> str:
    tags = [*tags_of(item), f"scoring:{item.scoring}"]
    if item.kind is ItemKind.NUMERIC and item.key["unit"]:
        tags.append(f"unit:{item.key['unit']}")
    comment = " ".join([f"// [id:{item.code}]" if item.code else "//", *(f"[tag:{tag}]" for tag in tags)])
    # A rationale stands after the answers; four signs tell it from feedback to one answer.
    rationale = f"####{escaped(item.rationale)}" if item.rationale else ""
    answers = "\n".join([*_WRITERS[item.kind](item), *([rationale] if rationale else [])])
    return f"{comment}\n::{escaped(item.code)}::[markdown]{escaped(item.stem)}{{\n{answers}\n}}"


def _plain(option: Option) -> str:
    reason = f"#[plain]{escaped(option.reason)}" if option.reason else ""
    return f"[plain]{escaped(option.text)}{reason}"


def _single(item: ExchangeItem) -> list[str]:
    return [f"{'=' if option.id in item.key else '~'}{_plain(option)}" for option in item.options]


def _several(item: ExchangeItem) -> list[str]:
    percents = percents_of(item)
    return [f"~%{percents[option.id]}%{_plain(option)}" for option in item.options]


def _number(item: ExchangeItem) -> list[str]:
    answers = answers_of(item)
    if item.scoring is not ScoringRule.BANDS:
        return [f"#{answers[0].value}:{answers[0].tolerance}"]
    return ["#", *(f"=%{answer.percent}%{answer.value}:{answer.tolerance}" for answer in answers)]


def _matching(item: ExchangeItem) -> list[str]:
    text_of = {option.id: option.text for option in item.options}
    pairs = [f"={escaped(prompt.text)} -> {escaped(text_of[item.key[prompt.id]])}" for prompt in item.prompts]
    used = set(item.key.values())
    return pairs + [f"= -> {escaped(option.text)}" for option in item.options if option.id not in used]


def _short_text(item: ExchangeItem) -> list[str]:
    return [f"={escaped(text)}" for text in star_texts(item)]


_WRITERS = {
    ItemKind.SINGLE_CHOICE: _single,
    ItemKind.MULTIPLE_RESPONSE: _several,
    ItemKind.NUMERIC: _number,
    ItemKind.MATCHING: _matching,
    ItemKind.SHORT_TEXT: _short_text,
}
