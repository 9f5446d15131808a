"""Contrast of two colours, as WCAG 2.2 defines it."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
TEXT_CONTRAST = 4.5
WHITE, INK = "#ffffff", "#14181d"
PAPER_LIGHT, PAPER_DARK = "#fbf8f2", "#14181d"


def is_colour(text: str) -> bool:
    """Say whether a text is a colour written as #rrggbb."""
    return bool(HEX.match(text))


def luminance(colour: str) -> float:
    """Return the relative luminance (0 black … 1 white) of a colour written as #rrggbb.

    Source: WCAG 2.2, definition of relative luminance. White gives 1.0, #808080 gives 0.2159.
    """
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Black on white gives 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Return white or ink, whichever reads better on `colour`."""
    return max((WHITE, INK), key=lambda ink: contrast(ink, colour))
