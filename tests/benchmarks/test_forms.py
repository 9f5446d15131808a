"""CPU milliseconds of a form made for one attempt, 120 items from the bank that ships, on both databases: `make bench`.

The figures are those of the process that makes the form, database driver included, the database server's own not.
"""

import json
import statistics
import sys
from pathlib import Path

import pytest

from tests.benchmarks.test_server_cpu import POSTGRES
from tests.house import House

pytestmark = pytest.mark.bench
COUNT = 30
GOAL = 150.0  # of every form, not of their mean


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_form_per_attempt(database: str, tmp_path: Path) -> None:
    house = House(tmp_path, POSTGRES if database == "postgresql" else None)
    try:
        printed = house.python(f"from tests.benchmarks.forms import measure; measure({COUNT})")
    finally:
        house.close()
    facts = json.loads(printed.splitlines()[-1])
    form, start = statistics.mean(facts["forms"]), statistics.mean(facts["starts"])
    lines = [
        f"\n{database}: CPU ms of a form {form:.0f}, longest {max(facts['forms']):.0f}",
        f"a start with a form of its own {start:.0f}, in {facts['queries']} queries",
        f"the first form of a process, which loads the solver {facts['first']:.0f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    assert max(facts["forms"]) < GOAL
