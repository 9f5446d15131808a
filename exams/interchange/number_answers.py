"""Numbers as answers with tolerance and percentage, as Moodle and GIFT have them, and back to tolerance or bands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from exams.interchange.findings import Changes, RefusedItemError
from exams.interchange.first_match import refuse_taken
from exams.interchange.fitting import LeftOutError
from exams.interchange.numbers import exact_text
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ScoringRule


@dataclass(frozen=True)
class NumberAnswer:
    """A number, how far off still counts, what it is worth in percent; all as decimal text."""

    value: str
    tolerance: str
    percent: str = "100"


def answers_of(item: ExchangeItem) -> list[NumberAnswer]:
    """Return the answers of an item that has been through `shaped_number`."""
    if item.scoring is not ScoringRule.BANDS:
        return [NumberAnswer(item.key["value"], item.key["tolerance"])]
    return [_answer_of(band) for band in item.parameters["bands"]]


def _answer_of(band: Any) -> NumberAnswer:
    low, high, score = (Fraction(str(band[name])) for name in ("low", "high", "score"))
    return NumberAnswer(_text((low + high) / 2), _text((high - low) / 2), _text(score * 100))


def _text(value: Fraction) -> str:
    text = exact_text(value)
    if text is None:
        raise LeftOutError("its numbers have more decimal places than other systems hold.")
    return text


def shaped_number(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return a number as answers hold it. Raises `LeftOutError`."""
    if item.scoring is ScoringRule.TOLERANCE_RELATIVE_PERCENT:
        width = abs(Fraction(item.key["value"])) * Fraction(item.key["tolerance"]) / 100
        changes.add(
            "tolerance_absolute", "Its tolerance is written as a distance instead of percent; that is the same."
        )
        key = {**item.key, "tolerance": _text(width)}
        return replace(item, scoring=ScoringRule.TOLERANCE_ABSOLUTE, key=key)
    if item.scoring is not ScoringRule.BANDS:
        return item
    scores = [Fraction(str(band["score"])) for band in item.parameters["bands"]]
    if any(not 0 < score <= 1 for score in scores):
        raise LeftOutError("a band earns more than everything or less than nothing.")
    bands = sorted(item.parameters["bands"], key=lambda band: -Fraction(str(band["score"])))
    shaped = with_answers(
        replace(item, parameters={**item.parameters, "bands": []}), [_answer_of(b) for b in bands], changes
    )
    if shaped != item:
        changes.add(
            "bands_rewritten", "Its bands are written as numbers with a distance, the best first; that is the same."
        )
    return shaped


def with_answers(item: ExchangeItem, answers: Sequence[NumberAnswer], changes: Changes) -> ExchangeItem:
    """Return the item with key and rule: one answer is a tolerance, several are bands. The key's unit stays."""
    full = [answer for answer in answers if Fraction(answer.percent) == 100]
    if not full:
        raise RefusedItemError("key_missing", "No number is worth 100 %.")
    refuse_taken([(answer, Fraction(answer.percent)) for answer in answers], _meet)
    unit = item.key["unit"] if item.key else ""
    others = {name: value for name, value in item.parameters.items() if name != "bands"}
    earning = [answer for answer in answers if Fraction(answer.percent) > 0]
    if len(earning) == 1:
        key = {"value": full[0].value, "tolerance": full[0].tolerance, "unit": unit}
        return replace(item, key=key, scoring=ScoringRule.TOLERANCE_ABSOLUTE, parameters=others)
    percents = [Fraction(answer.percent) for answer in earning]
    if percents != sorted(percents, reverse=True):
        changes.add("best_counts", "Where its numbers overlap, the best one counts here, not the first.")
    bands = [_band_of(answer) for answer in earning]
    key = {"value": full[0].value, "tolerance": "0", "unit": unit}
    return replace(item, key=key, scoring=ScoringRule.BANDS, parameters={**others, "bands": bands})


def _meet(one: NumberAnswer, other: NumberAnswer) -> bool:
    apart = abs(Fraction(one.value) - Fraction(other.value))
    return apart <= Fraction(one.tolerance) + Fraction(other.tolerance)


def _band_of(answer: NumberAnswer) -> dict[str, str]:
    value, tolerance = Fraction(answer.value), Fraction(answer.tolerance)
    limits = (value - tolerance, value + tolerance, Fraction(answer.percent) / 100)
    texts = [exact_text(limit) for limit in limits]
    if any(text is None for text in texts):
        raise RefusedItemError("not_a_number", "A number has more decimal places than the bank holds.")
    return dict(zip(("low", "high", "score"), (str(text) for text in texts), strict=True))
