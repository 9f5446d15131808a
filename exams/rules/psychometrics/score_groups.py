"""How the choice of an option goes with ability: proportions and means within groups of the total score, for a plot."""

import numpy as np

from exams.rules.psychometrics.responses import FIRST_OPTION, NOT_REACHED, OMITTED, Responses

GROUPS = 5


def group_of_each(responses: Responses) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return the score group of each person, 0 (lowest fifth) to 4.

    Everybody with the same total is in the same group: the one in which the middle of those with this total falls, as
    midrank ÷ n. Ten persons with totals 0 to 9 make five groups of two.
    """
    if not responses.persons:
        return np.zeros(0, dtype=np.int64)
    everybody = responses.by_total.persons
    middle = np.cumsum(everybody) - everybody / 2
    groups = np.minimum(GROUPS * middle / responses.persons, GROUPS - 1).astype(np.int64)
    return np.asarray(groups[responses.by_total.place], dtype=np.int64)


def choices_by_group(responses: Responses, column: int) -> dict[str, list[float | None]]:
    """Return, for each label that was chosen and for `omit`, its proportion within each score group.

    Persons who did not reach the item are left out; a group in which nobody reached it has None.
    """
    groups = group_of_each(responses)
    rows = FIRST_OPTION + len(responses.labels)
    counts = np.zeros((rows, GROUPS), dtype=np.int64)
    np.add.at(counts, (responses.choices[:, column], groups), 1)
    counts[NOT_REACHED] = 0
    reached = counts.sum(axis=0)
    names = [("omit", OMITTED), *((label, FIRST_OPTION + place) for place, label in enumerate(responses.labels))]
    return {
        name: [int(counts[row, group]) / int(reached[group]) if reached[group] else None for group in range(GROUPS)]
        for name, row in names
        if counts[row].any()
    }


def points_by_group(responses: Responses, column: int) -> list[float | None]:
    """Return the mean of the points that an item earned within each score group, of those who reached it."""
    groups = group_of_each(responses)
    reached = responses.choices[:, column] != NOT_REACHED
    persons = np.bincount(groups[reached], minlength=GROUPS)
    units = np.bincount(groups[reached], weights=responses.earned(column)[reached], minlength=GROUPS)
    return [
        float(earned) / (int(count) * responses.unit) if count else None
        for earned, count in zip(units, persons, strict=True)
    ]
