"""Answers of persons to the items of a form, as a table of small numbers, and their scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
Counts = NDArray[np.int64]

# The first two codes of every table; option labels follow.
OMITTED, NOT_REACHED = 0, 1
FIRST_OPTION = 2


@dataclass(frozen=True)
class ItemKey:
    """What is right: any of `keys`, which are option labels.

    `options` are all labels the item offers as far as known; `scored` is False for a pretest item, which is described
    but enters neither totals nor reliability (exams.md 8, pitfall 6).
    """

    item: str
    keys: tuple[str, ...]
    options: tuple[str, ...] = ()
    scored: bool = True


@dataclass(frozen=True)
class Responses:
    """`choices` is persons × items; code `FIRST_OPTION + i` means `labels[i]`.

    `dichotomous` says that the labels are scores, "0" and "1", rather than options somebody could choose. An omitted
    item scores 0. An item that was not reached scores 0 in the total and is left out of the item's own statistics.
    """

    items: tuple[ItemKey, ...]
    labels: tuple[str, ...]
    choices: Codes
    dichotomous: bool = False

    def __post_init__(self) -> None:
        """Refuse a table of another width, and codes without a label. Raises ValueError."""
        if self.choices.ndim != 2 or self.choices.shape[1] != len(self.items):
            raise ValueError("The table must have one column per item.")
        if self.choices.size and int(self.choices.max()) >= FIRST_OPTION + len(self.labels):
            raise ValueError("The table holds a code without a label.")

    @property
    def persons(self) -> int:
        """How many persons there are."""
        return len(self.choices)

    @property
    def scored(self) -> tuple[int, ...]:
        """Columns of the items that count."""
        return tuple(column for column, item in enumerate(self.items) if item.scored)

    def right(self, column: int) -> NDArray[np.bool_]:
        """Return who answered this item right, one truth per person."""
        return self._rightness(column)[self.choices[:, column]]

    def right_codes(self, column: int) -> list[int]:
        """Return the codes that are right for this item."""
        return [int(code) for code in np.flatnonzero(self._rightness(column))]

    @cached_property
    def totals(self) -> Counts:
        """Number of scored items that each person answered right."""
        total = np.zeros(self.persons, dtype=np.int64)
        for column in self.scored:
            total += self.right(column)
        return total

    def scores(self) -> NDArray[np.float64]:
        """Return persons × scored items: 1 right, 0 wrong or omitted, NaN not reached."""
        table = np.empty((self.persons, len(self.scored)), order="F")
        for place, column in enumerate(self.scored):
            table[:, place] = self.right(column)
            table[self.choices[:, column] == NOT_REACHED, place] = np.nan
        return table

    def _rightness(self, column: int) -> NDArray[np.bool_]:
        keys = self.items[column].keys
        return np.array([False, False, *(label in keys for label in self.labels)])


def from_scores(
    scores: Sequence[Sequence[int | None]] | NDArray[np.float64], *, items: Sequence[str] | None = None
) -> Responses:
    """Make a table from scores: 1, 0, and None or NaN for omitted. Raises ValueError for anything else."""
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2:
        table = table.reshape(len(scores), -1) if len(scores) else np.zeros((0, len(items or ())))
    missing = np.isnan(table)
    if not np.isin(table[~missing], (0.0, 1.0)).all():
        raise ValueError("Scores must be 1, 0 or missing.")
    codes = np.where(missing, OMITTED, FIRST_OPTION + np.nan_to_num(table)).astype(np.uint8)
    names = items if items is not None else [f"I{place + 1:02d}" for place in range(table.shape[1])]
    keys = tuple(ItemKey(name, ("1",)) for name in names)
    return Responses(keys, ("0", "1"), np.asfortranarray(codes), dichotomous=True)
