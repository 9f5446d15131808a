"""The editor of numeric items."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from exams.editors.base import Fault, KindEditor
from exams.rules.item_material import ItemKind


class NumericEditor(KindEditor):
    """A number with the distance that still counts, and its unit."""

    kind = ItemKind.NUMERIC
    name = "Number"
    sentence = "The candidate types a number. A distance around the right one still counts."
    template = "exams/authoring/_numeric.html"

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        typed = {name: [content["key"][name]] for name in ("value", "tolerance", "unit")}
        return typed | {"comma": ["on"] if content.get("scoring_parameters", {}).get("decimal_comma") else []}

    @property
    def value(self) -> str:
        """The right number as typed."""
        return self._one("value")

    @property
    def tolerance(self) -> str:
        """The distance as typed."""
        return self._one("tolerance")

    @property
    def unit(self) -> str:
        """The unit as typed."""
        return self._one("unit")

    @property
    def comma(self) -> bool:
        """Whether a comma before decimals is understood too."""
        return bool(self._one("comma"))

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: a number has no rows."""

    def faults(self) -> list[Fault]:
        """See `KindEditor`. A comma is not read as a point: "1,234" could be meant as more than a thousand."""
        names = (("value", "the right number"), ("tolerance", "how far off still counts, 0 for not at all"))
        told = ((field, self._fault(self._one(field), words, field)) for field, words in names)
        return [Fault(f"id_{field}", f"Key: {sentence}") for field, sentence in told if sentence]

    def _fault(self, typed: str, words: str, field: str) -> str:
        if not typed:
            return f"type {words}."
        name = "right number" if field == "value" else "tolerance"
        if "," in typed:
            return (
                f"write the {name} “{typed}” with a point for decimals and without commas. "
                "The box about commas is for what candidates type."
            )
        try:
            number = Decimal(typed)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            return f"the {name} “{typed}” is not a number. Type digits and a point for decimals, without the unit."
        return "the tolerance is 0 or more, not less." if field == "tolerance" and number < 0 else ""

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        content: dict[str, Any] = {"key": {"value": self.value, "tolerance": self.tolerance, "unit": self.unit}}
        return content | ({"scoring_parameters": {"decimal_comma": True}} if self.comma else {})

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        form = {"decimals": "comma"} if self.comma else {}
        return {"options": [], "prompts": [], "unit": self.unit, "answer_form": form}

    def telling(self) -> tuple[list[str], list[str]]:
        """See `KindEditor`: the number with its unit; numbers alone stand in most pictures."""
        return ([f"{self.value} {self.unit}"] if self.value and self.unit else []), []
