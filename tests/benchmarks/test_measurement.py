"""CPU seconds and memory of the classical analysis of 100,000 persons and 120 items, files included: `make bench`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.bench
ROOT = Path(__file__).resolve().parents[2]
PERSONS, ITEMS = 100_000, 120
MOST_SECONDS, MOST_MEGABYTES = 20.0, 2000


def write_files(folder: Path) -> tuple[Path, Path]:
    """Write answers of people of different ability to items of four options, A right, some omitted."""
    random = np.random.default_rng(7)
    names = [f"I{place:03d}" for place in range(ITEMS)]
    responses, key = folder / "responses.csv", folder / "key.csv"
    ability = random.normal(0, 0.12, PERSONS)
    with responses.open("w") as file:
        file.write(f"person,{','.join(names)}\n")
        for person in range(PERSONS):
            drawn = random.random(ITEMS) - ability[person]
            cells = np.select([drawn < 0.6, drawn < 0.8, drawn < 0.95], ["A", "B", "C"], "")
            file.write(f"P{person:06d},{','.join(cells)}\n")
    key.write_text("item,key\n" + "".join(f"{name},A\n" for name in names))
    return responses, key


def test_the_command_on_a_hundred_thousand_persons(tmp_path: Path) -> None:
    responses, key = write_files(tmp_path)
    command = [sys.executable, "manage.py", "analyse_responses", responses, "--key", key, "--cut", "72", "--json"]
    began = time.monotonic()
    with (tmp_path / "printed").open("w+") as printed:
        child = subprocess.Popen(command, cwd=ROOT, stdout=printed)
        _, status, spent = os.wait4(child.pid, 0)  # what this child spent, whatever other children did before it
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        printed.seek(0)
        found = json.load(printed)
    seconds = time.monotonic() - began
    cpu, megabytes = spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024
    assert (found["n"], found["k"]) == (PERSONS, ITEMS)
    sys.stdout.write(f"\n{PERSONS:,} × {ITEMS}: {cpu:.1f} s of CPU in {seconds:.1f} s, {megabytes:.0f} MB at most\n")
    assert cpu < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES
