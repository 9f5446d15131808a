"""The solver of 0/1 programmes: HiGHS, as scipy brings it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from time import monotonic
from typing import Any

INFINITE = float("inf")
CERTAIN = 1 - 1e-6
SHORTEST = 0.1  # seconds that a last search gets when earlier ones took all
TIME_LIMIT = 1
STATUS = {0: "optimal within the gap", 1: "time limit", 2: "infeasible", 3: "unbounded", 4: "failed"}


@dataclass(frozen=True)
class Row:
    """One demand: `low` ≤ Σ coefficient × column ≤ `high`."""

    terms: dict[int, float]
    low: float
    high: float


@dataclass(frozen=True)
class Solution:
    """Values by column, None when there are none; the end of the search in words; the value of the objective."""

    values: Any
    status: str
    value: float | None


def solve(
    rows: Sequence[Row],
    *,
    costs: Sequence[float],
    whole: Sequence[float],
    upper: Sequence[float],
    seconds: float,
    gap: float,
    rounds: bool = False,
) -> Solution:
    """Minimise Σ cost × column over columns from 0 to `upper`, those marked in `whole` being whole numbers.

    `gap` is relative; all searches together end after `seconds` with the best they have, and the status says so when
    one was cut short. With `rounds` the relaxed programme is tried first (see `_rounded`). The imports
    wait until here, so that pages which assemble nothing do not pay for them.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *(len(row.terms) for row in rows)])
    columns = np.fromiter((column for row in rows for column in row.terms), dtype=np.int32)
    terms = np.fromiter((term for row in rows for term in row.terms.values()), dtype=float)
    matrix = csr_array((terms, columns, ends), shape=(len(rows), len(costs)))
    limits = LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])
    end, cut_short = monotonic() + seconds, False

    def search(integrality: Any, lower: Any) -> Any:
        nonlocal cut_short
        bounds = Bounds(lower, np.array(upper))
        options = {"time_limit": max(end - monotonic(), SHORTEST), "mip_rel_gap": gap}
        found = milp(np.array(costs), integrality=integrality, bounds=bounds, constraints=limits, options=options)
        cut_short = cut_short or found.status == TIME_LIMIT
        return found

    found = _rounded(search, np.array(whole), gap) if rounds else None
    found = found or search(np.array(whole), np.zeros(len(costs)))
    status = STATUS[TIME_LIMIT if cut_short else found.status]
    return Solution(found.x, status, None if found.x is None else float(found.fun))


def _rounded(search: Callable[[Any, Any], Any], whole: Any, gap: float) -> Any:
    """Take what the relaxed programme takes for certain, all of it, a half or a quarter, and search for the rest.

    Its value bounds that of every solution, so what is found counts only within the gap, as in a search of the whole;
    else None. Most whole searches end at their root and some need ten times as long, up to 0.4 s of CPU where caps and
    forms seen before bind; rounded ones have little left to search for: of 16 such forms none took more than 0.1 s.
    """
    import numpy as np

    bound = search(np.zeros(len(whole)), np.zeros(len(whole)))
    if bound.x is None:
        return None
    certain = np.flatnonzero((bound.x >= CERTAIN) & (whole > 0))
    for taken in (certain, certain[::2], certain[1::2], certain[::4]):
        lower = np.zeros(len(whole))
        lower[taken] = 1
        found = search(whole, lower)
        if found.x is not None and found.fun - bound.fun <= gap * abs(found.fun):
            return found
    return None


@cache
def solver_name() -> str:
    """Return the solver with the version that the forms of today come from."""
    return f"HiGHS in scipy {version('scipy')}"
