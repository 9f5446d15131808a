"""What judges say where no share of an item is asked: which questions there are, and what may be answered.

Each answer is about something, under a key: `item.4` (the cell of Ebel that the item at place 4 belongs to),
`cell.essential.easy` (percent expected right in that cell), `k_min`, `k_max`, `f_min`, `f_max` (Hofstee: percent of
the points, percent of candidates who fail), `cut`, `pass_rate` (Beuk: the same, who pass).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exams.rules.psychometrics.standard_setting.rounds import read_percent

EBEL, HOFSTEE, BEUK = "ebel", "hofstee", "beuk"
# Ebel (1972) has four degrees of relevance and three of difficulty.
RELEVANCE = {
    "essential": "Essential",
    "important": "Important",
    "acceptable": "Acceptable",
    "questionable": "Questionable",
}
DIFFICULTY = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
CELLS = {
    f"{relevance}.{difficulty}": f"{word}, {DIFFICULTY[difficulty].lower()}"
    for relevance, word in RELEVANCE.items()
    for difficulty in DIFFICULTY
}
# By what it is about; of one judge.
Answers = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """One question that is answered in whole percent."""

    about: str
    label: str
    hint: str = ""


FIGURES = {
    HOFSTEE: (
        Asked("k_min", "Lowest acceptable cut", "Percent of the points. A cut below it would be too easy to reach."),
        Asked("k_max", "Highest acceptable cut", "Percent of the points. A cut above it would ask too much."),
        Asked("f_min", "Lowest acceptable share who fail", "Percent of the candidates."),
        Asked("f_max", "Highest acceptable share who fail", "Percent of the candidates."),
    ),
    BEUK: (
        Asked("cut", "Cut that you find right", "Percent of the points somebody just good enough reaches."),
        Asked("pass_rate", "Share that you expect to pass", "Percent of the candidates who reach this cut."),
    ),
}
# The first of a pair lies at or below the second.
ORDERED = (("k_min", "k_max", "cut"), ("f_min", "f_max", "share who fail"))


def item_key(place: int) -> str:
    """Return what the cell of an item is kept under."""
    return f"item.{place}"


def cell_key(cell: str) -> str:
    """Return what the percent expected right in a cell is kept under."""
    return f"cell.{cell}"


def cells_used(places: Sequence[int], given: Answers) -> tuple[str, ...]:
    """Return the cells into which a judge has put an item, essential and easy ones first."""
    used = {given.get(item_key(place)) for place in places}
    return tuple(cell for cell in CELLS if cell in used)


def figures_asked(method: str, places: Sequence[int], given: Answers) -> tuple[Asked, ...]:
    """Return the questions that are answered in percent: by Ebel one for every cell in which the judge has items."""
    if method != EBEL:
        return FIGURES.get(method, ())
    counts = {cell: sum(given.get(item_key(place)) == cell for place in places) for cell in CELLS}
    return tuple(
        Asked(cell_key(cell), CELLS[cell], f"{counts[cell]} item{'' if counts[cell] == 1 else 's'} of yours.")
        for cell in cells_used(places, given)
    )


def needed(method: str, places: Sequence[int], given: Answers) -> tuple[str, ...]:
    """Return all that a judge has to answer, by what they have answered so far."""
    items = tuple(item_key(place) for place in places) if method == EBEL else ()
    return items + tuple(asked.about for asked in figures_asked(method, places, given))


def is_possible(method: str, places: Sequence[int], about: str, value: str) -> bool:
    """Whether this can be answered to that: an item belongs in a known cell, all else is a whole percent."""
    if method == EBEL and about in {item_key(place) for place in places}:
        return value in CELLS
    figures = {cell_key(cell) for cell in CELLS} if method == EBEL else {asked.about for asked in FIGURES[method]}
    return about in figures and value.isdecimal() and read_percent(value) is not None


def contradiction(given: Answers) -> str:
    """Say where the answers of one judge contradict each other, or nothing."""
    for low, high, what in ORDERED:
        if low in given and high in given and int(given[low]) > int(given[high]):
            return f"Your lowest acceptable {what} lies above the highest."
    return ""
