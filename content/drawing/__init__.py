"""Draws the figures of lessons and items: the same arguments give the same bytes. Knows nothing of Django.

Each maker returns the SVG and the facts that it computed while drawing, such as how many responses reach 50 microvolts,
so that a key need not be counted on the screen. docs/material-format.md says how to add a figure.
"""

from content.drawing.catalogue import Entry, Outcome, compare, draw, unproven_keys
from content.drawing.makers import MAKERS

__all__ = ["MAKERS", "Entry", "Outcome", "compare", "draw", "unproven_keys"]
