"""Adjustments for one person, in words: on the start page, at the chair, on the planning page."""

from dataclasses import dataclass
from decimal import Decimal

FRACTIONS = {
    Decimal("1.25"): "a quarter as much again",
    Decimal("1.5"): "half as much again",
    Decimal("1.75"): "three quarters as much again",
    Decimal(2): "as much again",
}


@dataclass(frozen=True)
class Adjustments:
    """What somebody gets: time (base × multiplier + extra minutes), minutes of breaks in all, and help.

    A break stops the clock when the invigilator says so; it is no part of the time itself.
    """

    multiplier: Decimal = Decimal(1)
    extra_minutes: Decimal = Decimal(0)
    break_minutes: int = 0
    large_print: bool = False
    separate_room: bool = False
    reader: bool = False

    @property
    def in_words(self) -> str:
        """Say all of it for people who prepare a room: "150 % time, separate room". Empty when there is nothing."""
        parts = (
            (self.multiplier != 1, f"{plain(self.multiplier * 100)} % time"),
            (self.extra_minutes > 0, f"{_minutes(self.extra_minutes)} more"),
            (self.break_minutes > 0, f"{_minutes(Decimal(self.break_minutes))} of breaks"),
            (self.large_print, "large print"),
            (self.separate_room, "separate room"),
            (self.reader, "reader"),
        )
        return ", ".join(words for applies, words in parts if applies)


def minutes_of(minutes: int, adjustments: Adjustments) -> Decimal:
    """Return base × multiplier + extra minutes, exactly."""
    return Decimal(minutes) * adjustments.multiplier + adjustments.extra_minutes


def time_in_words(minutes: int, adjustments: Adjustments) -> str:
    """Say how long the exam is: "150 minutes", "225 minutes: 150 and half as much again"."""
    parts = [plain(Decimal(minutes))]
    if adjustments.multiplier != 1:
        more = f"{plain((adjustments.multiplier - 1) * 100)} % of it"
        parts.append(FRACTIONS.get(adjustments.multiplier.normalize(), more))
    if adjustments.extra_minutes:
        parts.append(f"{plain(adjustments.extra_minutes)} more")
    total = _minutes(minutes_of(minutes, adjustments))
    if len(parts) == 1:
        return total
    return f"{total}: {', '.join(parts[:-1])} and {parts[-1]}"


def plain(number: Decimal) -> str:
    """Write a number without needless zeros: 150.00 → 150, 2.50 → 2.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _minutes(number: Decimal) -> str:
    return f"{plain(number)} minute{'' if number == 1 else 's'}"
