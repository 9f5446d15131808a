"""Studies of stored answers: what is read, what is worked out, what small groups do not show, how work is watched."""

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.models import Pathway
from exams.actions import studies
from exams.actions.studies import STUDY, Question, make_study, request_study, stop_study
from exams.errors import StudyError
from exams.models import Exam, Study, StudyKind, StudyRequest, StudyState
from exams.rules.psychometrics import dif
from exams.rules.psychometrics.irt import fit
from exams.study_data import read_answers
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.exams.staff import enrol, run_jobs, sit
from tests.factories.bank import ORDERING
from tests.factories.exams import make_exam
from tests.factories.studies import answers, sat, second_form

pytestmark = pytest.mark.django_db

PLACES = list(np.linspace(-1.5, 1.5, 10))


def silent(step, share):
    """Hear of progress and say nothing."""


def made(exam, by, kind=StudyKind.CALIBRATION, **question) -> Study:
    asked = request_study(question=Question(kind, exam, **question), by=by)
    run_jobs(STUDY)
    asked.refresh_from_db()
    return asked.study


@pytest.fixture
def exam(programme) -> Exam:
    return make_exam(10, programme=programme)


def test_what_real_candidates_answered_is_what_is_read(programme, make_person):
    exam = make_exam(4, 1, programme=programme, items=[ORDERING])
    orders = [["1:b", "2:c", "3:a"], ["1:b", "2:a", "3:c"], ["1:c", "2:a", "3:b"]]
    given = [[orders[0], "b", "a", None, "b"], [orders[1], "b", "b", "b"], [orders[2], "a"]]
    for number, row in enumerate(given):
        sit(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, row)
    read = read_answers(exam, report=silent)
    # The fifth place is tried out and left out; the first earns parts; what was not reached is unknown.
    nothing = np.nan
    assert read.names == ("D1-101", "D1-001", "D1-002", "D1-003")
    assert np.array_equal(read.points[:, 1:], [[1, 0, nothing], [1, 1, 1], [0, nothing, nothing]], equal_nan=True)
    assert read.in_parts.tolist() == [True, False, False, False]
    assert read.forms == {exam.active_form_id: (0, 1, 2, 3)}


def test_a_calibration_of_two_forms_on_one_scale(exam, exam_admin):
    a = exam.active_form
    b = second_form(exam, [f"D1-{number:03}" for number in (6, 7, 8, 9, 10)])
    on_a, on_b = answers(1, 300, PLACES), answers(2, 200, PLACES[5:])
    on_a[:20, 9] = np.nan
    sat(exam, a, on_a)
    sat(exam, b, on_b)
    study = made(exam, exam_admin, method="1pl")
    # By another road: the two tables under each other, what a form does not have missing.
    whole = np.vstack([on_a, np.hstack([np.full((200, 5), np.nan), on_b])])
    expected = fit(whole, "1pl")
    figures = study.figures
    assert (study.persons, study.method, figures["converged"]) == (500, "1pl", True)
    assert figures["loglik"] == pytest.approx(expected.loglik)
    assert [item["b"] for item in figures["items"]] == pytest.approx([item.b for item in expected.items])
    assert [item["n"] for item in figures["items"]] == [300] * 5 + [500] * 4 + [480]
    assert [part["name"] for part in figures["parts"]] == [str(a), str(b)]
    first = figures["parts"][0]
    middle = figures["places"].index(0.0)
    chances = [1 / (1 + np.exp(item.a * item.b)) for item in expected.items]
    information = sum(item.a**2 * p * (1 - p) for item, p in zip(expected.items, chances, strict=True))
    assert first["information"][middle] == pytest.approx(information)
    assert first["error"][middle] == pytest.approx(1 / np.sqrt(information))
    # Seven of ten points pass: at that ability seven are expected.
    at_cut = [1 / (1 + np.exp(-item.a * (first["ability_at_cut"] - item.b))) for item in expected.items]
    assert sum(at_cut) == pytest.approx(7)
    assert figures["persons"]["estimated"] == 500
    assert figures["warnings"] == []
    assert "numpy" in study.software


