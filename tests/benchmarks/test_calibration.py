"""Seconds of a 2PL calibration of 1,000 persons and 100 items on one core: `make bench`."""

import json
import os
import subprocess
import sys

import pytest

from tests.house import ROOT

pytestmark = pytest.mark.bench
GOAL = 5.0
# Threads of the linear algebra wait for each other by spinning, which burns what other work needs.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_two_parameters_for_a_hundred_items(missing: float) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.calibration", str(missing)]
    environment = {**os.environ, **ONE_CORE}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    found = json.loads(done.stdout)
    sys.stdout.write(
        f"\n2PL, 1,000 × 100, {missing:.0%} missing: {found['cpu']:.1f} s CPU, {found['wall']:.1f} s on the clock, "
        f"{found['steps']} steps, gradient {found['gradient']:.1e}\n"
    )
    assert found["converged"]
    assert found["cpu"] < GOAL
