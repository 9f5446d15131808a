"""The marginal likelihood of 0/1 answers under the 2PL, with its gradient and its Hessian.

Every item has an intercept c and a slope a, P = 1/(1 + exp(−(c + aθ))). The integral over θ~N(0, 1) is a sum over 61
equally spaced nodes on [−6, 6], which is far more exact than data deserve: such a sum of a smooth function that
vanishes at both ends converges faster than any power of the spacing. Source: Bock and Lieberman (1970), Bock and Aitkin
(1981), exams.md 4.5; the Hessian by Louis (1982).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NODES: Floats = np.linspace(-6.0, 6.0, 61)
_DENSITY: Floats = np.exp(-(NODES**2) / 2)
LOG_WEIGHTS: Floats = np.log(_DENSITY / _DENSITY.sum())


@dataclass(frozen=True)
class Answers:
    """Persons × items: `right` is 1 where the answer is right, `given` is 1 where there is an answer."""

    right: Floats
    given: Floats

    @classmethod
    def of(cls, responses: Floats) -> "Answers":
        """Read 1, 0 and NaN (no answer, which then says nothing about the person)."""
        given = ~np.isnan(responses)
        return cls(np.where(given, responses, 0.0), given.astype(np.float64))


@dataclass(frozen=True)
class Expectation:
    """The likelihood at one set of parameters: `posterior` is persons × nodes, `chances` nodes × items."""

    loglik: float
    gradient: Floats
    posterior: Floats
    chances: Floats


def log_chances(intercepts: Floats, slopes: Floats, abilities: Floats) -> tuple[Floats, Floats, Floats]:
    """Return logits, ln(1 − P) and P, each abilities × items, without overflow."""
    logits = intercepts + np.multiply.outer(abilities, slopes)
    return logits, -np.logaddexp(0.0, logits), expit(logits)


def expect(answers: Answers, intercepts: Floats, slopes: Floats) -> Expectation:
    """Return the marginal log-likelihood Σ_j ln Σ_q w_q Π P^u (1 − P)^(1 − u) and its gradient by (c, a).

    One item, c = 0, a = 1, one right answer: ln ½ = −0.6931, for half of the standard normal lies above 0.
    """
    logits, log_wrong, chances = log_chances(intercepts, slopes, NODES)
    joint = answers.right @ logits.T + answers.given @ log_wrong.T + LOG_WEIGHTS
    highest = joint.max(axis=1, keepdims=True)
    posterior = np.exp(joint - highest)
    total = posterior.sum(axis=1, keepdims=True)
    posterior /= total
    residual = posterior.T @ answers.right - (posterior.T @ answers.given) * chances
    gradient = np.concatenate([residual.sum(axis=0), NODES @ residual])
    return Expectation(float((highest + np.log(total)).sum()), gradient, posterior, chances)


def hessian(answers: Answers, at: Expectation) -> Floats:
    """Return the second derivatives of the log-likelihood by (c, a), 2k × 2k.

    Louis's identity: the expected Hessian of the complete data plus, person by person, the variance of the complete
    data's score, both over the posterior of θ.
    """
    items = at.chances.shape[1]
    moments = np.zeros((3, items, items))
    for node, (ability, weight) in enumerate(zip(NODES, at.posterior.T, strict=True)):
        residual = answers.right - answers.given * at.chances[node]
        product = (residual * weight[:, None]).T @ residual
        for power in range(3):
            moments[power] += ability**power * product
    curvature = (at.posterior.T @ answers.given) * at.chances * (1 - at.chances)
    for power in range(3):
        moments[power] -= np.diag(NODES**power @ curvature)
    weighted = at.posterior * NODES
    mean = np.hstack(
        [
            answers.right - answers.given * (at.posterior @ at.chances),
            answers.right * weighted.sum(axis=1, keepdims=True) - answers.given * (weighted @ at.chances),
        ]
    )
    whole: Floats = np.block([[moments[0], moments[1]], [moments[1], moments[2]]]) - mean.T @ mean
    return whole