def test_what_cannot_be_calibrated_has_its_reason(exam, exam_admin):
    table = answers(3, 40, PLACES)
    table[:, 0] = 1
    table[:, 1] = np.where(table[:, 1] == 1, 0.5, 0)
    sat(exam, exam.active_form, table)
    figures = made(exam, exam_admin, method="1pl").figures
    reasons = {item["item"]: item["reason"] for item in figures["items"] if item["reason"]}
    assert reasons["D1-001"].startswith("All 40 answers are right")
    assert reasons["D1-002"].startswith("It earns parts of a point")
    assert figures["parts"][0]["ability_at_cut"] is None
    assert figures["parts"][0]["reasons"]["ability_at_cut"]["code"] == "partial_credit"


def test_forms_without_a_common_item_are_named(exam, exam_admin):
    sat(exam, second_form(exam, ["D1-001", "D1-002", "D1-003"], "form-a"), answers(5, 40, [-1, 0, 1]))
    sat(exam, second_form(exam, ["D1-004", "D1-005", "D1-006"], "form-b"), answers(6, 40, [-1, 0, 1]))
    codes = [caution["code"] for caution in made(exam, exam_admin, method="1pl").figures["warnings"]]
    assert codes == ["forms_not_linked"]


def test_groups_of_enough_people_are_compared_and_small_ones_not_even_counted(exam, exam_admin):
    table = answers(7, 700, PLACES)
    # The fourth item is two logits harder for those on the job.
    harder = answers(8, 250, [place + 2.0 * (number == 3) for number, place in enumerate(PLACES)])
    facts = [{"pathway": Pathway.ACADEMIC}] * 650 + [{"time_multiplier": 1.5}] * 50
    sat(exam, exam.active_form, table, facts=facts)
    sat(exam, exam.active_form, harder, facts=[{"pathway": Pathway.PROVIDER}] * 250)
    study = made(exam, exam_admin, StudyKind.FAIRNESS, form=exam.active_form)
    by_code = {found["code"]: found for found in study.figures["comparisons"]}
    provider = by_code["pathway-provider"]
    assert (provider["n_reference"], provider["n_focal"], provider["purified"]) == (700, 250, True)
    expected = dif.analyse(np.vstack([table, harder]), [False] * 700 + [True] * 250, [str(n) for n in range(10)])
    assert [item["delta"] for item in provider["items"]] == pytest.approx([item.delta for item in expected])
    assert provider["items"][3]["class"] == "C"
    assert provider["items"][3]["delta"] < 0
    assert sum(provider["classes"].values()) == 10
    for code in ("pathway-licensed", "pathway-experience", "retake", "accommodated"):
        hidden = by_code[code]
        assert (hidden["n_reference"], hidden["n_focal"], hidden["items"]) == (None, None, [])
        assert hidden["reason"].startswith("Not enough data")


def test_a_retake_is_compared_once_for_each_person(exam, exam_admin):
    sat(exam, exam.active_form, answers(9, 300, PLACES))
    sat(exam, exam.active_form, answers(10, 220, PLACES), facts=[{"number": 2}] * 220)
    found = made(exam, exam_admin, StudyKind.FAIRNESS, form=exam.active_form).figures["comparisons"]
    retakes = next(one for one in found if one["code"] == "retake")
    assert (retakes["n_reference"], retakes["n_focal"]) == (300, 220)
    assert all(one["reason"] for one in found if one["code"] != "retake")


def test_an_easier_form_is_equated_by_what_the_numbers_allow(exam, exam_admin):
    old = exam.active_form
    new = second_form(exam, [f"D1-{number:03}" for number in range(10, 0, -1)])
    sat(exam, old, answers(11, 400, PLACES))
    sat(exam, new, answers(12, 400, [place - 0.5 for place in PLACES[::-1]]))
    study = made(exam, exam_admin, StudyKind.EQUATING, form=new, old_form=old, method="auto", random_groups=True)
    figures = study.figures
    assert (study.method, figures["n_new"], figures["n_old"]) == ("linear", 400, 400)
    assert "Chance made the groups" in figures["recommended"]["reasons"][0]
    assert set(figures["methods"]) == {"identity", "mean", "linear", "tucker", "chained", "equipercentile", "rasch"}
    assert all("reason" not in found for name, found in figures["methods"].items() if name != "equipercentile")
    # The new form is easier, so more points are asked for, and fewer people pass.
    assert figures["cut"]["own_on_old"] < 7 < figures["cut"]["equated"]
    assert figures["cut"]["passed_equated"] < figures["cut"]["passed_own"]
    asked = made(exam, exam_admin, StudyKind.EQUATING, form=new, old_form=old, method="rasch")
    # All items are common: whatever their difficulty, the same items give the same scores.
    assert [row["old"] for row in asked.figures["table"]] == pytest.approx(list(range(11)), abs=0.4)
    assert asked.figures["anchors"]["drift_checked"]
    assert asked.figures["chosen"]


