"""Pages about blueprints and forms: what they say, what they do, what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import Attempt, Blueprint, Exam, ExamForm, FormUse
from exams.views import forms
from lms.accounts.roles import Role
from tests.factories.assembly import (
    CODE,
    assemble_draft,
    lock_reviewed,
    make_assembled_exam,
    make_bank,
    make_blueprint,
    make_forms_per_attempt,
)
from tests.factories.exams import complete_course

pytestmark = pytest.mark.django_db

BLUEPRINT = f"/forms/blueprints/{CODE}/"
ASSEMBLE = f"{BLUEPRINT}assemble"
EXAM = f"/forms/exams/{CODE}/"


@pytest.fixture
def exam(programme):
    return make_assembled_exam(programme)


@pytest.fixture
def reviewer(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


@pytest.fixture
def desk(exam_admin, client_for):
    return client_for(exam_admin)


@pytest.fixture
def other_desk(reviewer, client_for):
    return client_for(reviewer)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_form_goes_from_the_blueprint_to_the_exam(desk, other_desk, exam):
    made = desk.post(ASSEMBLE, {"name": CODE, "count": "1", "overlap": "", "seed": "5e"}, follow=True)
    form = ExamForm.objects.get(status="draft")
    assert made.redirect_chain == [(f"/forms/{form.pk}/", 302)]
    assert "It meets every demand of its blueprint." in words(made)
    move = f"/forms/{form.pk}/move"
    assert "Another exam administrator can lock it." in words(desk.post(move, {"move": "review"}, follow=True))
    assert "You put this form together." in words(desk.get(f"/forms/{form.pk}/"))
    assert "Somebody else has to review" in words(desk.post(move, {"move": "lock"}, follow=True))
    assert ExamForm.objects.get(pk=form.pk).status == "in_review"
    assert "Nothing about it changes any more." in words(other_desk.post(move, {"move": "lock"}, follow=True))
    use = {"form_id": str(form.pk), "act": "activate", "reason": "A new year."}
    assert "made the active form" in words(desk.post(f"{EXAM}use", use, follow=True))
    assert Exam.objects.get().active_form == form
    assert "A new year." in words(desk.get(EXAM))
    again = desk.post(f"{EXAM}use", use | {"reason": "Typed at length."})
    assert again.status_code == 409
    assert 'value="Typed at length."' in words(again)


def test_what_is_lacking_stands_on_the_page(desk, exam):
    levels = {"recall": 0, "apply": 0, "judge": 9}
    make_blueprint(content_areas=[{"code": "D1", "title": "History", "scored": 9, "levels": levels}])
    answer = desk.post(ASSEMBLE, {"name": CODE, "count": "1", "overlap": "", "seed": ""})
    assert answer.status_code == 409
    assert "Content area D1, judge: 9 asked, 8 in the bank, which leaves 1 item too few." in words(answer)
    page = words(desk.get(BLUEPRINT))
    assert "D1 judge: 9 asked, 8 available." in page
    assert '<span class="tag tag--bad">1 missing</span>' in page


def test_the_blueprint_page_counts_the_bank(desk, exam):
    page = words(desk.get(BLUEPRINT))
    assert "Counted one by one, the bank has enough for every demand." in page
    # D1 judge: 2 of 8 items, four forms; D1 in all: 3 of 16.
    assert "2 of&nbsp;8" in page
    assert "3 of&nbsp;16" in page
    assert "Below 25 % forms per attempt would run out of items." in page
    make_blueprint(minutes=90)
    assert "version 2 of" in words(desk.get(BLUEPRINT))
    old = words(desk.get(f"{BLUEPRINT}?version=1"))
    assert "Forms are assembled from version 2." in old


@pytest.mark.parametrize(
    ("field", "value"), [("count", "0"), ("count", "7"), ("overlap", "-1"), ("seed", "xyz"), ("name", "a b")]
)
def test_unusable_wishes_are_named_at_their_field(desk, exam, field, value):
    answer = desk.post(ASSEMBLE, {"name": CODE, "count": "1", "overlap": "", "seed": ""} | {field: value})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in words(answer)
    assert ExamForm.objects.count() == 1


def test_an_exchange_on_the_page(desk, exam, exam_admin):
    form = assemble_draft(exam_admin)
    address = f"/forms/{form.pk}/swap"
    place = form.form_items.get(section="scored", version__content_area="D2", version__level="judge")
    used = set(form.form_items.values_list("version__item__code", flat=True))
    free = next(code for code in (f"D2-20{number}" for number in range(8)) if code not in used)
    wish = {"position": str(place.position), "put_in": free.lower(), "reason": "Clearer."}
    assert f"Place {place.position} holds {free} now." in words(desk.post(address, wish, follow=True))
    refused = desk.post(address, wish | {"put_in": "D1-200"})
    assert refused.status_code == 409
    assert "The form would break its blueprint" in words(refused)
    assert desk.post(address, wish | {"reason": ""}).status_code == 422
    assert "Clearer." in words(desk.get(f"/forms/{form.pk}/"))


def test_forms_are_compared(desk, exam, exam_admin):
    form = assemble_draft(exam_admin, seed="01")
    here, there = (set(f.form_items.values_list("version__item__code", flat=True)) for f in (form, exam.active_form))
    page = words(desk.get(f"/forms/{form.pk}/?with={exam.active_form.pk}"))
    assert f"<dt>On both</dt><dd>{', '.join(sorted(here & there))}</dd>" in page
    assert f"<dd>{', '.join(sorted(here - there))}</dd>" in page
    assert f"<dd>{', '.join(sorted(there - here))}</dd>" in page
    assert "On both" not in words(desk.get(f"/forms/{form.pk}/?with=x"))


def test_decisions_need_a_reason(desk, exam, exam_admin, reviewer):
    form = lock_reviewed(assemble_draft(exam_admin), author=exam_admin, reviewer=reviewer)
    answer = desk.post(f"{EXAM}use", {"form_id": str(form.pk), "act": "add", "reason": " "})
    assert answer.status_code == 422
    assert '<a href="#id_reason">Say why.' in words(answer)
    assert 'id="act_add" checked' in words(answer)
    assert not FormUse.objects.exists()
    assert desk.post(f"{EXAM}use", {"form_id": "999", "act": "add", "reason": "So."}).status_code == 404


def test_how_forms_are_given_out_is_set_on_the_page(desk, exam):
    wish = {"form_mode": "per_attempt", "different_form_required": "on", "overlap_limit": "3", "exposure_days": "90"}
    assert "Each attempt gets a form of its own" in words(desk.post(EXAM, wish, follow=True))
    policy = Exam.objects.get().assembly_policy
    assert (policy.form_mode, policy.overlap_limit, policy.exposure_days) == ("per_attempt", 3, 90)
    assert policy.blueprint == Blueprint.objects.get()
    assert desk.post(EXAM, wish | {"exposure_days": "0"}).status_code == 422


def test_the_page_says_what_a_retake_gets(desk, exam, exam_admin, reviewer):
    active = exam.active_form
    fixed = {"form_mode": "fixed", "overlap_limit": "", "exposure_days": "90"}
    once = fixed | {"different_form_required": "on"}
    assert f"Every attempt gets {active}, retakes too: there is no other form." in words(desk.get(EXAM))
    assert "nobody can try again until another one is given out" in words(desk.post(EXAM, once, follow=True))
    form = lock_reviewed(assemble_draft(exam_admin), author=exam_admin, reviewer=reviewer)
    desk.post(f"{EXAM}use", {"form_id": str(form.pk), "act": "add", "reason": "For retakes."})
    page = words(desk.get(EXAM))
    assert "retakes one that the person has not seen. Who has no such form left cannot start" in page
    page = words(desk.post(EXAM, fixed | {"overlap_limit": "3"}, follow=True))
    assert f"shares at most 3 items with those before. Who has no such form left gets {active} again." in page
    assert "Active</span>" in page
    page = words(desk.post(EXAM, fixed | {"form_mode": "per_attempt"}, follow=True))
    assert "Fixed forms, not given out now" in page
    assert "Active</span>" not in page
    assert "At retakes</span>" not in page
    assert "different form for retakes" not in page


def test_the_items_of_a_long_locked_form_are_folded(desk, exam, monkeypatch):
    address = f"/forms/{exam.active_form.pk}/"
    assert re.search(r"<details open><summary>All \d+ items in order", words(desk.get(address)))
    monkeypatch.setattr(forms, "LONGEST_OPEN", 1)
    assert re.search(r"<details><summary>All \d+ items in order", words(desk.get(address)))


def test_a_candidate_starts_a_form_of_their_own(ada, enrolment, exam, exam_admin):
    make_forms_per_attempt(exam, exam_admin)
    complete_course(enrolment)
    address = f"/exam/{CODE}/"
    assert "<dt>Questions</dt><dd>8, of which 2 are being tried out" in words(ada.get(address))
    room = ada.post(address, {"honour": "on"}, follow=True)
    form = Attempt.objects.get().form
    assert form.kind == "per_attempt"
    assert "pretest" not in words(room)
    assert len(ada.get(f"/attempts/{Attempt.objects.get().pk}/items").json()["items"]) == 8


def test_a_candidate_hears_when_no_form_is_possible(ada, enrolment, exam, exam_admin):
    make_blueprint(kinds={"numeric": 1})
    make_forms_per_attempt(exam, exam_admin)
    complete_course(enrolment)
    answer = ada.post(f"/exam/{CODE}/", {"honour": "on"}, follow=True)
    assert "Nothing was started, and no attempt was used." in words(answer)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("address", [BLUEPRINT, ASSEMBLE, EXAM, "/forms/999/", "/forms/blueprints/none/"])
def test_what_there_is_not(desk, address):
    assert desk.get(address).status_code == 404


def test_pages_cost_the_same_however_much_there_is(desk, exam, exam_admin, reviewer):
    draft = assemble_draft(exam_admin)
    lock_reviewed(assemble_draft(exam_admin), author=exam_admin, reviewer=reviewer)
    limits = {"/forms/": 7, f"/forms/{draft.pk}/": 13, BLUEPRINT: 8, EXAM: 8, ASSEMBLE: 5}
    few = {address: queries_of(desk, address) for address in limits}
    assert {address: number for address, number in few.items() if number > limits[address]} == {}
    make_bank(per_cell=30)
    for seed in ("00", "01", "02"):
        lock_reviewed(assemble_draft(exam_admin, seed=seed), author=exam_admin, reviewer=reviewer)
    assert {address: queries_of(desk, address) for address in limits} == few


def queries_of(desk, address) -> int:
    desk.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(address).status_code == 200
    return len(queries)


def test_the_list_has_pages(desk, exam):
    blueprint = Blueprint.objects.get()
    ExamForm.objects.bulk_create(ExamForm(code=f"old-{n}", version=1, blueprint=blueprint) for n in range(50))
    page = words(desk.get("/forms/"))
    assert "51 forms, page 1 of 2" in page
    assert "written-exam-A version 1" not in page.partition("<table")[2]
    assert "written-exam-A version 1" in words(desk.get("/forms/?page=2")).partition("<table")[2]
