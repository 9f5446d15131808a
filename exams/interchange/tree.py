"""One item as all formats see it: what an author writes, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.item_parts import Option, Prompt, Region

__all__ = ["ExchangeItem", "Option", "Picture", "Prompt", "Region"]

PHOTOGRAPHS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG) or a photograph (PNG, JPEG, WebP) with the words for those who cannot see it."""

    content: bytes
    alt: str
    caption: str = ""

    @property
    def media_type(self) -> str:
        """What the first bytes say; whatever does not begin like a photograph is taken for SVG."""
        if self.content.startswith(b"RIFF") and self.content[8:12] == b"WEBP":
            return "image/webp"
        found = (kind for start, kind in PHOTOGRAPHS.items() if self.content.startswith(start))
        return next(found, "image/svg+xml")

    @property
    def is_photograph(self) -> bool:
        """Whether it is made of pixels."""
        return self.media_type != "image/svg+xml"

    @property
    def ending(self) -> str:
        """What its file name ends in."""
        return ENDINGS[self.media_type]


@dataclass(frozen=True)
class ExchangeItem:
    """An item on its way from or to another system.

    `key` has the shape that material gives it (docs/material-format.md): a tuple of option ids for choices and orders,
    prompt → option for matching, `value`, `tolerance` and `unit` of a number, `areas`, `texts`, or `guidance` and
    `criteria`; numbers are text. Stem and rationale are Markdown, options plain text. Facts that a file does not give
    are empty.
    """

    code: str
    kind: ItemKind
    scoring: ScoringRule
    stem: str
    key: Any
    options: tuple[Option, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    regions: tuple[Region, ...] = ()
    picture: Picture | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fixed_order: bool = False
    words: int = 0
    content_area: str = ""
    level: str = ""
    rationale: str = ""
    sources: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    item_set: str = ""
    verified_on: str = ""
    review_by: str = ""
