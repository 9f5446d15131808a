"""Changing the content of a rubric: codes, typed values, order; and what the faults of a draft say."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from exams.rules.rubric_compare import rubric_differences
from exams.rules.rubric_edits import add_entry, add_station, move, part_digest, remove, with_general, with_station
from exams.rules.rubric_faults import faults_of
from exams.rules.rubrics import rubric_from
from exams.rules.word_diff import Change
from tests.exams.test_practical_loading import MATERIAL
from tests.factories.practicals import rubric_content, station

KNOWN = {"rossini-2015"}


def content(**changes: Any) -> dict[str, Any]:
    stations = [station(f"P{number:02}", sources=["rossini-2015"]) for number in range(1, 4)]
    return rubric_content(**{"stations": 3, **changes}) | {"stations": stations}


def faults(changed: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(fault.part, fault.field, fault.sentence) for fault in faults_of(changed, KNOWN)]


def codes(changed: dict[str, Any]) -> list[str]:
    return [row["code"] for row in changed["stations"]]


def test_the_shipped_rubric_has_no_fault_but_sources_that_nobody_loaded() -> None:
    shipped = yaml.safe_load(MATERIAL.read_text())
    named = {key for row in shipped["stations"] for key in row["sources"]}
    assert faults_of(shipped, named) == ()
    assert {fault.field for fault in faults_of(shipped, ())} == {"sources"}


def test_a_new_station_gets_the_number_that_nothing_ever_had() -> None:
    before = content()
    changed, code = add_station(before, {"P04", "P09", "P09-1"})
    assert (code, codes(changed)) == ("P10", ["P01", "P02", "P03", "P10"])
    assert codes(before) == ["P01", "P02", "P03"]  # the old content stays as it was
    assert {(part, field) for part, field, _ in faults(changed)} == {
        ("P10", field) for field in ("title", "task", "setting", "criteria", "critical_failures", "sources")
    }


@pytest.mark.parametrize(("name", "expected"), [("criteria", "P02-3"), ("critical_failures", "P02-C3")])
def test_criteria_and_critical_failures_are_numbered_apart(name: str, expected: str) -> None:
    changed, code = add_entry(content(), "P02", name, set())
    assert code == expected
    assert faults(changed) == [("P02", f"text:{expected}", "Write something here")]
    _, later = add_entry(remove(changed, code), "P02", name, {code})
    assert later == {"P02-3": "P02-4", "P02-C3": "P02-C4"}[expected]


@pytest.mark.parametrize(
    ("code", "steps", "expected"),
    [("P01", 1, ["P02", "P01", "P03"]), ("P03", -1, ["P01", "P03", "P02"]), ("P01", -1, ["P01", "P02", "P03"]),
     ("P03", 1, ["P01", "P02", "P03"])],
)  # fmt: skip
def test_moving_stops_at_the_ends(code: str, steps: int, expected: list[str]) -> None:
    assert codes(move(content(), code, steps)) == expected


def test_a_criterion_moves_within_its_station_and_what_is_unknown_is_refused() -> None:
    moved = move(content(), "P02-2", -1)
    assert [row["code"] for row in moved["stations"][1]["criteria"]] == ["P02-2", "P02-1"]
    for act in (lambda: move(content(), "P77", 1), lambda: remove(content(), "P01-9")):
        with pytest.raises(KeyError):
            act()


def test_what_is_typed_is_kept_and_its_fault_named() -> None:
    changed = with_station(content(), "P01", {"title": ["  New  "], "minutes": ["ten"], "text:P01-1": [""]})
    first = changed["stations"][0]
    assert (first["title"], first["minutes"], first["criteria"][0]["text"]) == ("New", "ten", "")
    assert faults(changed) == [
        ("P01", "minutes", "Enter a whole number"),
        ("P01", "text:P01-1", "Write something here"),
    ]
    mended = with_station(changed, "P01", {"minutes": ["12"], "text:P01-1": ["Looks"], "critical:P01-1": ["yes"]})
    assert mended["stations"][0]["criteria"][0] == {"code": "P01-1", "text": "Looks", "critical": True}
    assert faults(mended) == []


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"minutes": ["0"]}, "minutes", "Enter at least 1"),
        ({"minutes": ["601"]}, "minutes", "Enter at most 600"),
        ({"title": ["x" * 201]}, "title", "Write at most 200 characters"),
        ({"sources": ["rossini-2015, nobody-1999"]}, "sources", "The register of sources has no nobody-1999"),
        ({"sources": [""]}, "sources", "Name at least one source"),
        ({"allowed_settings": ["at home"]}, "allowed_settings", "Choose from the list"),
    ],
)
def test_faults_say_what_to_do(typed: dict[str, list[str]], field: str, sentence: str) -> None:
    found = faults(with_station(content(), "P02", typed))
    assert [(part, name.split(":")[0], words) for part, name, words in found] == [("P02", field, sentence)]


def test_the_general_part_takes_levels_phrases_and_rules() -> None:
    typed = {
        "title": ["Practical"],
        "passing_level": ["4"],
        "label:1": ["Watches"],
        "quick_phrases": ["Calm\n\n Slow "],
        "rules": ["shown"],
        "rule:minimum_assessors": ["2"],
        "rule:plan_after_critical_failure": ["yes"],
        "rule:repeat_after_critical_failure": ["P03"],
        "rule:retries_on_one_day": [""],
    }
    changed = with_general(content(), typed)
    rubric = rubric_from(changed)
    assert (rubric.passing_level, rubric.levels[0].label, rubric.quick_phrases) == (4, "Watches", ("Calm", "Slow"))
    assert changed["rules"] == {
        "minimum_assessors": 2, "plan_after_critical_failure": True, "repeat_after_critical_failure": ["P03"]
    }  # fmt: skip
    assert faults(changed) == []


def test_rules_that_demand_nothing_change_nothing() -> None:
    before = content()
    assert with_general(before, {"rules": ["shown"], "rule:minimum_assessors": ["1"]}) == before
    assert with_general(before, {"title": [before["title"]]}) == before


def test_a_rule_about_a_station_that_went_is_a_fault() -> None:
    changed = remove(content(rules={"repeat_after_critical_failure": ["P03"]}), "P03")
    assert faults(changed) == [("", "", "rules name stations that are not there: P03")]


def test_a_code_twice_is_the_same_fault_as_in_a_file() -> None:
    changed = deepcopy(content())
    changed["stations"][1]["criteria"][0]["code"] = "P01-1"
    with pytest.raises(ValueError, match="P01-1") as refusal:
        rubric_from(changed)
    assert faults(changed) == [("", "", str(refusal.value))]


def test_the_digest_of_a_part_changes_with_it_alone() -> None:
    before = content()
    after = with_station(before, "P01", {"title": ["Another"]})
    same = [part_digest(before, part) == part_digest(after, part) for part in ("", "P01", "P02")]
    assert same == [True, False, True]
    with pytest.raises(KeyError):
        part_digest(before, "P77")


def test_comparing_names_every_text_that_differs() -> None:
    before = content()
    after = with_station(
        before, "P02", {"title": ["Title of station P02"], "allowed_devices": ["deep"], "critical:P02-2": ["yes"]}
    )
    after = remove(move(after, "P03", -1), "P01")
    found = {(one.part, one.name): one.pieces for one in rubric_differences(before, after)}
    gone = {key for key in found if key[0] == "Station P01"}
    assert set(found) - gone == {
        ("The whole rubric", "Order of the stations"), ("Station P02", "Title"), ("Station P02", "Done with")
    }  # fmt: skip
    assert ("Station P01", "Criterion P01-2") in gone
    assert [(piece.change, piece.text) for piece in found["Station P02", "Title"]] == [
        (Change.SAME, "Title of "), (Change.ADDED, "station "), (Change.SAME, "P02")
    ]  # fmt: skip
    assert rubric_differences(before, before) == ()
