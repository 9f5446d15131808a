"""The room of a panel in the browser: alone first, then together; numbers by hand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exams.actions.analyses import make_analysis
from exams.actions.panels import close_round, open_round
from exams.models import CutAdoption, KeyRead, PanelRating, StandardSettingPanel
from exams.proposals import describe_adoption
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
from tests.exams.staff import enrol, sit
from tests.factories.exams import item_material, make_exam
from tests.factories.panels import make_panel, rate_all, run_round

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def exam(programme):
    return make_exam(3, 1, programme=programme)


@pytest.fixture
def judges(instructor, physician, item_author):
    return [instructor, physician, item_author]


@pytest.fixture
def panel(exam, judges, exam_admin):
    return make_panel(exam.active_form, judges, by=exam_admin)


@pytest.fixture
def held(panel, exam_admin):
    return open_round(panel=panel, show_p=False, note="", by=exam_admin)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def item(panel, place=1) -> str:
    return reverse("exams:judge_item", args=[panel.pk, place])


def test_from_the_form_page_to_an_adopted_cut(exam, exam_admin, judges, client_for, make_person):
    """Without any script: forms are posted, pages followed."""
    desk, form = client_for(exam_admin), exam.active_form
    assert f"/forms/{form.pk}/panels/" in desk.get(f"/forms/{form.pk}/").content.decode()
    made = desk.post(f"/forms/{form.pk}/panels/", {"method": "angoff", "borderline": "Just safe alone at the chair."})
    panel = StandardSettingPanel.objects.get()
    assert made["Location"] == f"/panels/{panel.pk}/"
    for judge in judges:
        fields = {"person": judge.pk, "background": "Technician, 8 years", "training": "Workshop"}
        assert desk.post(f"/panels/{panel.pk}/judges", fields).status_code == 302
    rounds = ([(50, 60, 70), (60, 60, 60), (70, 90, 80)], [(50, 60, 70), (60, 60, 90), (70, 90, 80)])
    for number, ratings in enumerate(rounds, start=1):
        desk.post(f"/panels/{panel.pk}/open", {"note": "Item 3." if number > 1 else ""})
        for judge, given in zip(judges, ratings, strict=True):
            tablet = client_for(judge)
            assert f"Round {number}: 0 of 3 items" in words(tablet.get(f"/judging/{panel.pk}/"))
            address = item(panel)
            for percent in given:
                answer = tablet.post(address, {"percent": str(percent)})
                assert answer.status_code == 302
                address = answer["Location"]
            assert address == f"/judging/{panel.pk}/"
        desk.post(f"/panels/{panel.pk}/close")
    # Sums 1.8, 2.1, 2.4: mean 2.1, SD 0.3, SE 0.3/√3 = 0.1732.
    room = words(desk.get(f"/panels/{panel.pk}/"))
    assert "Round 2: cut 2.10 of 3 points" in room
    assert "Standard error of the judges 0.17 points" in room
    spread = words(desk.get(f"/panels/{panel.pk}/rounds/2/"))
    assert re.search(r"Item 3 D1-003 .*?Median 80 Range 70 to 90", spread)
    assert "Judge A, Ines Instructor 1.80" in spread
    refused = desk.post(f"/panels/{panel.pk}/adopt", {"steps": "0", "cut": "1", "reason": "Kept when wrong."})
    assert refused.status_code == 409
    assert "1 points are not what you chose" in words(refused)
    assert "Kept when wrong." in words(refused)
    desk.post(f"/panels/{panel.pk}/adopt", {"steps": "0", "cut": "2", "reason": "The board agrees."})
    assert "A cut of 2 points was proposed by Xenia Admin" in words(desk.get(f"/panels/{panel.pk}/"))
    second = make_person("Yusuf Admin", Role.EXAM_ADMIN)
    decisions = client_for(second)
    assert "written-exam-A version 1: 2 points" in words(decisions.get("/decisions/"))
    told = dict(describe_adoption(Proposal.objects.get()).facts)
    assert told["The panel recommends"] == "2.1000 points, standard error 0.1732"
    assert told["Cut"] == "2 of 3 points; so far 2.00"
    confirm(proposal_id=Proposal.objects.get().pk, by=second)
    room = words(desk.get(f"/panels/{panel.pk}/"))
    assert "Adopted: 2 of 3 points." in room
    assert "confirmed by Yusuf Admin" in room
    assert "version 2 , has this cut. Version 1 keeps 2." in room
    assert CutAdoption.objects.get().made.version == 2


def test_nobody_sees_a_rating_before_the_round_is_closed(panel, held, judges, exam_admin, client_for):
    """The canary: whatever one judge says, the pages of all others stay the same to the letter."""
    eyes = [client_for(judges[1]), client_for(exam_admin)]
    addresses = [f"/judging/{panel.pk}/", *(item(panel, place) for place in (1, 2, 3)), "/judging/"]
    addresses += [f"/panels/{panel.pk}/", f"/panels/{panel.pk}/rows", f"/panels/{panel.pk}/rounds/1/"]

    def seen():
        passing = r'csrfmiddlewaretoken" value="\w+"|data-version="[^"]*"|-left="\d+"|\d\d:\d\d(:\d\d)?'
        pages = [(eye.get(address)) for eye in eyes for address in addresses]
        assert [page.status_code for page in pages if page.request["PATH_INFO"].endswith("rounds/1/")] == [404, 404]
        return [re.sub(passing, "", page.content.decode()) for page in pages]

    rate_all(held, {judges[0]: [37, 41, 43]})
    before = seen()
    rate_all(held, {judges[0]: [0, 100, 99]})
    for one, other in zip(seen(), before, strict=True):
        assert one == other
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    for eye in eyes:
        assert "100 to 100" in words(eye.get(f"/panels/{panel.pk}/rounds/1/"))


def test_judges_know_each_other_by_letters(panel, judges, exam_admin, client_for):
    run_round(panel, {judge: [50, 60, 70] for judge in judges}, by=exam_admin)
    page = words(client_for(judges[1]).get(f"/panels/{panel.pk}/rounds/1/"))
    assert "Judge B You 1.80" in page
    assert "Ines Instructor" not in page


def test_a_judge_sees_the_item_with_its_key_and_that_is_noted(panel, held, judges, client_for):
    page = words(client_for(judges[0]).get(item(panel, 2)))
    assert "What is the answer to question d1-002?" in page
    assert "b. Choice b to d1-002 Key" in page
    assert "Item 2 of 3" in page
    read = KeyRead.objects.get()
    assert (read.reader, read.page, read.version.item.code) == (judges[0], "panel", "D1-002")


def test_the_second_round_shows_own_value_spread_and_p(
    exam, panel, judges, exam_admin, client_for, programme, make_person
):
    sit(enrol(make_person("Candidate", Role.TRAINEE), programme), exam, "bab")
    make_analysis(form_id=panel.form_id, since=None, until=None)
    run_round(panel, dict(zip(judges, ([31, 60, 70], [60, 60, 70], [90, 60, 70]), strict=True)), by=exam_admin)
    open_round(panel=panel, show_p=True, note="", by=exam_admin)
    tablet = client_for(judges[0])
    page = words(tablet.get(item(panel)))
    assert "Round 1: median 60, from 31 to 90; you: 31." in page
    assert "a share of 1.00, 1 candidate answered it right" in page
    assert "From round 1. Save it again to keep it, or change it." in page
    assert "Round 2: 0 of 3 items looked at again." in words(tablet.get(f"/judging/{panel.pk}/"))


def test_saving_by_script(panel, held, judges, exam_admin, client_for):
    tablet = client_for(judges[0])
    kept = tablet.post(item(panel), {"percent": "60"}, **JSON)
    assert (kept.json()["kept"], kept.json()["done"]) == ({"percent": "60"}, 1)
    wrong = tablet.post(item(panel), {"percent": "many"}, **JSON)
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "Type a whole number from 0 to 100.")
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    late = tablet.post(item(panel), {"percent": "70"}, **JSON)
    assert (late.status_code, late.json()["detail"]) == (
        409,
        "Round 1 was closed meanwhile. This rating was not kept.",
    )
    assert list(PanelRating.objects.values_list("percent", flat=True)) == [60]


def test_what_was_typed_stands_beside_the_error(panel, held, judges, client_for):
    answer = client_for(judges[0]).post(item(panel), {"percent": "sixty"})
    assert answer.status_code == 422
    assert 'value="sixty"' in answer.content.decode()
    assert "There is a problem Type a whole number from 0 to 100." in words(answer)


def test_before_the_first_round_a_judge_sees_no_item(panel, judges, client_for):
    tablet = client_for(judges[0])
    assert tablet.get(item(panel))["Location"] == f"/judging/{panel.pk}/"
    assert tablet.get(reverse("exams:judge_figure", args=[panel.pk, 1])).status_code == 404
    assert not KeyRead.objects.exists()


def test_a_pretest_item_is_not_shown(panel, held, judges, client_for):
    assert client_for(judges[0]).get(item(panel, 4)).status_code == 404


def test_figures_are_for_judges(programme, judges, exam_admin, client_for, other_instructor):
    drawn = item_material("D1-900", figure={"file": "figures/a.svg", "alt": "A coil."})
    exam = make_exam(2, programme=programme, items=[drawn], drawings={"D1-900": b"<svg/>"})
    panel = make_panel(exam.active_form, judges, by=exam_admin)
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    address = reverse("exams:judge_figure", args=[panel.pk, 1])
    assert address in client_for(judges[0]).get(item(panel)).content.decode()
    assert client_for(judges[0]).get(address).content == b"<svg/>"
    for person in (other_instructor, exam_admin):
        assert client_for(person).get(address).status_code == 404


def test_the_board_follows_twelve_judges_in_as_many_queries_as_two(exam, exam_admin, client_for, make_person):
    everybody = [make_person(f"Judge {letter}", Role.INSTRUCTOR) for letter in "ABCDEFGHIJKL"]
    desk, costs = client_for(exam_admin), []
    for judges in (everybody[:2], everybody):
        panel = make_panel(exam.active_form, judges, by=exam_admin)
        held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
        rate_all(held, {judge: [50, 60, 70] for judge in judges[:-1]})
        rate_all(held, {judges[-1]: [50, 60, None]})
        addresses = [f"/panels/{panel.pk}/rows", f"/panels/{panel.pk}/", f"/forms/{exam.active_form_id}/panels/"]
        tablet = client_for(judges[0])
        addresses_of_judge = ["/judging/", f"/judging/{panel.pk}/", item(panel)]
        cost = []
        for client, address in [(desk, one) for one in addresses] + [(tablet, one) for one in addresses_of_judge]:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            cost.append(len(queries))
        rows = desk.get(f"/panels/{panel.pk}/rows")
        assert [row["progress"] for row in rows.json()["rows"]] == ["3 of 3"] * (len(judges) - 1) + ["2 of 3"]
        assert rows.json()["rows"][-1]["last"].startswith("Item 2, ")
        assert desk.get(f"/panels/{panel.pk}/rows", HTTP_IF_NONE_MATCH=rows["ETag"]).status_code == 304
        close_round(panel=panel, gaps_accepted=True, by=exam_admin)
        for client in (desk, tablet):
            address = f"/panels/{panel.pk}/rounds/1/"
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[1]) <= 16


def test_judges_find_their_panels(panel, held, judges, client_for):
    home = words(client_for(judges[0]).get("/home/", follow=True))
    assert "Panels that you judge for" in home
    assert "Round 1 is open" in words(client_for(judges[0]).get("/judging/"))
