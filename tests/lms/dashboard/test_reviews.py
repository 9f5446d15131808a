"""The review board: its order, its filters, its counts, its links, its cost."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from courses.actions.reviews import start_review
from courses.models import LessonPage, LessonReview, ModulePage, Programme
from exams.loading import load_items
from exams.models import ItemReview, ItemVersion
from lms.accounts.models import User
from tests.factories.courses import make_course, make_lesson
from tests.factories.exams import item_material

ClientFor = Callable[[User], Client]


def fact(certainty: str) -> dict[str, Any]:
    value = {"text": "<p>So.</p>", "sources": [], "certainty": certainty}
    return {"type": "fact", "value": value, "id": str(uuid.uuid4())}


def change(code: str, *certainties: str, **fields: Any) -> None:
    lesson = LessonPage.objects.get(code=code)
    lesson.body = json.dumps([fact(certainty) for certainty in certainties])
    for name, value in fields.items():
        setattr(lesson, name, value)
    lesson.save_revision().publish()


@pytest.fixture
def material(programme: Programme) -> None:
    """Four lessons and three items; on 1 December 2026 one item is overdue and one lesson is due soon."""
    make_course(programme, lessons=(3, 1))
    change("M01-01", "established")
    change("M01-02", "reported", "reported", review_by=date(2027, 1, 10))
    change("M01-03", "unverified", "reported", review_by=date(2028, 1, 1))
    change("M02-01", "unverified", review_by=date(2027, 6, 1))
    load_items(
        [
            item_material("D1-001"),
            item_material("D1-002", review_by="2026-11-30", verified_on="2026-01-01"),
            item_material("D2-001"),
        ]
    )


@pytest.fixture
def paula(material: None, physician: User, client_for: ClientFor) -> Client:
    return client_for(physician)


def codes(client: Client, query: str = "") -> list[str]:
    return [row.code for row in board(client, query).context["page"].object_list]


def board(client: Client, query: str = "") -> Any:
    """The board on 1 December 2026; older sessions have ended by then."""
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        client.force_login(User.objects.get(full_name="Paula Physician"))
        return client.get(f"/reviews/{query}")


def test_an_item_whose_facts_nobody_checked_is_overdue_from_the_day_after_it_came(paula: Client) -> None:
    with time_machine.travel("2026-11-30T12:00Z", tick=False):
        load_items([item_material("D3-001", verified_on="", review_by="2028-01-01")])
    assert "D3-001" in codes(paula, "?state=overdue")


def test_unverified_facts_come_first_then_reported_ones_then_the_day(paula: Client) -> None:
    assert codes(paula) == ["M02-01", "M01-03", "M01-02", "D1-002", "D1-001", "D2-001", "M01-01"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=overdue", ["D1-002"]),
        ("?state=soon", ["M01-02"]),
        ("?kind=item", ["D1-002", "D1-001", "D2-001"]),
        ("?kind=lesson&area=M01", ["M01-03", "M01-02", "M01-01"]),
        ("?area=D2", ["D2-001"]),
        ("?state=reviewed", []),
        ("?area=D1&kind=lesson", []),
    ],
)
def test_filters(paula: Client, query: str, expected: list[str]) -> None:
    assert codes(paula, query) == expected


def test_what_is_reviewed_and_not_due_leaves_the_list(paula: Client, physician: User) -> None:
    lesson, version = LessonPage.objects.get(code="M02-01"), ItemVersion.objects.get(item__code="D1-002")
    review = {"name": "Paula", "role": "physician", "scope": "medical", "reviewed_on": date(2026, 11, 30)}
    LessonReview.objects.create(lesson_code="M02-01", page_revision=lesson.live_revision_id, **review)
    ItemReview.objects.create(version=version, reviewer=physician, content_hash="x", **review)
    assert codes(paula) == ["M01-03", "M01-02", "D1-001", "D2-001", "M01-01"]
    assert codes(paula, "?state=reviewed") == ["M02-01", "D1-002"]
    assert len(codes(paula, "?state=all")) == 7


def test_the_numbers_at_the_top_count_everything(paula: Client) -> None:
    page = board(paula, "?area=D2")
    counts = page.context["counts"]
    assert (counts.total, counts.overdue, counts.soon, counts.unreviewed, counts.unverified) == (7, 1, 1, 7, 2)
    assertContains(page, "7 of 7")
    assertContains(page, "1 shown")


def test_a_faulty_filter_is_answered_calmly(paula: Client) -> None:
    page = paula.get("/reviews/?state=x&area=%27")
    assert page.status_code == 200
    assertContains(page, "There is a problem")


def test_physicians_start_and_answer_reviews_from_it(paula: Client, physician: User) -> None:
    lesson = LessonPage.objects.get(code="M01-01")
    assertContains(paula.get("/reviews/"), f'action="/reviews/lessons/{lesson.pk}/start/"')
    assertContains(paula.get("/reviews/"), 'href="/bank/D1-001/"')
    start_review(lesson=lesson, by=physician)
    assertContains(paula.get("/reviews/?area=M01"), "Answer the review", count=1)


def test_editors_go_to_the_cms_and_to_no_item(material: None, editor: User, client_for: ClientFor) -> None:
    page = client_for(editor).get("/reviews/")
    assertContains(page, f'href="/cms/pages/{LessonPage.objects.get(code="M01-01").pk}/edit/"')
    assertContains(page, "D1-001")
    assertNotContains(page, "/bank/")
    assertNotContains(page, "Start the review")
    assertNotContains(page, "question d1-001")


def test_it_costs_the_same_for_many_rows_and_goes_by_pages(paula: Client, physician: User) -> None:
    costs = []
    for round_ in range(2):
        paula.get("/reviews/")
        with CaptureQueriesContext(connection) as queries:
            paula.get("/reviews/")
        costs.append(len(queries))
        if not round_:
            module = ModulePage.objects.get(code="M02")
            for number in range(2, 12):
                make_lesson(module, f"M02-{number:02}")
            load_items([item_material(f"D3-{number:03}") for number in range(60)])
            for version in ItemVersion.objects.filter(item__code__startswith="D3")[:20]:
                ItemReview.objects.create(
                    version=version,
                    reviewer=physician,
                    content_hash="x",
                    name="P",
                    role="physician",
                    scope="content",
                    reviewed_on=date(2026, 11, 30),
                )
    assert costs[0] == costs[1] <= 9
    first, second = codes(paula), codes(paula, "?page=2")
    assert (len(first), len(second), set(first) & set(second)) == (25, 25, set())
