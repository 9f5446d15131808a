"""Ebel: judges sort items by relevance and difficulty, and say what share of each cell is expected right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from exams.rules.psychometrics.standard_setting.panel import PanelMean, panel_mean


@dataclass(frozen=True)
class EbelCell:
    """So many items of one relevance and difficulty, and the proportion expected right by one judge, 0 to 1."""

    relevance: str
    difficulty: str
    items: int
    expected: float


@dataclass(frozen=True)
class EbelCut:
    """Points by judge, and their mean, which is the cut."""

    sums: Mapping[str, float]
    panel: PanelMean


def ebel(cells: Mapping[str, Sequence[EbelCell]]) -> EbelCut:
    """Return Σ items · expected by judge, and the mean (Ebel 1972).

    30 essential easy items at 0.9 and 20 important hard ones at 0.5 give 37.
    """
    sums = {judge: fsum(cell.items * cell.expected for cell in given) for judge, given in cells.items()}
    return EbelCut(sums, panel_mean(list(sums.values())))
