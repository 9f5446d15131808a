"""The item bank for those who run exams, and what a live site is told about open items."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exams.checks import scored_items_are_secret
from exams.loading import load_items
from exams.models import Item, ItemVersion
from tests.factories.bank import MATCHING, ORDERING, UNIT
from tests.factories.exams import item_material, make_exam, numeric_material

pytestmark = pytest.mark.django_db

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 440 300"><circle r="9"/></svg>'
FIGURE = {"file": "figures/a.svg", "alt": "Ten traces.", "caption": "One intensity."}
SENTENCE = "TMS technician written exam: 2 of 3 scored items are published, so anybody can read them."


@pytest.fixture
def desk(exam_admin, client_for):
    return client_for(exam_admin)


@pytest.fixture
def open_exam(programme):
    """Three scored items and one that is tried out; two of the scored ones and that one are published."""
    exam = make_exam(3, 1, programme=programme)
    Item.objects.filter(code__in=["D1-001", "D1-002", "D1-004"]).update(in_published_bank=True)
    return exam


def test_the_page_counts_what_is_open(desk, open_exam):
    page = desk.get("/bank/").content.decode()
    assert SENTENCE in page
    cells = re.findall(r'<td data-label="(\w+)" class="number">(\d+)</td>', page)
    assert cells[:3] == [("Items", "4"), ("Figures", "0"), ("Published", "3")]


def test_the_desk_says_it_too(desk, open_exam):
    assert "2 scored items are published, so anybody can read them." in desk.get("/home/").content.decode()


def test_a_live_site_is_warned(open_exam):
    (warning,) = scored_items_are_secret(None)
    assert (warning.msg, warning.id) == (SENTENCE, "exams.W001")
    err = StringIO()
    call_command("check", deploy=True, stdout=StringIO(), stderr=err)
    assert SENTENCE in err.getvalue()


def test_a_site_with_its_own_bank_is_not(programme):
    make_exam(3, 1, programme=programme)
    assert scored_items_are_secret(None) == []


def test_facts_that_nobody_checked_are_due(desk):
    load_items([item_material("D1-001", verified_on=""), item_material("D1-002")])
    ItemVersion.objects.update(review_by=timezone.localdate() + timedelta(days=400))
    due = desk.get("/bank/?mark=due").content.decode()
    assert ("D1-001" in due, "D1-002" in due) == (True, False)
    assert "Facts not yet checked." in due
    page = desk.get("/bank/D1-001/").content.decode()
    assert "<dt>Facts checked</dt><dd>Not yet checked</dd>" in page
    assert "<dt>To be checked</dt><dd>By " in page
    ItemVersion.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert "Check overdue" in desk.get("/bank/D1-001/").content.decode()
    assert "Check overdue" not in desk.get("/bank/D1-002/").content.decode()


def test_items_are_listed_by_area_with_their_newest_version(desk):
    load_items([item_material("D1-001", stem="Old words"), item_material("D2-001", stem="Other area")])
    load_items([item_material("D1-001", stem="New words", figure=FIGURE)], drawings={"D1-001": DRAWING})
    page = desk.get("/bank/?area=D1").content.decode()
    assert "New words" in page
    assert "with a figure" in page
    assert "Old words" not in page
    assert "Other area" not in page
    assert "Other area" in desk.get("/bank/?area=D2").content.decode()


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (numeric_material("D1-001"), "56.4 % MSO, give or take 0.1"),
        (UNIT, "1.5 T, give or take 0.1"),
        (ORDERING, "Mark the vertex → Search the hotspot → Record the threshold"),
        (MATCHING, "Chooses the dose: Physician; Holds the coil: Technician"),
        (
            item_material("D1-001"),
            '<span class="task-list__title">b. Choice b to d1-001</span><span class="tag tag--good">Key',
        ),
    ],
)
def test_an_item_is_shown_with_its_key(desk, item, words):
    load_items([item])
    assert words in desk.get(f"/bank/{item['code']}/").content.decode()


def test_an_item_shows_its_figure_and_what_stands_for_it(desk):
    load_items([item_material("D1-001", figure=FIGURE)], drawings={"D1-001": DRAWING})
    page = desk.get("/bank/D1-001/").content.decode()
    assert '<img src="/bank/D1-001/figure?version=1" alt="Ten traces." width="440" height="300">' in page
    answer = desk.get("/bank/D1-001/figure")
    assert (answer.content, answer["Content-Type"]) == (DRAWING, "image/svg+xml")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/bank/D9-999/", "/bank/D9-999/figure", "/bank/D1-002/figure"])
def test_what_there_is_not(desk, address):
    load_items([item_material("D1-002")])
    assert desk.get(address).status_code == 404


def test_the_page_costs_the_same_for_a_large_bank(desk):
    counts = []
    for start in (1, 100):
        load_items([item_material(f"D1-{number:03}") for number in range(start, start * 2 + 1)])
        desk.get("/bank/")
        with CaptureQueriesContext(connection) as queries:
            desk.get("/bank/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