def test_few_people_get_identity_and_parts_of_points_no_curve(exam, exam_admin):
    new, old = second_form(exam, [f"D1-{number:03}" for number in range(1, 6)]), exam.active_form
    table = answers(13, 12, PLACES[:5])
    table[0, 0] = 0.5
    sat(exam, new, table)
    sat(exam, old, answers(14, 12, PLACES))
    figures = made(exam, exam_admin, StudyKind.EQUATING, form=new, old_form=old, method="auto").figures
    assert figures["method"] == "identity"
    assert "fewer than 100" in figures["recommended"]["reasons"][0]
    assert figures["methods"]["equipercentile"]["reason"].startswith("Items earn parts of a point")
    assert figures["methods"]["rasch"]["reason"]
    # Nobody can have the old cut of 7 on a form of five items.
    assert figures["cut"]["equated"] is None
    assert figures["cut"]["reasons"]["equated"]["code"] == "cut_beyond_form"


def test_refusals(exam, exam_admin, instructor):
    def code(**question) -> str:
        with pytest.raises(StudyError) as refused:
            request_study(question=Question(exam=exam, **question), by=exam_admin)
        return refused.value.code

    form = exam.active_form
    assert code(kind=StudyKind.CALIBRATION, method="1pl") == "no_scores"
    sat(exam, form, answers(1, 3, PLACES))
    assert code(kind=StudyKind.CALIBRATION, method="3pl") == "method_unknown"
    assert code(kind=StudyKind.EQUATING, form=form, old_form=form, method="auto") == "same_form"
    other = second_form(exam, ["D1-001", "D1-002"])
    assert code(kind=StudyKind.FAIRNESS, form=other) == "no_scores"
    with pytest.raises(PermissionDenied):
        request_study(question=Question(StudyKind.CALIBRATION, exam, method="1pl"), by=instructor)
    assert not StudyRequest.objects.exists()


def test_the_same_answers_are_one_study_and_one_open_request(exam, exam_admin):
    sat(exam, exam.active_form, answers(1, 40, PLACES))
    question = Question(StudyKind.CALIBRATION, exam, method="1pl")
    one = request_study(question=question, by=exam_admin)
    assert request_study(question=question, by=exam_admin) == one
    assert Job.objects.filter(kind=STUDY).count() == 1
    run_jobs(STUDY)
    first = Study.objects.get()
    assert make_study(request_id=str(one.pk)) == first
    assert made(exam, exam_admin, method="1pl") == first
    assert made(exam, exam_admin, method="2pl") != first
    assert Event.objects.filter(verb="study.made").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Study.objects.update(persons=9)


def test_a_study_that_is_stopped_under_way_keeps_nothing(exam, exam_admin, monkeypatch):
    sat(exam, exam.active_form, answers(1, 40, PLACES))
    monkeypatch.setattr(studies, "_EVERY", 0)
    asked = request_study(question=Question(StudyKind.CALIBRATION, exam, method="1pl"), by=exam_admin)
    heard = []
    work_out = studies.work_out

    def stopping(request, report):
        def watched(step, share):
            heard.append((step, share))
            if step == "calibrating" and len(heard) == 4:
                stop_study(request=request, by=exam_admin)
            report(step, share)

        return work_out(request, watched)

    monkeypatch.setattr(studies, "work_out", stopping)
    assert make_study(request_id=str(asked.pk)) is None
    assert heard[0] == ("reading", 1.0)
    assert len(heard) == 4
    asked.refresh_from_db()
    assert (asked.state, asked.study) == (StudyState.STOPPED, None)
    assert not Study.objects.exists()
    with pytest.raises(StudyError):
        stop_study(request=asked, by=exam_admin)


def test_reading_costs_the_same_for_more_people_and_items(programme):
    exam = make_exam(20, programme=programme)
    counts = []
    for seed in (1, 2):
        sat(exam, exam.active_form, answers(seed, 150, list(np.linspace(-1, 1, 20))))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read_answers(exam, report=silent)
        counts.append(len(queries))
    assert counts == [3, 3]
