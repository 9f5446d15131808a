"""What a blueprint demands of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """From `least` to `most`, both included."""

    least: int
    most: int

    def __contains__(self, number: int) -> bool:
        return self.least <= number <= self.most

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


@dataclass(frozen=True)
class Area:
    """A content area: how many scored items of it a form holds (`most` only where it is a range), and their levels."""

    code: str
    title: str
    scored: int
    most: int | None = None
    levels: Mapping[str, Span] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """How many scored items, as a range."""
        return Span(self.scored, self.scored if self.most is None else self.most)


@dataclass(frozen=True)
class FormNeed:
    """All that a blueprint demands of a form.

    Areas, levels and kinds count scored items, which are `length` in all; words, key balance, enemies, sets, overlap
    and exposure look at all items. `key_percent`: of the single-choice items, at most this share may have its key at
    the same place. `exposure_percent`: items given to this share of attempts, or a larger one, stay away.
    """

    length: int
    areas: tuple[Area, ...]
    pretest: int = 0
    kinds: Mapping[str, Span] = field(default_factory=dict)
    word_limit: int | None = None
    key_percent: int | None = None
    exposure_percent: int | None = None


def contradiction_in(need: FormNeed) -> str:
    """Say why no bank, however large, could feed the demands of areas, levels and kinds; empty when one could."""
    for area in need.areas:
        if area.levels and not _can_meet(area.span, tuple(area.levels.values())):
            return f"the levels of {area.code} do not add up to its {area.span} scored items"
    if not _can_meet(Span(need.length, need.length), tuple(area.span for area in need.areas)):
        return f"the content areas do not add up to {need.length} scored items"
    if sum(span.least for span in need.kinds.values()) > need.length:
        return "the kinds ask for more items than a form has"
    spans = [*need.kinds.values(), *(area.span for area in need.areas)]
    spans += [span for area in need.areas for span in area.levels.values()]
    return "a range ends before it begins" if any(span.least > span.most or span.least < 0 for span in spans) else ""


def _can_meet(whole: Span, parts: tuple[Span, ...]) -> bool:
    """Whether parts within their ranges can add up to something within the range of the whole."""
    return sum(part.least for part in parts) <= whole.most and sum(part.most for part in parts) >= whole.least
