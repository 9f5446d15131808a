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
        return {name: [content["key"][name]] for name in ("value", "tolerance", "unit")}

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

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: a number has no rows."""

    def faults(self) -> list[Fault]:
        """See `KindEditor`; whether the texts are numbers says the reader of items."""
        names = (("value", "the right number"), ("tolerance", "how far off still counts, 0 for not at all"))
        return [Fault(f"id_{field}", f"Key: type {words}.") for field, words in names if not self._one(field)]

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        return {"key": {"value": self.value, "tolerance": self.tolerance, "unit": self.unit}}

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        return {"options": [], "prompts": [], "unit": self.unit}
