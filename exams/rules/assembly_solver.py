"""The solver of 0/1 programmes: HiGHS, as scipy brings it."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

INFINITE = float("inf")
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
) -> Solution:
    """Minimise Σ cost × column over columns from 0 to `upper`, those marked in `whole` being whole numbers.

    `gap` is relative; the search ends after `seconds` with the best it has. The imports wait until here, so that pages
    which assemble nothing do not pay for them.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *(len(row.terms) for row in rows)])
    columns = np.fromiter((column for row in rows for column in row.terms), dtype=np.int32)
    terms = np.fromiter((term for row in rows for term in row.terms.values()), dtype=float)
    matrix = csr_array((terms, columns, ends), shape=(len(rows), len(costs)))
    found = milp(
        np.array(costs),
        integrality=np.array(whole),
        bounds=Bounds(0, np.array(upper)),
        constraints=LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows]),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    return Solution(found.x, STATUS[found.status], None if found.x is None else float(found.fun))


def solver_name() -> str:
    """Return the solver with the version that the forms of today come from."""
    return f"HiGHS in scipy {version('scipy')}"
