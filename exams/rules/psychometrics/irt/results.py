"""What a calibration says: one estimate per item, how the estimation went, and what to be careful with."""

from dataclasses import dataclass
from enum import StrEnum
from math import log


class Model(StrEnum):
    """Which item response model; the ability θ is standard normal in both, which fixes origin and unit of the scale.

    `1pl`: P(right) = 1/(1 + exp(−a(θ − b))) with one slope a that all items share. Since θ~N(0, 1), the slope is
    estimated. The same model in another unit is "slope 1 and free variance of θ": there b is a·b and the standard
    deviation of θ is a. "Slope 1 and variance 1" is another, poorer model and not offered.
    `2pl`: each item has a slope of its own.
    """

    ONE = "1pl"
    TWO = "2pl"


@dataclass(frozen=True)
class Caution:
    """Something a reader of the numbers has to know; `item` when it concerns one item."""

    code: str
    sentence: str
    item: str | None = None


@dataclass(frozen=True)
class ItemEstimate:
    """Slope `a` (per unit of θ) and difficulty `b` (in units of θ) of one item, with their standard errors.

    `answers` counts the persons who answered. What cannot be estimated is None, and `reason` says why.
    """

    item: str
    answers: int
    a: float | None = None
    b: float | None = None
    a_error: float | None = None
    b_error: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Calibration:
    """Estimates of all items on one scale.

    `persons` counts those with at least one answer; `loglik` is the marginal log-likelihood of all answers to items
    with an estimate; `gradient` the largest absolute component of its gradient where the estimation ended, over the
    parameters that no bound holds. When nothing could be estimated, `reason` says why and all numbers are None.
    """

    model: Model
    persons: int
    items: tuple[ItemEstimate, ...]
    loglik: float | None = None
    parameters: int = 0
    converged: bool = False
    iterations: int = 0
    gradient: float | None = None
    cautions: tuple[Caution, ...] = ()
    reason: str | None = None

    @property
    def aic(self) -> float | None:
        """Akaike's criterion, −2 ln L + 2p (Akaike 1974): smaller is better, for models of the same answers."""
        return None if self.loglik is None else -2 * self.loglik + 2 * self.parameters

    @property
    def bic(self) -> float | None:
        """Schwarz's criterion, −2 ln L + p ln N (Schwarz 1978)."""
        return None if self.loglik is None else -2 * self.loglik + self.parameters * log(self.persons)

    def as_json(self) -> dict[str, object]:
        """Return the calibration as plain values; undefined numbers are None, and `reasons` says why, by item."""
        return {
            "model": self.model.value,
            "n": self.persons,
            "loglik": self.loglik,
            "parameters": self.parameters,
            "aic": self.aic,
            "bic": self.bic,
            "converged": self.converged,
            "iterations": self.iterations,
            "gradient": self.gradient,
            "reason": self.reason,
            "items": [
                {"item": i.item, "a": i.a, "b": i.b, "se_a": i.a_error, "se_b": i.b_error, "n": i.answers}
                for i in self.items
            ],
            "reasons": {i.item: i.reason for i in self.items if i.reason},
            "warnings": [{"code": c.code, "item": c.item, "sentence": c.sentence} for c in self.cautions],
        }
