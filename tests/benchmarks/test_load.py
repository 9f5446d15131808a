"""A full exam hall on one machine, on both databases: `make load` (about eight minutes).

Each candidate gets a form of 120 items made for the attempt, the dearest start there is; `LOAD_FORMS=fixed` gives all
of them one form of 40. LOAD_CANDIDATES, LOAD_STARTS_WITHIN and LOAD_SECONDS make it smaller or longer. On a slow
machine LOAD_SLOWDOWN=3 stretches the crowd's time and the goals by 3, as if the machine were so much faster.

Goals (reliability design R-15): starts within a minute at a p95 of 2 s; saves and pages at a p95 of 300 ms and a p99 of
1 s; no 5xx; no acknowledged save lost; no two forms alike.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.benchmarks.meter import Meter, yardstick
from tests.benchmarks.test_server_cpu import POSTGRES
from tests.house import ROOT, House, free_port

pytestmark = pytest.mark.load
CANDIDATES = int(os.environ.get("LOAD_CANDIDATES", "300"))
STARTS_WITHIN = float(os.environ.get("LOAD_STARTS_WITHIN", "60"))
THEN_SECONDS = float(os.environ.get("LOAD_SECONDS", "120"))
SLOWDOWN = float(os.environ.get("LOAD_SLOWDOWN", "1"))
OWN_FORMS = os.environ.get("LOAD_FORMS", "per_attempt") == "per_attempt"
GOALS = {"start": 2.0, "room": 2.0, "items": 2.0, "save": 0.3, "page": 0.3}
RESULTS = ROOT / "var" / "load.json"


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    server = None
    if request.param == "postgresql":
        server = POSTGRES
        psycopg.connect(server, connect_timeout=5).close()
    house = House(tmp_path, server)
    yield house
    house.close()


def test_a_full_hall(site: House) -> None:
    site.environment |= {"LOG_LEVEL": "WARNING"}
    seeding = f"from tests.benchmarks.seed import seed_hall; seed_hall({CANDIDATES}, own_forms={OWN_FORMS})"
    hall = json.loads(site.python(seeding, seconds=900).splitlines()[-1])
    port = free_port()
    meter = Meter(site, site.start_web(port, workers=2, threads=8).pid)
    plan = hall | {
        "port": port,
        "starts_within": STARTS_WITHIN * SLOWDOWN,
        "then_seconds": THEN_SECONDS * SLOWDOWN,
        "slowdown": SLOWDOWN,
    }
    before = meter.read()
    driver = [sys.executable, "-m", "tests.benchmarks.crowd"]
    done = subprocess.run(driver, input=json.dumps(plan), capture_output=True, text=True, cwd=ROOT, check=True)
    web, database = (after - earlier for after, earlier in zip(meter.read(), before, strict=True))
    figures: dict[str, Any] = json.loads(done.stdout)
    report("postgresql" if site.server else "sqlite", figures, {"web": web, "database": database})
    assert figures["faults"] == []
    assert not [status for status in figures["statuses"] if status.startswith("5")]
    assert lost(site, figures["acknowledged"]) == []
    if OWN_FORMS:
        kinds = site.rows(
            "SELECT count(*), count(DISTINCT content_hash) FROM exams_examform WHERE kind = 'per_attempt'"
        )
        assert kinds == [(CANDIDATES, CANDIDATES)]


def lost(site: House, acknowledged: dict[str, dict[str, list[Any]]]) -> list[tuple[str, str]]:
    """Return attempt and place of every acknowledged answer that the database does not hold as it was sent."""
    rows = site.rows("SELECT attempt_id, position, seq, value FROM exams_response WHERE seq > 0")
    held = {
        (str(attempt).replace("-", ""), str(position)): [seq, json.loads(value) if isinstance(value, str) else value]
        for attempt, position, seq, value in rows
    }
    return [
        (attempt, place)
        for attempt, answers in acknowledged.items()
        for place, answer in answers.items()
        if held.get((attempt.replace("-", ""), place)) != answer
    ]


def percentile(values: list[float], share: float) -> float:
    """Return the value below or at which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def report(database: str, figures: dict[str, Any], spent: dict[str, float]) -> None:
    """Print what the crowd saw and add it to the JSON file."""
    table = {
        kind: {"count": len(values), **{f"p{share}": percentile(values, share / 100) for share in (50, 95, 99)}}
        for kind, values in figures["seconds"].items()
    }
    forms = "a form for each" if OWN_FORMS else "one form"
    lines = [f"\n{database}: {CANDIDATES} candidates, {forms}, statuses {figures['statuses']}"]
    lines += [f"time stretched by {SLOWDOWN:g}, yardstick {yardstick():.0f} ms"]
    lines += [f"{'':8}{'count':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'goal':>8}"]
    for kind, row in table.items():
        cells = "".join(f"{1000 * row[name]:9.0f}" for name in ("p50", "p95", "p99"))
        lines.append(f"{kind:8}{row['count']:8}{cells}{1000 * SLOWDOWN * GOALS[kind]:8.0f}")
    costs = (
        f"web {spent['web']:.1f} s, database {spent['database']:.1f} s, the driver itself {figures['driver_cpu']:.1f} s"
    )
    lines.append(f"CPU: {costs}; faults: {len(figures['faults'])}")
    sys.stdout.write("\n".join(lines) + "\n")
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(known | {database: {"latency": table, "cpu": spent}}, indent=2) + "\n")
