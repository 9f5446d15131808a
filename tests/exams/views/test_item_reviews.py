"""Reviewing an item: by whom, for what, of which version; every refusal with its reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from exams.actions.reviews import record_item_review
from exams.bank import area_counts
from exams.loading import load_items
from exams.models import ItemReview, ItemVersion
from lms.accounts.models import User
from lms.audit.models import Event
from tests.factories.exams import item_material

ClientFor = Callable[[User], Client]
PAGE, REVIEW = "/bank/D1-001/", "/bank/D1-001/review"
NOT_REVIEWED = "Not yet reviewed by a TMS physician"


@pytest.fixture
def version(db: None) -> ItemVersion:
    """An item that Walt wrote."""
    load_items([item_material("D1-001", authors=["Walt Author"])])
    return ItemVersion.objects.get()


@pytest.fixture
def paula(physician: User, client_for: ClientFor) -> Client:
    return client_for(physician)


def answers(version: ItemVersion, **changes: Any) -> dict[str, Any]:
    given = {"shown": version.content_hash, "scope": "medical", "not_author": "on"} | changes
    return {name: value for name, value in given.items() if value is not None}


def test_a_physician_reviews_what_they_were_shown(paula: Client, version: ItemVersion, physician: User) -> None:
    assertContains(paula.get(PAGE), NOT_REVIEWED)
    page = paula.post(REVIEW, answers(version), follow=True)
    assertContains(page, "Your review of D1-001, version 1, is recorded.")
    assertContains(page, "By Paula Physician, physician, for what is medically right, on ")
    assertNotContains(page, NOT_REVIEWED)
    review = ItemReview.objects.get()
    assert (review.version, review.reviewer, review.content_hash) == (version, physician, version.content_hash)
    event = Event.objects.get(verb="item.reviewed")
    assert event.actor == str(physician.public_id)
    assert event.target_id == str(version.pk)
    assert event.data == {"number": 1, "hash": version.content_hash, "scope": "medical", "role": "physician"}
    assert [count.unreviewed for count in area_counts()] == [0]


def test_a_changed_item_starts_without_reviews(paula: Client, version: ItemVersion) -> None:
    paula.post(REVIEW, answers(version))
    load_items([item_material("D1-001", authors=["Walt Author"], stem="Other words?")])
    page = paula.get(PAGE)
    assertContains(page, NOT_REVIEWED)
    assertContains(page, "By nobody yet")
    assert [count.unreviewed for count in area_counts()] == [1]


def test_a_version_that_was_not_shown_is_not_reviewed(paula: Client, version: ItemVersion) -> None:
    load_items([item_material("D1-001", authors=["Walt Author"], stem="Other words?")])
    page = paula.post(REVIEW, answers(version), follow=True)
    assertRedirects(page, PAGE)
    assertContains(page, "This item has a new version since you opened it.")
    assert not ItemReview.objects.exists()


def test_who_runs_exams_reviews_the_content_and_never_the_medicine(
    exam_admin: User, client_for: ClientFor, version: ItemVersion
) -> None:
    xenia = client_for(exam_admin)
    assertNotContains(xenia.get(PAGE), "What is medically right")
    refused = xenia.post(REVIEW, answers(version))
    assert refused.status_code == 422
    assert not ItemReview.objects.exists()
    page = xenia.post(REVIEW, answers(version, scope="content"), follow=True)
    assertContains(page, "By Xenia Admin, educator, for content, on ")
    assertContains(page, NOT_REVIEWED)


def code_of_refusal(**arguments: Any) -> str:
    from exams.errors import ReviewError

    with pytest.raises(ReviewError) as refused:
        record_item_review(**arguments)
    assert not ItemReview.objects.exists()
    assert not Event.objects.filter(verb="item.reviewed").exists()
    return refused.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"shown_hash": "0" * 64}, "version_changed"), ({"not_author": False}, "not_declared")],
)
def test_the_action_refuses_too(version: ItemVersion, physician: User, changes: dict[str, Any], code: str) -> None:
    good = {
        "item": version.item,
        "shown_hash": version.content_hash,
        "scope": "medical",
        "not_author": True,
        "by": physician,
    }
    assert code_of_refusal(**good | changes) == code


def test_a_medical_review_needs_the_role(version: ItemVersion, exam_admin: User) -> None:
    arguments = {"item": version.item, "shown_hash": version.content_hash, "not_author": True}
    assert code_of_refusal(**arguments, scope="medical", by=exam_admin) == "scope_not_open"


@pytest.mark.parametrize("who", ["trainee", "instructor", "item_author", "registrar", "editor"])
def test_others_may_not_review(version: ItemVersion, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        record_item_review(
            item=version.item,
            shown_hash=version.content_hash,
            scope="content",
            not_author=True,
            by=request.getfixturevalue(who),
        )


def test_an_author_does_not_review_their_own_item(paula: Client, db: None) -> None:
    load_items([item_material("D1-001", authors=["paula  Physician"])])
    page = paula.post(REVIEW, answers(ItemVersion.objects.get()))
    assertContains(page, "You are named as an author of this item.", status_code=409)
    assert not ItemReview.objects.exists()


def test_without_the_declaration_nothing_is_recorded_and_the_choice_stays(paula: Client, version: ItemVersion) -> None:
    page = paula.post(REVIEW, answers(version, not_author=None))
    assertContains(page, "Declare that you did not write this item", status_code=422)
    assertContains(page, 'value="medical" id="id_scope_0" required checked', status_code=422)
    assert not ItemReview.objects.exists()


def test_a_second_press_is_told_so(paula: Client, version: ItemVersion) -> None:
    paula.post(REVIEW, answers(version))
    page = paula.post(REVIEW, answers(version))
    assertContains(page, "You recorded this review of this version today already.", status_code=409)
    assert Event.objects.filter(verb="item.reviewed").count() == 1


def test_an_overdue_item_says_so_until_it_is_reviewed_again(physician: User, version: ItemVersion) -> None:
    with time_machine.travel("2027-12-01T12:00Z", tick=False):
        client = Client()
        client.force_login(physician)
        assertContains(client.get(PAGE), 'Overdue since <time datetime="2027-11-21">')
        client.post(REVIEW, answers(version))
        page = client.get(PAGE)
        assertNotContains(page, "Overdue")
        assertContains(page, 'By <time datetime="2028-11-30">')


def test_reviews_named_in_the_file_are_shown(paula: Client, db: None) -> None:
    review = {"name": "B. Reader", "role": "physician", "reviewed_on": "2026-11-22", "scope": "medical"}
    load_items([item_material("D1-001", authors=["W"], reviews=[review], review_status="reviewed")])
    page = paula.get(PAGE)
    assertContains(page, "By B. Reader, physician, for what is medically right, on ")
    assertNotContains(page, NOT_REVIEWED)


def row(version: ItemVersion, by: User, **changes: Any) -> ItemReview:
    fields = {"role": "physician", "scope": "medical", "reviewed_on": date(2026, 11, 25)} | changes
    return ItemReview.objects.create(
        version=version, reviewer=by, name=by.full_name, content_hash=version.content_hash, **fields
    )


def test_the_database_refuses_a_medical_review_by_anybody_else(version: ItemVersion, exam_admin: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(version, exam_admin, role="educator")


@pytest.mark.parametrize("statement", ["UPDATE exams_itemreview SET name = 'x'", "DELETE FROM exams_itemreview"])
def test_reviews_are_evidence(version: ItemVersion, physician: User, statement: str) -> None:
    row(version, physician)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
