"""Pages of studies: asking, watching, reading, what small groups never show, what pages cost."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Pathway
from exams.actions.studies import STUDY
from exams.models import Study, StudyRequest
from lms.accounts.roles import Role
from lms.jobs.models import Job, JobState
from tests.exams.staff import enrol, run_jobs, sit
from tests.factories.exams import make_exam
from tests.factories.studies import answers, sat, second_form

pytestmark = pytest.mark.django_db

PLACES = [-1.0, -0.5, 0.0, 0.5, 1.0]
BASE = "/forms/exams/written-exam/studies/"


@pytest.fixture
def exam(programme):
    return make_exam(5, programme=programme)


@pytest.fixture
def desk(exam_admin, client_for):
    return client_for(exam_admin)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_from_nothing_to_a_calibration(desk, exam):
    assert "There is nothing to study." in words(desk.get(BASE))
    sat(exam, exam.active_form, answers(1, 60, PLACES))
    wrong = desk.post(f"{BASE}calibrate", {"calibration-form": "", "calibration-method": "3pl"})
    assert wrong.status_code == 422
    assert desk.post(f"{BASE}unknown").status_code == 404
    asked = desk.post(f"{BASE}calibrate", {"calibration-form": "", "calibration-method": "1pl"}, follow=True)
    assert "Waiting for a worker" in words(asked)
    one = StudyRequest.objects.get()
    state = f"/studies/requests/{one.pk}/state"
    StudyRequest.objects.update(state="running", step="persons", share=40)
    assert desk.get(state).json() == {"words": "Estimating abilities", "share": 40, "open": True}
    run_jobs(STUDY)
    assert desk.get(state).json()["open"] is False
    page = words(desk.get(f"/studies/requests/{one.pk}/", follow=True))
    study = Study.objects.get()
    item = study.figures["items"][1]
    assert "60 attempts" in page
    assert f"{item['b']:.2f}".replace("-", "−") in page
    assert f"{study.figures['loglik']:.2f}".replace("-", "−") in page
    assert "is expected at an ability of" in page
    assert "Person " not in page
    rows = list(csv.DictReader(io.StringIO(desk.get(f"/studies/{study.pk}/table.csv").content.decode("utf-8-sig"))))
    assert float(rows[1]["b"]) == item["b"]
    assert "Calibration: all forms of" in words(desk.get(BASE))


def test_where_nothing_can_be_estimated_no_curve_pretends(desk, exam, programme, make_person):
    sit(enrol(make_person("Ona Only", Role.TRAINEE), programme), exam, "bbbbb")
    desk.post(f"{BASE}calibrate", {"calibration-form": "", "calibration-method": "1pl"})
    run_jobs(STUDY)
    page = words(desk.get(f"/studies/{Study.objects.get().pk}/"))
    assert "There is no calibration" in page
    assert "Where it measures" not in page


def test_what_fails_and_what_was_stopped_can_be_seen(desk, exam):
    sat(exam, exam.active_form, answers(1, 10, PLACES))
    desk.post(f"{BASE}compare", {"fairness-form": exam.active_form_id})
    one = StudyRequest.objects.get()
    page = f"/studies/requests/{one.pk}/"
    Job.objects.filter(key=one.job_key).update(attempts=1, last_error="OSError: secret")
    assert "It failed and is tried again at" in words(desk.get(page))
    Job.objects.filter(key=one.job_key).update(state=JobState.DEAD, attempts=8, finished_at=one.asked_at)
    assert "It failed 8 times and was given up." in words(desk.get(page))
    assert "secret" not in words(desk.get(page))
    assert "Failed</span>" in words(desk.get(BASE))
    assert "The study was stopped." in words(desk.post(f"{page}stop", follow=True))
    assert "It has ended already." in words(desk.post(f"{page}stop", follow=True))
    assert "This study was stopped on" in words(desk.get(page))


def test_groups_large_and_small(desk, exam):
    facts = [{}] * 300 + [{"pathway": Pathway.PROVIDER}] * 220 + [{"pathway": Pathway.LICENSED}] * 7
    sat(exam, exam.active_form, answers(2, 527, PLACES), facts=facts)
    desk.post(f"{BASE}compare", {"fairness-form": exam.active_form_id})
    run_jobs(STUDY)
    study = Study.objects.get()
    page = words(desk.get(f"/studies/{study.pk}/"))
    assert "300 and 220" in page
    assert page.count("Not enough data") == 4
    large = f"/studies/{study.pk}/groups/pathway-provider"
    item = study.figures["comparisons"][1]["items"][0]
    assert f"{item['delta']:.2f}".replace("-", "−") in words(desk.get(f"{large}/"))
    rows = list(csv.DictReader(io.StringIO(desk.get(f"{large}.csv").content.decode("utf-8-sig"))))
    assert float(rows[0]["delta"]) == item["delta"]
    small = f"/studies/{study.pk}/groups/pathway-licensed"
    assert "There is not enough data" in words(desk.get(f"{small}/"))
    assert len(desk.get(f"{small}.csv").content.decode().splitlines()) == 1
    assert desk.get(f"/studies/{study.pk}/groups/sex/").status_code == 404


def test_an_equating_says_what_was_used_and_that_it_changes_nothing(desk, exam):
    new = second_form(exam, [f"D1-{number:03}" for number in range(1, 5)])
    sat(exam, exam.active_form, answers(3, 120, PLACES))
    sat(exam, new, answers(4, 130, PLACES[:4]))
    question = {"equating-form": new.pk, "equating-old_form": exam.active_form_id, "equating-method": "auto"}
    same = desk.post(f"{BASE}equate", question | {"equating-form": exam.active_form_id})
    assert same.status_code == 409
    assert "Choose two different forms" in words(same)
    desk.post(f"{BASE}equate", question)
    run_jobs(STUDY)
    study = Study.objects.get()
    page = words(desk.get(f"/studies/{study.pk}/"))
    assert study.method in ("tucker", "chained")
    assert study.figures["recommended"]["reasons"][0] in page
    assert "It changes no score, no cut and no result." in page
    assert "4 of 4" in page
    assert f"<strong>{study.figures['table'][2]['old']:.2f}</strong>" in page
    rows = list(csv.DictReader(io.StringIO(desk.get(f"/studies/{study.pk}/table.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert float(rows[2]["rasch"]) == study.figures["methods"]["rasch"]["table"][2]


def test_pages_cost_the_same_for_more_studies_people_and_forms(desk, exam, make_person):
    def cost() -> list[int]:
        found = []
        for address in (BASE, f"/studies/{Study.objects.last().pk}/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert desk.get(address).status_code == 200
            found.append(len(queries))
        return found

    def ask(model: str) -> None:
        desk.post(f"{BASE}calibrate", {"calibration-form": "", "calibration-method": model})

    sat(exam, exam.active_form, answers(5, 30, PLACES))
    ask("1pl")
    run_jobs(STUDY)
    ask("2pl")
    cost()
    few = cost()
    run_jobs(STUDY)
    sat(exam, second_form(exam, ["D1-001", "D1-002", "D1-003"]), answers(6, 40, PLACES[:3]))
    for model in ("1pl", "2pl"):
        ask(model)
    run_jobs(STUDY)
    sat(exam, exam.active_form, answers(7, 30, PLACES))
    ask("1pl")
    ask("2pl")
    assert cost() == few
    assert max(few) <= 12
