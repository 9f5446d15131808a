"""CPU milliseconds of the server for what people do most, on both databases, in one run: `make bench`.

The figures are the operating system's account of the web server's processes (gunicorn, one worker, four threads) and,
on PostgreSQL, of the database server's. `/live` is measured in the same run: what the framework costs by itself.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.benchmarks.meter import Meter, yardstick
from tests.benchmarks.seed import EXAM, ITEMS
from tests.benchmarks.visitor import Visitor, begin_attempt, save, whole_attempt
from tests.house import ROOT, House, free_port

pytestmark = pytest.mark.bench
POSTGRES = os.environ.get("POSTGRES_URL", "postgres://127.0.0.1:5432/postgres")
ATTEMPTS = 12
GOALS = {
    "lesson page": 12.0,
    "answer save": 4.0,
    "40-item attempt": 180.0,
    "verification page": 4.0,
    "certificate": 100.0,
}
RESULTS = ROOT / "var" / "bench.json"

Figures = dict[str, dict[str, float]]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    server = None
    if request.param == "postgresql":
        server = POSTGRES
        psycopg.connect(server, connect_timeout=5).close()  # a bench without its database fails; it does not skip
    house = House(tmp_path, server)
    yield house
    house.close()


def test_what_the_server_spends(site: House) -> None:
    # One caller stands for many here; the limit in total stays, with its share of writes.
    site.environment |= {"LOG_LEVEL": "WARNING", "VERIFICATIONS_PER_MINUTE": "100000"}
    facts = json.loads(site.python(f"from tests.benchmarks.seed import seed; seed({ATTEMPTS + 2})").splitlines()[-1])
    port = free_port()
    meter = Meter(site, site.start_web(port).pid)
    people = [Visitor(port, session) for session in facts["sessions"]]
    stranger = Visitor(port)
    whole_attempt(people[0], EXAM, ITEMS)
    for path in ("/live", f"/verify/{facts['number']}"):
        stranger.get(path)
    people[1].get(facts["lesson"])  # from here on everything is warm

    figures: Figures = {}
    before = yardstick()
    figures["bare page (/live)"] = cost(meter, 300, lambda _: stranger.get("/live"))
    figures["lesson page"] = cost(meter, 200, lambda _: people[1].get(facts["lesson"]))
    figures["verification page"] = cost(meter, 300, lambda _: stranger.get(f"/verify/{facts['number']}"))
    address, token = begin_attempt(people[1], EXAM)
    figures["answer save"] = cost(meter, 400, lambda n: save(people[1], address, token, n % ITEMS + 1, n + 1))
    figures["40-item attempt"] = cost(meter, ATTEMPTS, lambda n: whole_attempt(people[n + 2], EXAM, ITEMS))
    made = json.loads(site.python("from tests.benchmarks.seed import certificates; certificates(30)").splitlines()[-1])
    each = 1000 * made["cpu_seconds"] / made["count"]
    figures["certificate"] = {"web_ms": each, "database_ms": 0.0}
    report("postgresql" if site.server else "sqlite", figures, (before + yardstick()) / 2)
    assert all(figure["web_ms"] > 0 for figure in figures.values())


def cost(meter: Meter, count: int, act: Callable[[int], object]) -> dict[str, float]:
    """Return CPU milliseconds per act of web and database server."""
    before = meter.read()
    for number in range(count):
        act(number)
    web, database = (1000 * (after - earlier) / count for after, earlier in zip(meter.read(), before, strict=True))
    return {"web_ms": web, "database_ms": database}


def report(database: str, figures: Figures, yard: float) -> None:
    """Print the table, with what the yardstick cost meanwhile, and add it to the JSON file."""
    lines = [
        f"\n{database}: CPU ms (yardstick {yard:.0f})",
        f"{'':24}{'web':>9}{'database':>10}{'together':>10}{'goal':>8}",
    ]
    for name, figure in figures.items():
        together = figure["web_ms"] + figure["database_ms"]
        goal = f"{GOALS[name]:8.0f}" if name in GOALS else ""
        lines.append(f"{name:24}{figure['web_ms']:9.2f}{figure['database_ms']:10.2f}{together:10.2f}{goal}")
    lines.append(f"{'certificates a second and core':42}{1000 / figures['certificate']['web_ms']:10.1f}")
    sys.stdout.write("\n".join(lines) + "\n")
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(known | {database: figures | {"yardstick_ms": yard}}, indent=2) + "\n")
