"""One item as all formats see it: what an author writes, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.item_parts import Option, Prompt, Region

__all__ = ["ExchangeItem", "Option", "Picture", "Prompt", "Region"]


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG) with the words for those who cannot see it."""

    svg: bytes
    alt: str
    caption: str = ""


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
