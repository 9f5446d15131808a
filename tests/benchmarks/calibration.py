"""One calibration, measured in a process of its own: prints CPU and wall seconds, steps and gradient as JSON."""

import json
import sys
import time

import numpy as np

from exams.rules.psychometrics.irt import fit

PERSONS, ITEMS = 1000, 100


def measure(missing: float) -> dict[str, float | bool | None]:
    """Calibrate 1,000 persons and 100 items by the 2PL, a share of the answers missing."""
    chance = np.random.default_rng(7)
    slopes, places = chance.lognormal(0.0, 0.3, ITEMS), chance.normal(0.0, 1.0, ITEMS)
    right = 1 / (1 + np.exp(-slopes * (chance.standard_normal((PERSONS, 1)) - places)))
    answers = (chance.random(right.shape) < right).astype(float)
    answers[chance.random(right.shape) < missing] = np.nan
    cpu, wall = time.process_time(), time.perf_counter()
    found = fit(answers, "2pl")
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "steps": found.iterations,
        "gradient": found.gradient,
        "converged": found.converged,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(float(sys.argv[1]))))
