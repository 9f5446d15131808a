"""From points to a scaled score, so that results of forms of unequal difficulty can stand side by side.

The decision falls on exact points before; a scaled score never decides and is never shown beside a percentage
(exams.md 3.10).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Scale:
    """Whole numbers that no points, the cut, and all points stand for; such as 200, 500, 800."""

    lowest: int
    cut: int
    highest: int

    def __post_init__(self) -> None:
        """Refuse a scale that does not rise. Raises `ValueError`."""
        if not 0 <= self.lowest < self.cut <= self.highest:
            raise ValueError("A scale rises from its lowest number to the cut and on to its highest.")


def scaled_score(raw: Fraction, *, cut: Decimal, maximum: int, passed: bool, scale: Scale) -> int:
    """Return the point on the lines through (0, lowest), (cut, scaled cut), (maximum, highest), rounded half up.

    A failing score stays below the scaled cut, whatever rounding says and also when it fails by an area. On
    200/500/800 with a cut of 35 of 50: 35 → 500, 50 → 800, 34 2/3 → 497, 42.5 → 650.
    """
    edge = Fraction(cut)
    if raw >= maximum:
        exact = Fraction(scale.highest)
    elif raw >= edge:
        exact = scale.cut + (raw - edge) / (maximum - edge) * (scale.highest - scale.cut)
    else:
        exact = scale.lowest + raw / edge * (scale.cut - scale.lowest)
    rounded = (exact + Fraction(1, 2)).__floor__()
    return rounded if passed else min(rounded, scale.cut - 1)
