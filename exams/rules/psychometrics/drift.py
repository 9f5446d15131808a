"""Did an item become easier? The difference of its difficulty between two groups of different persons."""

from dataclasses import dataclass
from math import sqrt

# Beyond three standard errors chance is an explanation in 3 of 1,000 items.
MOST_Z = 3.0
# A normal approximation of smaller groups would flag what nobody should look at.
FEWEST = 30


@dataclass(frozen=True)
class Difficulty:
    """What one group of `n` persons earned by an item: mean and variance (÷ n), of one point."""

    n: int
    p: float
    variance: float


@dataclass(frozen=True)
class Drift:
    """`difference` of two means of p with its standard error; `z` None where that is 0 or a group is too small."""

    difference: float
    error: float
    z: float | None

    @property
    def is_flagged(self) -> bool:
        """Whether somebody should look."""
        return self.z is not None and abs(self.z) > MOST_Z


def drift(now: Difficulty, before: Difficulty) -> Drift:
    """Compare two groups that share no person, `now` minus `before`.

    The variance of both together about their common mean is v; the error is √(v(1/n₁ + 1/n₂)), for right or wrong the
    textbook z test of two proportions: 60 of 100 against 80 of 100 is −0.2 ± 0.0648, z = −3.09.
    """
    both = now.n + before.n
    difference = now.p - before.p
    if not now.n or not before.n:
        return Drift(difference, 0.0, None)
    mean = (now.n * now.p + before.n * before.p) / both
    pooled = sum(one.n * (one.variance + (one.p - mean) ** 2) for one in (now, before)) / both
    error = sqrt(pooled * (1 / now.n + 1 / before.n))
    enough = min(now.n, before.n) >= FEWEST and error > 0
    return Drift(difference, error, difference / error if enough else None)
