"""Data that tests of measurement share, with their sources, and a table of answers made from scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exams.rules.psychometrics.responses import FIRST_OPTION, OMITTED, ItemKey, Responses

# Ten students, ten items: Wuensch, "The Kuder-Richardson 20" (core.ecu.edu/wuenschk/StatHelp/KR20.txt), which gives
# p, q and pq of every item and the variance of the totals, 5.84.
WUENSCH = [
    [1, 1, 1, 1, 1, 1, 0, 1, 1, 0],
    [1, 0, 1, 1, 0, 1, 1, 1, 0, 1],
    [1, 1, 1, 1, 0, 1, 1, 0, 0, 1],
    [0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
    [0, 0, 0, 0, 0, 1, 0, 0, 1, 0],
    [1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
    [1, 1, 0, 1, 1, 1, 0, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1, 0, 1],
    [0, 1, 0, 1, 1, 1, 1, 1, 0, 1],
    [1, 1, 0, 1, 1, 0, 1, 1, 1, 0],
]
WUENSCH_P = [0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6]

# Persons by score 0 to 40 on ACT Assessment Mathematics, from Hanson and Brennan (1990), as BBClassify ships them.
ACT_MATHEMATICS = [
    *(0, 23, 98, 384, 986, 2161, 3722, 5623, 7533, 8817, 9597, 9809, 9674, 8971, 8033, 7384, 6758, 6004, 5463, 4896),
    *(4367, 4083, 3651, 3333, 3191, 2899, 2644, 2597, 2287, 2197, 1967, 1874, 1710, 1581, 1503, 1349, 1181, 994, 827),
    *(585, 294),
]


def from_scores(
    scores: Sequence[Sequence[int | None]] | NDArray[np.float64], *, items: Sequence[str] | None = None
) -> Responses:
    """Make a table of answers from scores: 1, 0, and None or NaN for omitted."""
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2:
        table = table.reshape(len(scores), -1) if len(scores) else np.zeros((0, len(items or ())))
    codes = np.where(np.isnan(table), OMITTED, FIRST_OPTION + np.nan_to_num(table)).astype(np.uint8)
    names = items if items is not None else [f"I{place + 1:02d}" for place in range(table.shape[1])]
    keys = tuple(ItemKey(name, ("1",)) for name in names)
    return Responses(keys, ("0", "1"), np.asfortranarray(codes), dichotomous=True)
