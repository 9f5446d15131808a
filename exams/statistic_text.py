"""One value of an analysis in a table for people at a terminal."""

from typing import Any

UNDEFINED = "–"


def shown(value: Any, places: int = 3) -> str:
    """Return a value as text: a number with so many decimals, a truth as yes or no, a dash where there is none."""
    if value is None:
        return UNDEFINED
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.{places}f}" if isinstance(value, float) else str(value)
