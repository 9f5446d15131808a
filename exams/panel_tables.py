"""What the judges of a closed round said, as tables of words; the same on its page, in the record and in the CSV.

Modified Angoff has its spread drawn besides (`exams.panel_reading`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exams.models import PanelMethod, PanelRound
from exams.panel_rounds import distribution_of
from exams.rules.psychometrics.standard_setting.answers import (
    CELLS,
    DIFFICULTY,
    FIGURES,
    RELEVANCE,
    Answers,
    cell_key,
    item_key,
)
from exams.rules.psychometrics.standard_setting.beuk import BeukCut
from exams.rules.psychometrics.standard_setting.hofstee import HofsteeCut
from exams.rules.psychometrics.standard_setting.outcome import FEWEST_PERSONS, PanelOutcome
from exams.rules.psychometrics.standard_setting.panel import PanelMean, panel_mean
from exams.rules.psychometrics.standard_setting.rounds import spread_of
from exams.rules.psychometrics.undefined import Statistic, Why

DASH = "–"
# Rows around the cut that say what a point more or less would do.
AROUND = 5


@dataclass(frozen=True)
class PanelTable:
    """A table of words; the first column names the row. Columns from `first_number` on are numbers."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_number: int = 1

    @property
    def labelled(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The rows for a page: the name, then column, cell, and whether it is a number."""
        return [
            (row[0], [(self.columns[at], row[at], at >= self.first_number) for at in range(1, len(row))])
            for row in self.rows
        ]


def number(value: Statistic, places: int = 2) -> str:
    """Write a statistic, or a dash."""
    return DASH if isinstance(value, Why) else f"{value:.{places}f}"


def tables_of(
    held: PanelRound,
    outcome: PanelOutcome,
    said: Mapping[int, Answers],
    items: Sequence[tuple[int, str]],
    judges: Mapping[int, str],
) -> tuple[PanelTable, ...]:
    """Lay out a round. `items` are places with codes, `judges` names by id in their order."""
    if held.panel.way is PanelMethod.EBEL:
        return _items_by_cell(said, items), _expected(said)
    figures = _figures(held.panel.method, said, judges, held.panel.way.label)
    found = outcome.detail
    if isinstance(found, HofsteeCut):
        return figures, _consequences(held, found.cut, _hofstee_rows(held, found), "fail")
    if isinstance(found, BeukCut):
        return figures, _consequences(held, found.cut, _beuk_rows(held, found), "pass")
    return ()


def _items_by_cell(said: Mapping[int, Answers], items: Sequence[tuple[int, str]]) -> PanelTable:
    rows = []
    for count, (place, code) in enumerate(items, start=1):
        cells = [given[item_key(place)].split(".") for given in said.values() if item_key(place) in given]
        relevance = Counter(cell[0] for cell in cells)
        difficulty = Counter(cell[1] for cell in cells)
        rows.append((f"Item {count}", code, _counted(relevance, RELEVANCE), _counted(difficulty, DIFFICULTY)))
    return PanelTable("Where the judges put the items", ("Item", "Code", "Relevance", "Difficulty"), tuple(rows), 4)


def _counted(counts: Counter[str], words: Mapping[str, str]) -> str:
    return ", ".join(f"{word.lower()} {counts[key]}" for key, word in words.items() if counts[key]) or DASH


def _expected(said: Mapping[int, Answers]) -> PanelTable:
    """Lay out what the panel expects in each cell: the mean over those who have items in it."""
    rows = []
    for cell, word in CELLS.items():
        users = [given for given in said.values() if cell in (v for k, v in given.items() if k.startswith("item."))]
        values = [int(given[cell_key(cell)]) for given in users if cell_key(cell) in given]
        held = [sum(v == cell for k, v in given.items() if k.startswith("item.")) for given in users]
        spread = spread_of(values)
        if users:
            span = f"{spread.lowest} to {spread.highest}" if spread else DASH
            mean = number(panel_mean([float(value) for value in values]).mean, 1)
            rows.append((word, str(len(users)), f"{sum(held) / len(said):.1f}", mean, span))
    columns = ("Cell", "Judges with items in it", "Items, mean of all judges", "Expected right, mean percent", "Range")
    return PanelTable("What the panel expects of borderline candidates", columns, tuple(rows))


def _figures(method: str, said: Mapping[int, Answers], judges: Mapping[int, str], name: str) -> PanelTable:
    asked = FIGURES[method]
    rows = [
        (judge, *(said.get(key, {}).get(one.about, DASH) for one in asked))
        for key, judge in judges.items()
        if key in said
    ]
    whole = [given for given in said.values() if all(one.about in given for one in asked)]
    means = [panel_mean([float(given[one.about]) for given in whole]) for one in asked]
    rows.append(("Mean of the panel", *(number(mean.mean) for mean in means)))
    rows.append(("Standard deviation", *(number(mean.sd) for mean in means)))
    rows.append(("Standard error of the mean", *(number(mean.se) for mean in means)))
    return PanelTable(
        f"{name}: what the judges said, in percent", ("Judge", *(one.label for one in asked)), tuple(rows)
    )


def _hofstee_rows(held: PanelRound, found: HofsteeCut) -> Iterator[tuple[int, float, float]]:
    """Yield whole points in the panel's range with the shares that fail there, and what the line allows."""
    low, high, least, most = _means(found.k_min, found.k_max, found.f_min, found.f_max)
    if low is None or high is None or least is None or most is None:
        return
    scores = distribution_of(held)
    for score in scores.attainable(low, high):
        line = most + (score - low) / (high - low) * (least - most) if high > low else least
        yield score, scores.below(score), line


def _beuk_rows(held: PanelRound, found: BeukCut) -> Iterator[tuple[int, float, float]]:
    """Yield whole points with the shares that pass there, and what the panel's line says."""
    cut, rate = _means(found.wanted, found.expected)
    if cut is None or rate is None or isinstance(found.slope, Why):
        return
    scores = distribution_of(held)
    for score in scores.attainable(0, scores.maximum):
        yield score, 1 - scores.below(score), rate + found.slope * (score - cut)


def _means(*means: PanelMean) -> list[float | None]:
    return [None if isinstance(mean.mean, Why) else mean.mean for mean in means]


def _consequences(held: PanelRound, cut: Statistic, rows: Iterator[tuple[int, float, float]], what: str) -> PanelTable:
    persons = distribution_of(held).persons
    near = (
        [row for row in rows if isinstance(cut, Why) or abs(row[0] - cut) <= AROUND]
        if persons >= FEWEST_PERSONS
        else []
    )
    lines = tuple(
        (f"{score}{', the cut' if score == cut else ''}", f"{100 * share:.1f}", f"{100 * line:.1f}")
        for score, share, line in near[: 4 * AROUND]
    )
    name = f"What each cut would do to {persons} candidate{'' if persons == 1 else 's'} with a result"
    return PanelTable(name, ("Points", f"Percent who {what}", "The panel’s line, percent"), lines)
