"""Panels by Ebel, Hofstee and Beuk in the browser, their record, the next version of a form; numbers by hand."""

import csv
import html
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exams.actions.panels import close_round, open_round
from exams.models import Exam, ExamForm, PanelAnswer, PanelMethod, StandardSettingPanel
from exams.panel_rounds import outcome_of
from exams.proposals import describe_adoption
from exams.year_pack import records
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
from tests.factories.exams import make_exam
from tests.factories.panels import answer_all, give_scores, make_panel

pytestmark = pytest.mark.django_db

COUNTS = {"3": 2, "4": 4, "5": 4, "6": 8, "7": 10, "8": 6, "9": 4, "10": 2}
LIMITS = ((40, 80, 10, 30), (60, 80, 10, 50))
JSON = {"HTTP_ACCEPT": "application/json"}
NAMES = ("k_min", "k_max", "f_min", "f_max")


@pytest.fixture
def form(programme):
    return make_exam(10, 1, programme=programme).active_form


@pytest.fixture
def judges(instructor, physician):
    return [instructor, physician]


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_hofstee_from_the_form_page_to_the_next_version_of_the_form(form, exam_admin, judges, client_for, make_person):
    """Without any script: forms are posted, pages followed."""
    give_scores(form, COUNTS)
    desk = client_for(exam_admin)
    assert "so far there are 40" in words(desk.get(f"/forms/{form.pk}/panels/"))
    desk.post(f"/forms/{form.pk}/panels/", {"method": "hofstee", "borderline": "Just safe alone."})
    panel = StandardSettingPanel.objects.get()
    for judge in judges:
        fields = {"person": judge.pk, "background": "=Technician", "training": "Workshop in May"}
        desk.post(f"/panels/{panel.pk}/judges", fields)
    desk.post(f"/panels/{panel.pk}/open", {})
    for judge, limits in zip(judges, LIMITS, strict=True):
        tablet = client_for(judge)
        assert "Round 1: 0 of 4 questions answered." in words(tablet.get(f"/judging/{panel.pk}/"))
        assert "You judge the form as a whole." in words(tablet.get(f"/judging/{panel.pk}/3/"))
        assert tablet.post(f"/judging/{panel.pk}/3/", {"percent": "60"}).status_code == 404
        wrong = tablet.post(f"/judging/{panel.pk}/percents/", dict(zip(NAMES, ("90", *limits[1:]), strict=True)))
        assert (wrong.status_code, PanelAnswer.objects.filter(judge__person=judge).count()) == (422, 0)
        assert "Your lowest acceptable cut lies above the highest." in words(wrong)
        assert 'value="90"' in wrong.content.decode()
        answer = tablet.post(f"/judging/{panel.pk}/percents/", dict(zip(NAMES, map(str, limits), strict=True)))
        assert answer["Location"] == f"/judging/{panel.pk}/"
        assert "You are through." in words(tablet.get(f"/judging/{panel.pk}/"))
    desk.post(f"/panels/{panel.pk}/close")
    # Box 5 to 8 points and 10 % to 40 %: at 7 points 45 % fail, and the line is at 20 %.
    spread = words(client_for(judges[0]).get(f"/panels/{panel.pk}/rounds/1/"))
    assert "Cut 7.00 points" in spread
    assert "Judge A (you) 40 80 10 30" in spread
    assert "Ines Instructor" not in spread.split("Judge A", 1)[1]
    assert "Mean of the panel 50.00 80.00 10.00 40.00" in spread
    assert "7, the cut 45.0 20.0" in spread
    assert "Standard error of the judges none: This method has none" in words(desk.get(f"/panels/{panel.pk}/"))
    assert "1 standard error below it" not in words(desk.get(f"/panels/{panel.pk}/"))
    adopt = {"steps": "0", "cut": "7", "reason": "The board agrees."}
    assert desk.post(f"/panels/{panel.pk}/adopt", adopt).status_code == 302
    second = make_person("Yusuf Admin", Role.EXAM_ADMIN)
    told = dict(describe_adoption(Proposal.objects.get()).facts)
    assert (told["Method"], told["The panel recommends"]) == ("Hofstee", "7.0000 points")
    confirm(proposal_id=Proposal.objects.get().pk, by=second)
    assert "Adopted: 7 of 10 points." in words(desk.get(f"/panels/{panel.pk}/"))
    assert "passes at 7 points (Hofstee)" in words(desk.get(f"/forms/{form.pk}/"))
    made = desk.post(f"/forms/{form.pk}/remake")
    draft = ExamForm.objects.get(version=2)
    assert made["Location"] == f"/forms/{draft.pk}/"
    assert "has the same items under it (draft)" in words(desk.get(f"/forms/{form.pk}/"))
    desk.post(f"/forms/{form.pk}/remake")
    assert ExamForm.objects.count() == 2
    record = words(desk.get(f"/panels/{panel.pk}/record/"))
    assert "Judge B, " in record
    assert "Workshop in May" in record
    assert "Reason of the board The board agrees." in record
    table = list(csv.reader(io.StringIO(desk.get(f"/panels/{panel.pk}/record.csv").content.decode("utf-8-sig"))))
    assert ["judges", "Judge A, Ines Instructor", "Brings along", "'=Technician"] in table
    assert ["round 1", "Candidates with a result", "", "40"] in table
    assert ["adoption", "Adopted cut", "", "7 points"] in table
    _is_in_the_evidence_of_the_year(form, panel)


