"""The parts of an item as its author writes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One choice. Its id stays with its text for ever."""

    id: str
    text: str
    reason: str


@dataclass(frozen=True)
class Prompt:
    """What a target is matched to."""

    id: str
    text: str


@dataclass(frozen=True)
class Region:
    """A labelled point on a drawing, in its pixels as text, for those who do not point."""

    id: str
    label: str
    x: str
    y: str


@dataclass(frozen=True)
class FigureMaterial:
    """A drawing by the SHA-256 (hex) of its bytes, and what is written about it."""

    digest: str
    alt: str
    caption: str


@dataclass(frozen=True)
class NumericKey:
    """The right number as text, how far off still counts (inclusive), and the unit."""

    value: str
    tolerance: str
    unit: str
