"""What the size of the register costs: 1,000 certificates beside 1,000,000, in one run (`make bench`).

`REGISTER_BENCH_ENTRIES=20000 make bench` measures a smaller one quickly. The two sites are asked in turns, so that
whatever else the machine does falls on both. Figures are CPU milliseconds of the asking process, SQLite included, as
medians of the rounds; what PostgreSQL's own processes spend stands in a line of its own, for all checks alike.
"""

import json
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.benchmarks.test_server_cpu import POSTGRES
from tests.house import ROOT, House

pytestmark = pytest.mark.bench
SMALL, LARGE = 1000, int(os.environ.get("REGISTER_BENCH_ENTRIES", "1000000"))
ROUNDS, TIMES, APPENDS = 7, 40, 60
MOST_FACTOR, MOST_APPEND = 1.2, 5.0
MODULE = "tests.benchmarks.many_entries"
RESULTS = ROOT / "var" / "bench-register.json"

Figures = dict[str, float]


@pytest.fixture(params=["sqlite", "postgresql"])
def sites(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, House]]:
    server = POSTGRES if request.param == "postgresql" else None
    if server:
        psycopg.connect(server, connect_timeout=5).close()  # a bench without its database fails; it does not skip
    houses = []
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
        houses.append(House(tmp_path / name, server))
    yield houses[0], houses[1]
    for house in houses:
        house.close()


def test_what_the_size_of_the_register_costs(sites: tuple[House, House]) -> None:
    numbers = []
    for house, size in zip(sites, (SMALL, LARGE), strict=True):
        numbers.append(house.tell(MODULE, "begin()"))
        house.tell(MODULE, f"fill({size})", seconds=3600)
    rounds: tuple[list[Figures], list[Figures]] = ([], [])
    for _ in range(ROUNDS):
        for house, number, taken in zip(sites, numbers, rounds, strict=True):
            taken.append(house.tell(MODULE, f"measure({number!r}, {TIMES})"))
    small, large = map(_medians, rounds)
    appended = [house.tell(MODULE, f"append({APPENDS})") for house in sites]
    factors = {name: large[name] / small[name] for name in small}
    _report("postgresql" if sites[0].server else "sqlite", small, large, factors, appended)
    assert "The register holds" in sites[1].manage("verify_register", seconds=3600)
    assert appended[1]["entry"] < MOST_APPEND
    assert max(factors.values()) <= MOST_FACTOR


def _medians(rounds: list[Figures]) -> Figures:
    return {name: statistics.median(taken[name] for taken in rounds) for name in rounds[0]}


def _report(database: str, small: Figures, large: Figures, factors: Figures, appended: list[Figures]) -> None:
    lines = [f"\n{database}: CPU ms{'':26}{SMALL:>12,}{LARGE:>12,}{'factor':>9}"]
    lines += [f"{name:36}{small[name]:12.2f}{large[name]:12.2f}{factors[name]:9.2f}" for name in small]
    for name in appended[0]:
        before, after = appended[0][name], appended[1][name]
        lines.append(f"{name:36}{before:12.2f}{after:12.2f}{after / before:9.2f}")
    sys.stdout.write("\n".join(lines) + "\n")
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    figures = {"small": SMALL, "large": LARGE, "checks": [small, large], "appending": appended}
    RESULTS.write_text(json.dumps(known | {database: figures}, indent=2) + "\n")
