"""Who can be admitted: every reason, and its borders."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.admission import (
    CODE_OF_CONDUCT_VERSION,
    Facts,
    decide_by,
    documents_to_see,
    reasons_against,
)

TODAY = date(2027, 3, 1)
YESTERDAY = date(2027, 2, 28)

EVERYBODY = Facts(
    pathway="academic",
    is_adult=True,
    bls_valid_until=TODAY,
    conduct_version=CODE_OF_CONDUCT_VERSION,
    can_do_tasks="yes",
)
ENOUGH = {
    "academic": replace(EVERYBODY, degree="associate", degree_field="health"),
    "experience": replace(EVERYBODY, pathway="experience", has_diploma=True, hours=1000, employer="St. Mary Clinic"),
    "provider": replace(
        EVERYBODY,
        pathway="provider",
        employer="St. Mary Clinic",
        supervising_physician="Dr. Okafor",
        evidence_to_follow=True,
    ),
    "licensed": replace(EVERYBODY, pathway="licensed", licence="R. EEG T. 4711", licence_valid_until=TODAY),
}

FOR_EVERYBODY = [
    ("under_age", "is_adult", {"is_adult": False}),
    ("bls_missing", "bls_valid_until", {"bls_valid_until": None}),
    ("bls_ended", "bls_valid_until", {"bls_valid_until": YESTERDAY}),
    ("bls_too_far", "bls_valid_until", {"bls_valid_until": date(9999, 12, 31)}),
    ("conduct_missing", "conduct_version", {"conduct_version": ""}),
    ("conduct_missing", "conduct_version", {"conduct_version": "2025.1"}),
    ("accommodations_unnamed", "accommodations", {"can_do_tasks": "with_accommodations", "accommodations": " "}),
    ("tasks_missing", "can_do_tasks", {"can_do_tasks": ""}),
    ("tasks_missing", "can_do_tasks", {"can_do_tasks": "no"}),
]
OF_ONE_PATHWAY = [
    ("academic", "degree_missing", "degree", {"degree": ""}),
    ("academic", "degree_missing", "degree_field", {"degree_field": ""}),
    ("experience", "diploma_missing", "has_diploma", {"has_diploma": False}),
    ("experience", "hours_missing", "hours", {"hours": 999}),
    ("experience", "hours_missing", "hours", {"hours": None}),
    ("experience", "employer_missing", "employer", {"employer": " "}),
    ("provider", "employer_missing", "employer", {"employer": ""}),
    ("provider", "physician_missing", "supervising_physician", {"supervising_physician": " "}),
    ("provider", "evidence_missing", "evidence_to_follow", {"evidence_to_follow": False}),
    ("licensed", "licence_missing", "licence", {"licence": ""}),
    ("licensed", "licence_day_missing", "licence_valid_until", {"licence_valid_until": None}),
    ("licensed", "licence_ended", "licence_valid_until", {"licence_valid_until": YESTERDAY}),
]


def found(facts: Facts) -> list[tuple[str, str]]:
    return [(reason.code, reason.field) for reason in reasons_against(facts, today=TODAY)]


@pytest.mark.parametrize("pathway", ENOUGH)
def test_just_enough_is_eligible_on_the_last_day_of_the_card(pathway: str) -> None:
    assert found(ENOUGH[pathway]) == []


@pytest.mark.parametrize("pathway", ENOUGH)
@pytest.mark.parametrize(("code", "field", "change"), FOR_EVERYBODY)
def test_what_everybody_needs(pathway: str, code: str, field: str, change: dict[str, Any]) -> None:
    assert found(replace(ENOUGH[pathway], **change)) == [(code, field)]


@pytest.mark.parametrize(("pathway", "code", "field", "change"), OF_ONE_PATHWAY)
def test_what_a_pathway_needs(pathway: str, code: str, field: str, change: dict[str, Any]) -> None:
    assert found(replace(ENOUGH[pathway], **change)) == [(code, field)]


def test_an_unknown_pathway() -> None:
    assert found(replace(EVERYBODY, pathway="friend")) == [("pathway_unknown", "pathway")]


def test_named_accommodations_are_fine() -> None:
    assert found(replace(ENOUGH["academic"], can_do_tasks="with_accommodations", accommodations="A coil arm")) == []


def test_everything_that_is_wrong_is_said_at_once() -> None:
    nothing = Facts(pathway="experience", is_adult=False, bls_valid_until=None, conduct_version="", can_do_tasks="")
    assert len(found(nothing)) == 7


@given(st.integers(min_value=0, max_value=3000))
def test_hours_count_from_one_thousand(hours: int) -> None:
    assert (found(replace(ENOUGH["experience"], hours=hours)) == []) == (hours > 999)


@given(st.dates(date(2020, 1, 1), date(2036, 12, 31)))
def test_a_card_counts_through_its_last_day(day: date) -> None:
    assert (found(replace(ENOUGH["academic"], bls_valid_until=day)) == []) == (day - TODAY >= timedelta(0))


@pytest.mark.parametrize(("pathway", "code", "field", "change"), OF_ONE_PATHWAY)
def test_every_reason_starts_plainly(pathway: str, code: str, field: str, change: dict[str, Any]) -> None:
    (reason,) = reasons_against(replace(ENOUGH[pathway], **change), today=TODAY)
    assert reason.sentence.startswith("Not yet, because ")


@pytest.mark.parametrize(("pathway", "number"), [("academic", 2), ("experience", 3), ("provider", 3), ("licensed", 2)])
def test_documents_of_each_pathway(pathway: str, number: int) -> None:
    assert len(documents_to_see(ENOUGH[pathway])) == number


def test_the_day_to_decide_by() -> None:
    assert decide_by(date(2027, 12, 25)) == date(2028, 1, 8)