def _is_in_the_evidence_of_the_year(form, panel):
    """What the judges said, without their names; a method without an error has none."""
    span = records.Span(timezone.now().year)
    exam = Exam.objects.get(active_form=form)
    (told,) = records.panel_records(exam, span)
    said, consequences = told["rounds"][0]["tables"]
    assert said["rows"][0] == ("Judge A", "40", "80", "10", "30")
    assert ("7, the cut", "45.0", "20.0") in consequences["rows"]
    assert "Ines" not in json.dumps(told)
    adopted = [cut["adopted"] for cut in records.cut_records(records.blueprints_of(exam, span)) if cut["adopted"]]
    assert [cut["standard_error_of_judges"] for cut in adopted] == [None]


def test_percents_are_kept_one_by_one_by_script(form, exam_admin, judges, client_for):
    panel = make_panel(form, judges, by=exam_admin, method=PanelMethod.HOFSTEE)
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    tablet, address = client_for(judges[0]), f"/judging/{panel.pk}/percents/"
    first = tablet.post(address, {"k_min": "60 %"}, **JSON).json()
    assert (first["kept"], first["done"]) == ({"k_min": "60"}, 1)
    against = tablet.post(address, {"k_max": "50", "f_min": "5"}, **JSON)
    assert against.status_code == 409
    assert against.json()["detail"] == "Your lowest acceptable cut lies above the highest."
    assert tablet.post(address, {"k_min": "40", "k_max": "50"}, **JSON).json()["done"] == 2
    assert tablet.post(address, {"f_min": "many"}, **JSON).status_code == 422
    assert tablet.post(address, {"cut": "50"}, **JSON).status_code == 409
    said = PanelAnswer.objects.order_by("about", "seq").values_list("about", "value")
    assert list(said) == [("k_max", "50"), ("k_min", "60"), ("k_min", "40")]
    page = tablet.get(address).content.decode()
    assert json.loads(html.unescape(re.search(r'data-stored="([^"]*)"', page)[1])) == {"k_min": "40", "k_max": "50"}
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    late = tablet.post(address, {"f_min": "5"}, **JSON)
    assert late.status_code == 409
    assert "closed meanwhile" in late.json()["detail"]


def test_a_cell_is_kept_by_script_and_a_seat_has_its_own_place_on_the_device(form, exam_admin, judges, client_for):
    panel = make_panel(form, judges, by=exam_admin, method=PanelMethod.EBEL)
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    tablet, address = client_for(judges[0]), f"/judging/{panel.pk}/2/"
    cell = {"relevance": "important", "difficulty": "hard"}
    kept = tablet.post(address, cell, **JSON).json()
    assert (kept["kept"], kept["done"]) == (cell, 1)
    assert tablet.post(address, {"relevance": "essential"}, **JSON).status_code == 422
    assert PanelAnswer.objects.get().value == "important.hard"
    page = tablet.get(address).content.decode()
    assert json.loads(html.unescape(re.search(r'data-stored="([^"]*)"', page)[1])) == cell
    pages = [client_for(judge).get(address).content.decode() for judge in judges]
    assert len({re.search(r'data-judging="([^"]*)"', page)[1] for page in pages}) == 2
    assert "What you say is saved at once." in words(tablet.get(f"/judging/{panel.pk}/"))


