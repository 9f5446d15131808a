"""Catalogues become files, and files are held against their catalogues and items against the facts."""

from copy import deepcopy
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from content.drawing import compare, unproven_keys
from content.reader import read_material
from content.reader.faults import FaultList
from tests.factories.bank import PICTURE, options, write_items
from tests.factories.material import SHIPPED, shipped_material, write_material

TRACES = {
    "file": "head.svg",
    "maker": "mep_traces",
    "title": "Recordings",
    "arguments": {"seed": 1, "amplitudes": [70, 20, 90, 30]},
}
CATALOGUE = "items/figures/d1.yaml"


def write_catalogue(folder: Path, *entries: dict) -> Path:
    path = folder / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump([deepcopy(entry) for entry in entries], sort_keys=False))
    return path


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("draw_figures", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_figures_that_ship_are_what_their_catalogues_say() -> None:
    faults = FaultList()
    different = [str(outcome.path) for outcome in compare(SHIPPED, faults) if outcome.differs]
    assert (faults.found, different) == ([], [])
    assert list(unproven_keys(SHIPPED, shipped_material().items)) == []


@pytest.fixture
def private(tmp_path: Path, settings) -> Path:
    """A folder of an operator's own with one item, whose figure is still to be drawn."""
    folder = tmp_path / "private"
    settings.BASE_DIR = tmp_path
    write_material(tmp_path / "content" / "material")
    write_items(folder, {**PICTURE, "code": "D1-901"})
    write_catalogue(folder, TRACES)
    settings.MATERIAL_DIRS = [folder]
    return folder


def test_draws_what_is_missing_and_changes_nothing_twice(private: Path) -> None:
    assert "head.svg" in run()
    drawn = (private / "items/figures/head.svg").read_bytes()
    facts = yaml.safe_load((private / "items/figures/d1.facts.yaml").read_text())
    assert facts["head.svg"]["reached"] == 2
    assert "0 written" in run()
    assert (private / "items/figures/head.svg").read_bytes() == drawn
    run("--check")


def test_check_writes_nothing_and_fails(private: Path) -> None:
    run()
    path = private / "items/figures/head.svg"
    path.write_text(path.read_text().replace("Recordings", "By hand"))
    with pytest.raises(CommandError, match="1 problem; run draw_figures"):
        run("--check")
    assert "By hand" in path.read_text()


def test_writes_nothing_while_a_catalogue_has_a_fault(private: Path) -> None:
    before = (private / "items/figures/head.svg").read_bytes()
    write_catalogue(private, TRACES, {**TRACES, "file": "other.svg", "arguments": {"seed": 1, "amplitudes": [50, 90]}})
    with pytest.raises(CommandError, match="nothing was drawn"):
        run()
    assert (private / "items/figures/head.svg").read_bytes() == before


def faults_of(folder: Path) -> list[str]:
    faults = FaultList()
    compare(folder, faults)
    return [str(fault) for fault in faults.found]


def test_faults_name_catalogue_line_and_file(tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, TRACES, {**TRACES, "file": "b.svg", "maker": "nobody"})
    line = path.read_text().split("\n").index("- file: b.svg") + 1
    assert [fault.partition(" known are")[0] for fault in faults_of(tmp_path)] == [
        f"{path}:{line}: b.svg: there is no maker `nobody`;"
    ]


def test_two_entries_cannot_claim_one_file(tmp_path: Path) -> None:
    write_catalogue(tmp_path, TRACES, TRACES)
    assert any("file more than once: head.svg" in fault for fault in faults_of(tmp_path))


PROVEN = {
    "words": ("single_choice", {"options": options("2 of them", "3 of them", "4 of them", "None"), "key": ["a"]}, True),
    "other words": ("single_choice", {"options": options("12 of them", "3", "4", "None"), "key": ["a"]}, False),
    "number": ("numeric", {"key": {"value": "2.0", "tolerance": "0", "unit": "responses"}}, True),
    "other number": ("numeric", {"key": {"value": "3", "tolerance": "0", "unit": "responses"}}, False),
}


@pytest.mark.parametrize("case", PROVEN)
def test_a_key_must_say_what_the_drawing_gives(tmp_path: Path, case: str) -> None:
    kind, changes, holds = PROVEN[case]
    item = {**PICTURE, "type": kind, "scoring": "match_correct", **changes}
    if kind == "numeric":
        item = {name: value for name, value in item.items() if name != "options"} | {"scoring": "tolerance_absolute"}
    folder = write_material(tmp_path)
    write_items(folder, item)
    write_catalogue(folder, {**TRACES, "proves": {PICTURE["code"]: "reached"}})
    problems = list(unproven_keys(folder, read_material(folder).items))
    assert ([] if holds else ["the drawing gives reached 2, the key says something else"]) == [
        problem.rpartition(f"{PICTURE['code']}: ")[2] for problem in problems
    ]


@pytest.mark.parametrize(
    ("proves", "words"),
    [({"D1-999": "reached"}, "no such item"), ({PICTURE["code"]: "colour"}, "has no fact `colour`")],
)
def test_what_is_proved_must_exist(tmp_path: Path, proves: dict, words: str) -> None:
    folder = write_material(tmp_path)
    write_items(folder, PICTURE)
    write_catalogue(folder, {**TRACES, "proves": proves})
    assert words in next(unproven_keys(folder, read_material(folder).items))
