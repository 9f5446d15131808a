"""The maximum of the marginal likelihood: a quasi-Newton search, then exact Newton steps until the gradient is zero.

The gradient decides, never the size of a step: a search that stops on small steps leaves slopes in the third digit off
(exams.md 4.5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.optimize import minimize
from scipy.special import logit

from exams.rules.psychometrics.irt.likelihood import Answers, Expectation, Flags, Floats, expect, hessian
from exams.rules.psychometrics.irt.results import Model

# A slope beyond this cannot be told from a step, neither by data nor by the spacing of the nodes.
STEEPEST = 10.0
# Largest component of the gradient of the log-likelihood at which the search has arrived.
FLAT = 1e-5
_SEARCH_STEPS, _NEWTON_STEPS, _HALVINGS = 1000, 60, 30
_LONGEST_STEP = 1.0

Watch = Callable[[int], None]


@dataclass(frozen=True)
class Maximum:
    """Where the search ended. `covariance` of (c, a) is None where the answers do not determine all estimates."""

    intercepts: Floats
    slopes: Floats
    loglik: float
    gradient: float
    iterations: int
    parameters: int
    covariance: Floats | None


class Surface:
    """The log-likelihood over the parameters of a model: k intercepts, then one slope (1PL) or k slopes (2PL)."""

    def __init__(self, answers: Answers, model: Model) -> None:
        self.answers = answers
        self.items = answers.right.shape[1]
        slopes = 1 if model is Model.ONE else self.items
        # The derivatives of the 2PL's parameters by those of the model.
        self.spread: Floats = np.zeros((2 * self.items, self.items + slopes))
        self.spread[: self.items, : self.items] = np.eye(self.items)
        self.spread[self.items :, self.items :] = 1.0 if model is Model.ONE else np.eye(self.items)
        self.highest = np.concatenate([np.full(self.items, np.inf), np.full(slopes, STEEPEST)])

    def start(self) -> Floats:
        """Return slopes of 1, and the intercepts that roughly give the proportions right under them."""
        answers = self.answers
        proportions = answers.right.sum(axis=0) / answers.given.sum(axis=0)
        slopes = np.ones(self.spread.shape[1] - self.items)
        return np.concatenate([1.16 * logit(proportions), slopes])

    def expectation(self, point: Floats) -> Expectation:
        """Return the likelihood at a point."""
        both = self.spread @ point
        return expect(self.answers, both[: self.items], both[self.items :])

    def gradient(self, at: Expectation) -> Floats:
        """Return the gradient by the model's own parameters."""
        gradient: Floats = at.gradient @ self.spread
        return gradient

    def curvature(self, at: Expectation) -> Floats:
        """Return minus the Hessian by the model's own parameters."""
        curvature: Floats = -self.spread.T @ hessian(self.answers, at) @ self.spread
        return curvature

    def free(self, point: Floats, gradient: Floats) -> Flags:
        """Say which parameters no bound holds where the likelihood would push them further."""
        held: Flags = (np.abs(point) >= self.highest) & (gradient * np.sign(point) > 0)
        return ~held


def search(answers: Answers, model: Model, watch: Watch) -> Maximum:
    """Return the maximum of the marginal likelihood. Every item must have right and wrong answers.

    `watch` hears of every step with the number of steps so far; what it raises ends the search.
    """
    surface = Surface(answers, model)
    point, steps = _approach(surface, watch)
    point, more = _arrive(surface, point, lambda step: watch(steps + step))
    at = surface.expectation(point)
    gradient = surface.gradient(at)
    free = surface.free(point, gradient)
    both = surface.spread @ point
    # θ and −θ are the same model: the direction in which most slopes are positive is called ability.
    sign = -1.0 if both[surface.items :].sum() < 0 else 1.0
    return Maximum(
        intercepts=both[: surface.items],
        slopes=sign * both[surface.items :],
        loglik=at.loglik,
        gradient=float(np.abs(gradient[free]).max(initial=0.0)),
        iterations=steps + more,
        parameters=point.size,
        covariance=_covariance(surface, at, free, sign),
    )


def _approach(surface: Surface, watch: Watch) -> tuple[Floats, int]:
    steps = count(1)

    def downhill(point: Floats) -> tuple[float, Floats]:
        at = surface.expectation(point)
        return -at.loglik, -surface.gradient(at)

    found = minimize(
        downhill,
        surface.start(),
        jac=True,
        method="L-BFGS-B",
        callback=lambda _: watch(next(steps)),
        bounds=[(None, None) if np.isinf(limit) else (-limit, limit) for limit in surface.highest],
        options={"maxiter": _SEARCH_STEPS, "maxfun": 2 * _SEARCH_STEPS, "ftol": 1e-11, "gtol": 1e-2, "maxcor": 20},
    )
    return np.asarray(found.x, dtype=np.float64), int(found.nit)


def _arrive(surface: Surface, point: Floats, watch: Watch) -> tuple[Floats, int]:
    """Take Newton steps, away from saddles, halved until they do not lead down."""
    for step in range(_NEWTON_STEPS):
        watch(step)
        at = surface.expectation(point)
        gradient = surface.gradient(at)
        free = surface.free(point, gradient)
        if np.abs(gradient[free]).max(initial=0.0) < FLAT:
            return point, step
        values, vectors = np.linalg.eigh(surface.curvature(at)[np.ix_(free, free)])
        bent = np.maximum(np.abs(values), 1e-9 * np.abs(values).max())
        move = np.zeros_like(point)
        move[free] = vectors @ ((vectors.T @ gradient[free]) / bent)
        move *= min(1.0, _LONGEST_STEP / np.abs(move).max())
        better = _uphill(surface, point, move, at.loglik)
        if better is None:
            return point, step
        point = better
    return point, _NEWTON_STEPS


def _uphill(surface: Surface, point: Floats, move: Floats, loglik: float) -> Floats | None:
    rounding = 1e-13 * abs(loglik)
    for halving in range(_HALVINGS):
        trial: Floats = np.clip(point + move / 2**halving, -surface.highest, surface.highest)
        if surface.expectation(trial).loglik >= loglik - rounding:
            return trial
    return None


def _covariance(surface: Surface, at: Expectation, free: Flags, sign: float) -> Floats | None:
    """Return the inverse of the observed information, with zeros for what a bound holds."""
    curvature = surface.curvature(at)[np.ix_(free, free)]
    values, vectors = np.linalg.eigh(curvature)
    if values.size == 0 or values.min() <= 1e-9 * values.max():
        return None
    own = np.zeros((free.size, free.size))
    own[np.ix_(free, free)] = (vectors / values) @ vectors.T
    flip = np.concatenate([np.ones(surface.items), np.full(surface.items, sign)])
    covariance: Floats = flip[:, None] * (surface.spread @ own @ surface.spread.T) * flip[None, :]
    return covariance
