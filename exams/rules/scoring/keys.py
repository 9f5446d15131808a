"""What is right: the facts of an item version that its rule needs. All numbers are exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from content.rules.areas import Area


@dataclass(frozen=True)
class ChoiceKey:
    """The ids of the right options, among all options of the item (`among` is needed by `per_option` only)."""

    options: frozenset[str]
    among: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MappingKey:
    """A QTI mapping: what each option adds, what any other value adds, and the bounds of the sum (None: no bound)."""

    mapping: Mapping[str, Fraction]
    among: frozenset[str]
    default: Fraction = Fraction(0)
    lower: Fraction | None = None
    upper: Fraction | None = None


@dataclass(frozen=True)
class FractionsKey:
    """What each option adds as a share of the full points, as Moodle has it; options not named add nothing."""

    fractions: Mapping[str, Fraction]


@dataclass(frozen=True)
class NumberBand:
    """From `low` to `high`, both inclusive, a number earns `score`."""

    low: Decimal
    high: Decimal
    score: Fraction


@dataclass(frozen=True)
class NumberKey:
    """The right number, the distance that still counts (inclusive), the unit, and how it may be typed.

    The distance is in the same unit, or in percent of the number for `tolerance_relative_percent`. `factors` say how
    many of `unit` one of a typed unit is; `bands` take the place of number and distance.
    """

    value: Decimal
    tolerance: Decimal
    unit: str
    decimal_comma: bool = False
    factors: Mapping[str, Decimal] | None = None
    bands: tuple[NumberBand, ...] = ()


@dataclass(frozen=True)
class OrderKey:
    """All options in the right order."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class PairsKey:
    """Each prompt with its option."""

    options: Mapping[str, str]


@dataclass(frozen=True)
class AreasKey:
    """Areas with what each earns, how many points may be marked, and for QTI the default and the bounds of the sum."""

    areas: tuple[tuple[Area, Fraction], ...]
    most_points: int = 1
    default: Fraction = Fraction(0)
    lower: Fraction | None = None
    upper: Fraction | None = None


@dataclass(frozen=True)
class TextKey:
    """The texts that are right, or patterns with `*` for the rule `wildcard`."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class ManualKey:
    """Nothing that a machine could compare: a person marks the answer."""


Key = ChoiceKey | MappingKey | FractionsKey | NumberKey | OrderKey | PairsKey | AreasKey | TextKey | ManualKey
