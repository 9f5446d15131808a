"""The shape of what a scoring rule needs besides the key, and what has to hold among them."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from content.reader.item_keys import Key, NumericKey, OptionId
from content.reader.shapes import NumberText, Shape, Some, Title

BOUNDS = {"default", "lower_bound", "upper_bound"}
# Needed and possible parameters by rule; rules that are not here have none.
PARAMETERS: dict[str, tuple[set[str], set[str]]] = {
    "qti_map_response": ({"mapping"}, BOUNDS),
    "fractions_sum": ({"fractions"}, set()),
    "tolerance_absolute": (set(), {"decimal_comma"}),
    "tolerance_relative_percent": (set(), {"decimal_comma"}),
    "unit": ({"factors"}, {"decimal_comma"}),
    "bands": ({"bands"}, {"decimal_comma"}),
    "qti_map_response_point": ({"upper_bound"}, BOUNDS),
}
# Moodle writes shares as percentages with five places, so that sums miss 100 by a little.
ROUNDING = Decimal("0.001")


class Band(Shape):
    """From `low` to `high`, both included, a number earns `score`."""

    low: NumberText
    high: NumberText
    score: NumberText

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if Decimal(self.low) > Decimal(self.high):
            raise ValueError("`low` lies above `high`")
        if not 0 < Decimal(self.score) <= 1:
            raise ValueError("`score` is more than 0 and at most 1")
        return self


class ScoringParameters(Shape):
    """What rules need besides the key; each rule has its own of them."""

    mapping: dict[OptionId, NumberText] | None = None
    default: NumberText | None = None
    lower_bound: NumberText | None = None
    upper_bound: NumberText | None = None
    fractions: dict[OptionId, NumberText] | None = None
    factors: Annotated[dict[Title, NumberText], Field(min_length=2, max_length=12)] | None = None
    bands: Some[Band] | None = None
    decimal_comma: bool | None = None


def refuse_wrong_parameters(rule: str, parameters: ScoringParameters | None, key: Key, options: set[str]) -> None:
    """Raise `ValueError` when a rule lacks a parameter, has one of another rule, or one that contradicts the key."""
    needed, possible = PARAMETERS.get(rule, (set(), set()))
    named = parameters.model_fields_set if parameters else set()
    if missing := needed - named:
        raise ValueError(f"`scoring: {rule}` needs `scoring_parameters` with {', '.join(sorted(missing))}")
    if foreign := named - needed - possible:
        raise ValueError(f"{', '.join(sorted(foreign))} does not belong to `scoring: {rule}`")
    if parameters is None:
        return
    if parameters.upper_bound is not None and Decimal(parameters.upper_bound) <= 0:
        raise ValueError("`upper_bound` is what full marks are, more than 0")
    for name in ("mapping", "fractions"):
        _check_worths(name, getattr(parameters, name), key, options)
    if parameters.fractions is not None:
        _check_percentages(parameters.fractions)
    if isinstance(key, NumericKey):
        _check_number(parameters, key)


def _check_worths(name: str, worths: dict[str, str] | None, key: Key, options: set[str]) -> None:
    """The options that add something are the key: nothing else tells a reviewer what is right."""
    if worths is None:
        return
    if unknown := set(worths) - options:
        raise ValueError(f"`{name}` names options that do not exist: {', '.join(sorted(unknown))}")
    if {option for option, worth in worths.items() if Decimal(worth) > 0} != (
        set(key) if isinstance(key, tuple) else set()
    ):
        raise ValueError(f"the key lists the options that add something in `{name}`, and no others")


def _check_percentages(fractions: dict[str, str]) -> None:
    total = sum((Decimal(percent) for percent in fractions.values() if Decimal(percent) > 0), Decimal(0))
    if abs(total - 100) > ROUNDING:
        raise ValueError(f"the shares of the right options make {total} %, not 100 %")


def _check_number(parameters: ScoringParameters, key: NumericKey) -> None:
    factors = parameters.factors
    if factors is not None:
        if any(Decimal(factor) <= 0 for factor in factors.values()):
            raise ValueError("a factor is more than 0")
        if Decimal(factors.get(key.unit, "0")) != 1:
            raise ValueError(f"the unit of the key needs the factor 1: `{key.unit}`")
        if len({" ".join(unit.split()).casefold() for unit in factors}) != len(factors):
            raise ValueError("two units differ in case or blanks only, which answers cannot tell apart")
    value = Decimal(key.value)
    full = [band for band in parameters.bands or () if Decimal(band.score) == 1]
    if parameters.bands and not any(Decimal(band.low) <= value <= Decimal(band.high) for band in full):
        raise ValueError('the number of the key lies in no band with `score: "1"`')
