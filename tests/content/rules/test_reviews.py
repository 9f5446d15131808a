"""What counts as a review, who may make one, when the next is due."""

from datetime import date

import pytest

from content.rules.reviews import ReviewFacts, due_on, is_author, is_reviewed, reviews_as, scopes_open_to
from lms.accounts.roles import Role

REVIEW_BY = date(2027, 11, 21)


def review(role: str = "physician", scope: str = "medical", on: date = date(2027, 3, 1)) -> ReviewFacts:
    return ReviewFacts("A. Reader", role, scope, on)


@pytest.mark.parametrize(
    ("role", "scope", "counts"),
    [
        ("physician", "medical", True),
        ("physician", "content", False),
        ("educator", "content", False),
        ("technician", "language", False),
    ],
)
def test_only_a_physicians_medical_review_makes_it_reviewed(role: str, scope: str, counts: bool) -> None:
    assert is_reviewed([review(role, scope)]) is counts


def test_nothing_is_reviewed_by_nobody() -> None:
    assert not is_reviewed([])


def test_a_medical_review_moves_the_day_by_a_year_and_nothing_else_does() -> None:
    assert due_on(REVIEW_BY, []) == REVIEW_BY
    assert due_on(REVIEW_BY, [review()]) == date(2028, 2, 29)
    assert due_on(REVIEW_BY, [review(scope="content")]) == REVIEW_BY
    assert due_on(REVIEW_BY, [review(on=date(2026, 3, 1))]) == REVIEW_BY


@pytest.mark.parametrize(
    ("roles", "role", "scopes"),
    [
        ({Role.PHYSICIAN}, "physician", ["medical", "content", "language"]),
        ({Role.PHYSICIAN, Role.EXAM_ADMIN}, "physician", ["medical", "content", "language"]),
        ({Role.EXAM_ADMIN}, "educator", ["content", "language"]),
        ({Role.EDITOR, Role.REGISTRAR, Role.TRAINEE}, None, []),
    ],
)
def test_what_each_role_reviews(roles: set[Role], role: str | None, scopes: list[str]) -> None:
    assert reviews_as(roles) == role
    assert list(scopes_open_to(reviews_as(roles))) == scopes


def test_names_are_compared_without_case_and_blanks() -> None:
    assert is_author("paula  PHYSICIAN", ["Walt Author", "Paula Physician"])
    assert not is_author("Paula", ["Paula Physician"])


def test_a_review_in_words() -> None:
    assert review().words == "A. Reader, physician, for what is medically right"
