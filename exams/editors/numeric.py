"""The editor of numeric items."""

from collections.abc import Mapping
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
        """See `KindEditor`; whether the texts are numbers says the reader of items."""
        names = (("value", "the right number"), ("tolerance", "how far off still counts, 0 for not at all"))
        return [Fault(f"id_{field}", f"Key: type {words}.") for field, words in names if not self._one(field)]

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