def test_ebel_item_by_item_then_its_cells(form, exam_admin, judges, client_for):
    panel = make_panel(form, judges, by=exam_admin, method=PanelMethod.EBEL)
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    tablet, desk = client_for(judges[0]), client_for(exam_admin)
    assert "You have not put any item into a cell yet." in words(tablet.get(f"/judging/{panel.pk}/percents/"))
    half = tablet.post(f"/judging/{panel.pk}/1/", {"relevance": "essential"})
    assert half.status_code == 422
    assert "How hard is it for a borderline candidate?: this is required." in words(half)
    address = f"/judging/{panel.pk}/1/"
    for place in range(1, 11):
        cell = (
            {"relevance": "essential", "difficulty": "easy"}
            if place < 7
            else {"relevance": "important", "difficulty": "hard"}
        )
        address = tablet.post(address, cell)["Location"]
    assert "Round 1: 10 of 12 questions answered." in words(tablet.get(address))
    assert "10 of 12" in words(desk.get(f"/panels/{panel.pk}/"))
    assert "6 items of yours." in words(tablet.get(f"/judging/{panel.pk}/percents/"))
    fields = {"cell.essential.easy": "90 %", "cell.important.hard": "50"}
    tablet.post(f"/judging/{panel.pk}/percents/", fields)
    other = {f"item.{place}": "essential.easy" if place < 6 else "important.hard" for place in range(1, 11)}
    held = panel.rounds.get()
    answer_all(held, {judges[1]: other | {"cell.essential.easy": 80, "cell.important.hard": 60}})
    desk.post(f"/panels/{panel.pk}/close")
    spread = words(desk.get(f"/panels/{panel.pk}/rounds/1/"))
    assert "Cut 7.20 points, the mean of the judges’ sums" in spread
    assert "Item 6 D1-006 essential 1, important 1 easy 1, hard 1" in spread
    # Six and five items: 5.5 of each judge; 90 and 80 percent: 85.
    assert "Essential, easy 2 5.5 85.0 80 to 90" in spread
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    page = words(tablet.get(f"/judging/{panel.pk}/6/"))
    assert "essential, easy: 1; important, hard: 1. You: essential, easy" in page
    assert "From round 1." in page
    assert "checked" in tablet.get(f"/judging/{panel.pk}/6/").content.decode()


def test_nobody_sees_an_answer_before_the_round_is_closed(form, judges, exam_admin, client_for):
    panel = make_panel(form, judges, by=exam_admin, method=PanelMethod.BEUK)
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    eyes = [client_for(judges[1]), client_for(exam_admin)]
    judging, room = f"/judging/{panel.pk}/", f"/panels/{panel.pk}/"
    addresses = [
        judging,
        f"{judging}percents/",
        f"{judging}1/",
        room,
        f"{room}rows",
        f"{room}record/",
        f"{room}record.csv",
    ]

    def seen():
        passing = r'csrfmiddlewaretoken" value="\w+"|data-version="[^"]*"|-left="\d+"|\d\d:\d\d(:\d\d)?'
        return [re.sub(passing, "", eye.get(one).content.decode()) for eye in eyes for one in addresses]

    answer_all(held, {judges[0]: {"cut": 61, "pass_rate": 77}})
    before = seen()
    answer_all(held, {judges[0]: {"cut": 62, "pass_rate": 78}})
    assert seen() == before
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    assert "62 78" in words(eyes[0].get(f"{room}rounds/1/"))


def test_twelve_judges_cost_as_many_queries_as_two(form, exam_admin, client_for, make_person):
    everybody = [make_person(f"Judge {letter}", Role.INSTRUCTOR) for letter in "ABCDEFGHIJKL"]
    give_scores(form, COUNTS)
    desk, costs = client_for(exam_admin), []
    for judges in (everybody[:2], everybody):
        cost = []
        for method in (PanelMethod.EBEL, PanelMethod.HOFSTEE):
            panel = make_panel(form, judges, by=exam_admin, method=method)
            held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
            given = dict(zip(NAMES, LIMITS[0], strict=True))
            if method is PanelMethod.EBEL:
                given = {f"item.{place}": "essential.easy" for place in range(1, 11)} | {"cell.essential.easy": 70}
            answer_all(held, dict.fromkeys(judges, given))
            tablet = client_for(judges[0])
            room, own = f"/panels/{panel.pk}/", f"/judging/{panel.pk}/"
            asked = [
                (desk, f"{room}rows"),
                (desk, room),
                (tablet, own),
                (tablet, f"{own}1/"),
                (tablet, f"{own}percents/"),
            ]
            cost += [_cost(client, address) for client, address in asked]
            rows = desk.get(f"{room}rows").json()["rows"]
            assert {row["progress"] for row in rows} == {"11 of 11" if method is PanelMethod.EBEL else "4 of 4"}
            assert all(row["done"] for row in rows)
            close_round(panel=panel, gaps_accepted=False, by=exam_admin)
            closed = [(desk, f"{room}rounds/1/"), (tablet, f"{room}rounds/1/"), (desk, room), (desk, f"{room}record/")]
            cost += [_cost(client, address) for client, address in closed]
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[1]) <= 24


def _cost(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_few_results_are_said_and_never_shown_singly(form, judges, exam_admin, client_for):
    give_scores(form, {"6": 2})
    panel = make_panel(form, judges, by=exam_admin, method=PanelMethod.HOFSTEE)
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    answer_all(held, {judge: dict(zip(NAMES, LIMITS[0], strict=True)) for judge in judges})
    close_round(panel=panel, gaps_accepted=False, by=exam_admin)
    room = words(client_for(exam_admin).get(f"/panels/{panel.pk}/"))
    assert "Round 1: no cut" in room
    assert "Too few candidates have a result on this form" in room
    assert "What the board adopts" not in room
    page = words(client_for(judges[0]).get(f"/panels/{panel.pk}/rounds/1/"))
    assert "First attempts of 2 candidates" in page
    assert "100.0" not in page
    assert outcome_of(panel.rounds.get()).missing == 0
