"""Appeals: opened in time by the candidate, decided by somebody uninvolved, never to the candidate's harm."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from exams.actions import appeals
from exams.actions.pending import RELEASE
from exams.actions.regrades import REGRADE, propose_key_change
from exams.actions.releases import propose_release
from exams.actions.reviews import record_item_review
from exams.errors import ResultError
from exams.models import Appeal, AppealEvent, Exam, Result, ResultEvent, Score
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from exams.tasks import APPEAL_MAIL, RESULT_MAIL
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.exams.staff import agree, enrol, run_jobs, sit, version_at
from tests.factories.exams import item_material, make_exam
from tests.factories.marking import FULL, give, hand_in, make_essay_exam, take
from tests.threads import at_once

pytestmark = pytest.mark.django_db
RESULT, ITEM = AppealKind.RESULT, AppealKind.ITEM


@pytest.fixture
def exam(programme):
    cut = {"raw": 3, "method": "m", "note": "n"}
    authored = item_material("D1-900", authors=["Walt Author"])
    return make_exam(4, programme=programme, items=[authored], cut_score=cut)


@pytest.fixture
def attempt(exam, programme, trainee):
    """Ada's attempt with two of four points, three needed; the result is out."""
    return sit(enrol(trainee, programme), exam, "abb")


@pytest.fixture
def appeal(attempt, trainee):
    return appeals.open_appeal(attempt=attempt, kind=RESULT, text="I answered all.", by=trainee)


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


def refused(act, **arguments):
    with pytest.raises(ResultError) as error:
        act(**arguments)
    return error.value.code


def state(attempt):
    return Result.objects.get(pk=attempt.pk).state


# Opening


def test_an_open_appeal_shows_in_the_state_and_takes_nothing_away(appeal, attempt):
    result = Result.objects.get(pk=attempt.pk)
    assert (result.state, result.released_score.raw, result.passed) == ("appealed", 2, False)
    assert (appeal.due_on - timezone.localdate()).days == 30
    assert list(AppealEvent.objects.values_list("step", flat=True)) == ["opened"]


def test_several_questions_can_be_challenged_each_once(attempt, trainee):
    for position in (1, 2):
        appeals.open_appeal(attempt=attempt, kind=ITEM, position=position, text="Wrong.", by=trainee)
    arguments = {"attempt": attempt, "kind": ITEM, "position": 1, "text": "Wrong.", "by": trainee}
    assert refused(appeals.open_appeal, **arguments) == "already_open"
    assert Appeal.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "  "}, "text_missing"),
        ({"text": "x" * 4001}, "text_too_long"),
        ({"kind": ITEM, "position": 5}, "no_such_question"),
        ({"kind": ITEM, "position": None}, "no_such_question"),
        ({"now": timezone.now() + timedelta(days=31)}, "too_late"),
    ],
)
def test_what_is_no_appeal(attempt, trainee, changes, code):
    arguments = {"attempt": attempt, "kind": RESULT, "text": "Wrong.", "by": trainee} | changes
    assert refused(appeals.open_appeal, **arguments) == code
    assert state(attempt) == "released"


def test_the_exam_says_how_long(attempt, trainee):
    Exam.objects.update(appeal_days=40, decision_days=5)
    attempt.refresh_from_db()
    later = timezone.now() + timedelta(days=39)
    made = appeals.open_appeal(attempt=attempt, kind=RESULT, text="Wrong.", by=trainee, now=later)
    assert made.due_on == timezone.localdate(later) + timedelta(days=5)


def test_nobody_appeals_for_somebody_else_or_before_the_result_is_out(attempt, other_trainee, exam_admin, programme):
    arguments = {"attempt": attempt, "kind": RESULT, "text": "Wrong."}
    assert refused(appeals.open_appeal, **arguments, by=other_trainee) == "not_yours"
    with pytest.raises(PermissionDenied):
        appeals.open_appeal(**arguments, by=exam_admin)
    Exam.objects.update(release="by_people")
    waiting = sit(enrol(other_trainee, programme), Exam.objects.get(), "bbbb")
    assert refused(appeals.open_appeal, **arguments | {"attempt": waiting}, by=other_trainee) == "not_out"


# Deciding


def test_rejected_with_reasons_the_result_is_as_before(appeal, attempt, exam_admin, mailoutbox):
    appeals.decide(appeal=appeal, uphold=False, reasons="All answers are as recorded.", by=exam_admin)
    result = Result.objects.get(pk=attempt.pk)
    assert (result.state, result.released_score.number, Score.objects.count()) == ("released", 1, 1)
    run_jobs(APPEAL_MAIL)
    run_jobs(APPEAL_MAIL)
    assert [mail.to for mail in mailoutbox] == [["ada.trainee@example.org"]]
    assert "recorded" not in mailoutbox[0].body
    assert "scored again" not in mailoutbox[0].body
    assert str(appeal.pk) in mailoutbox[0].body


def test_upheld_the_attempt_is_scored_again_and_cannot_fall(appeal, attempt, exam_admin):
    appeals.decide(appeal=appeal, uphold=True, reasons="Looked at again.", by=exam_admin)
    result = Result.objects.get(pk=attempt.pk)
    assert (result.state, Score.objects.count(), result.released_score.raw) == ("released", 2, 2)
    walked = list(ResultEvent.objects.filter(result=attempt.pk).values_list("to_state", flat=True))
    assert walked == ["scored", "released", "appealed", "regraded", "released"]


def test_upheld_without_a_change_is_told_as_it_is(appeal, exam_admin, mailoutbox):
    appeals.decide(appeal=appeal, uphold=True, reasons="Looked at again.", by=exam_admin)
    assert appeal.changed_score() is False
    last = ResultEvent.objects.latest("pk")
    assert (last.score.number, last.reason) == (2, "Scored again from the stored answers. The score is the same.")
    run_jobs(APPEAL_MAIL, RESULT_MAIL)
    assert [mail.subject.split(":")[0] for mail in mailoutbox] == ["Your appeal was decided"]
    assert "Your score stayed the same." in mailoutbox[0].body


def test_upheld_after_a_key_was_corrected_the_change_is_told(appeal, exam, exam_admin, second, make_person, mailoutbox):
    facts = {"version": version_at(exam, 1), "policy": KeyPolicy.FULL_CREDIT, "reason": "So."}
    agree(propose_key_change(**facts, by=exam_admin), second)  # in force, and the regrade still waits
    nora = make_person("Nora Admin", Role.EXAM_ADMIN)
    appeals.decide(appeal=appeal, uphold=True, reasons="You were right.", by=nora)
    assert Result.objects.get().released_score.raw == 3
    run_jobs(APPEAL_MAIL, RESULT_MAIL, REGRADE)
    bodies = {mail.subject.split(":")[0]: mail.body for mail in mailoutbox}
    assert set(bodies) == {"Your appeal was decided", "Your exam was scored again"}
    assert len(mailoutbox) == 2
    assert "Your score has changed." in bodies["Your appeal was decided"]


def test_what_was_scored_again_before_the_decision_is_not_put_down_to_it(appeal, exam, exam_admin, second, make_person):
    facts = {"version": version_at(exam, 1), "policy": KeyPolicy.FULL_CREDIT, "reason": "So."}
    agree(propose_key_change(**facts, by=exam_admin), second, REGRADE)
    nora = make_person("Nora Admin", Role.EXAM_ADMIN)
    appeals.decide(appeal=appeal, uphold=True, reasons="Looked at again.", by=nora)
    assert (Result.objects.get().released_score.raw, appeal.changed_score()) == (3, False)


def test_upheld_it_cannot_fall_even_where_a_regrade_may_lower(attempt, exam, trainee, exam_admin, second, make_person):
    Exam.objects.update(regrade_may_lower=True)
    made = appeals.open_appeal(attempt=attempt, kind=RESULT, text="I answered all.", by=trainee)
    rekey = {"version": version_at(exam, 2), "policy": KeyPolicy.REKEY, "new_key": ["c"], "reason": "So."}
    agree(propose_key_change(**rekey, by=exam_admin), second)  # in force, and the regrade still waits
    nora = make_person("Nora Admin", Role.EXAM_ADMIN)
    appeals.decide(appeal=made, uphold=True, reasons="Looked at again.", by=nora)
    result = Result.objects.get(pk=attempt.pk)
    assert (result.state, result.released_score.number, result.released_score.raw) == ("released", 1, 2)
    assert Score.objects.get(number=2).raw == 1


def test_reasons_are_needed(appeal, exam_admin):
    assert refused(appeals.decide, appeal=appeal, uphold=True, reasons=" ", by=exam_admin) == "reason_missing"


def test_the_result_stays_appealed_until_the_last_one_is_closed(appeal, attempt, trainee, exam_admin):
    other = appeals.open_appeal(attempt=attempt, kind=ITEM, position=2, text="Wrong.", by=trainee)
    appeals.decide(appeal=appeal, uphold=False, reasons="No.", by=exam_admin)
    assert state(attempt) == "appealed"
    appeals.withdraw(appeal=other, by=trainee)
    assert state(attempt) == "released"


def test_a_closed_appeal_is_closed_for_good(appeal, exam_admin, second, trainee, other_trainee):
    assert refused(appeals.withdraw, appeal=appeal, by=other_trainee) == "not_yours"
    appeals.withdraw(appeal=appeal, by=trainee)
    assert refused(appeals.decide, appeal=appeal, uphold=True, reasons="Yes.", by=exam_admin) == "closed"
    assert refused(appeals.assign, appeal=appeal, to=second, by=exam_admin) == "closed"
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        Appeal.objects.update(text="Other.")
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        AppealEvent.objects.update(text="Other.")


# Who decides


def test_those_who_released_it_do_not_decide(programme, exam, other_trainee, exam_admin, second, make_person):
    Exam.objects.update(release="by_people")
    attempt = sit(enrol(other_trainee, programme), Exam.objects.get(), "bbb")
    agree(propose_release(attempts=[attempt.pk], reason="Checked.", by=exam_admin), second, RELEASE)
    made = appeals.open_appeal(attempt=attempt, kind=RESULT, text="More.", by=other_trainee)
    for person in (exam_admin, second):
        assert refused(appeals.decide, appeal=made, uphold=False, reasons="No.", by=person) == "involved"
        assert refused(appeals.assign, appeal=made, to=person, by=exam_admin) == "involved"
    nora = make_person("Nora Admin", Role.EXAM_ADMIN)
    appeals.assign(appeal=made, to=nora, by=exam_admin)
    assert appeals.decide(appeal=made, uphold=False, reasons="No.", by=nora).assigned_to == nora


def test_whoever_decided_before_does_not_decide_again(appeal, attempt, trainee, exam_admin):
    appeals.decide(appeal=appeal, uphold=False, reasons="No.", by=exam_admin)
    again = appeals.open_appeal(attempt=attempt, kind=RESULT, text="Still.", by=trainee)
    assert refused(appeals.decide, appeal=again, uphold=False, reasons="No.", by=exam_admin) == "involved"


def test_authors_and_reviewers_of_the_question_do_not_decide(attempt, trainee, exam, exam_admin, make_person):
    made = appeals.open_appeal(attempt=attempt, kind=ITEM, position=1, text="Wrong.", by=trainee)
    walt = make_person("Walt Author", Role.EXAM_ADMIN)
    assert [o.code for o in appeals.objections(made, walt)] == ["wrote_it"]
    version = version_at(exam, 1)
    record_item_review(
        item=version.item, shown_hash=version.content_hash, scope="content", not_author=True, by=exam_admin
    )
    assert [o.code for o in appeals.objections(made, exam_admin)] == ["reviewed_it"]
    about_result = appeals.open_appeal(attempt=attempt, kind=RESULT, text="Wrong.", by=trainee)
    assert appeals.objections(about_result, walt) == ()


def test_those_who_corrected_the_key_do_not_decide(attempt, trainee, exam, exam_admin, second):
    facts = {"version": version_at(exam, 2), "policy": KeyPolicy.FULL_CREDIT, "reason": "So."}
    agree(propose_key_change(**facts, by=exam_admin), second, REGRADE)
    made = appeals.open_appeal(attempt=attempt, kind=ITEM, position=2, text="Wrong.", by=trainee)
    assert "decided_before" in [o.code for o in appeals.objections(made, exam_admin)]


def test_markers_of_the_attempt_do_not_decide(enrolment, trainee, exam_admin, second, monkeypatch):
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)
    attempt = hand_in(enrolment, make_essay_exam(1, 1, programme=enrolment.programme), {1: "Text."})
    give(take(exam_admin), exam_admin, **FULL)
    made = appeals.open_appeal(attempt=attempt, kind=RESULT, text="More.", by=trainee)
    assert [o.code for o in appeals.objections(made, exam_admin)] == ["marked_it"]
    assert refused(appeals.decide, appeal=made, uphold=False, reasons="No.", by=exam_admin) == "involved"
    assert appeals.objections(made, second) == ()


def test_the_audit_trail_names_people_by_their_public_id(appeal, exam_admin, second):
    appeals.assign(appeal=appeal, to=second, by=exam_admin)
    assert Event.objects.get(verb="appeal.assigned").data == {"to": str(second.public_id)}


def test_only_the_assignee_decides_until_somebody_takes_it_over(appeal, exam_admin, second):
    appeals.assign(appeal=appeal, to=second, by=exam_admin)
    stale = Appeal.objects.get(pk=appeal.pk)
    assert refused(appeals.decide, appeal=appeal, uphold=False, reasons="No.", by=exam_admin) == "with_somebody_else"
    assert Appeal.objects.get().is_open
    assert refused(appeals.take_over, appeal=appeal, by=second) == "nothing_to_take"
    appeals.take_over(appeal=appeal, by=exam_admin)
    assert list(AppealEvent.objects.values_list("step", "text"))[1:] == [
        ("assigned", "To Yara Admin."),
        ("assigned", "Taken over from Yara Admin."),
    ]
    people = {"from": str(second.public_id), "to": str(exam_admin.public_id)}
    assert Event.objects.get(verb="appeal.taken_over").data == people
    # Yara, who read the page before, no longer decides.
    assert refused(appeals.decide, appeal=stale, uphold=False, reasons="No.", by=second) == "with_somebody_else"
    assert appeals.decide(appeal=appeal, uphold=False, reasons="No.", by=exam_admin).decided_by == exam_admin
    assert refused(appeals.take_over, appeal=appeal, by=second) == "closed"


def test_those_involved_take_nothing_over(attempt, trainee, exam_admin, second, make_person):
    made = appeals.open_appeal(attempt=attempt, kind=ITEM, position=1, text="Wrong.", by=trainee)
    appeals.assign(appeal=made, to=second, by=exam_admin)
    walt = make_person("Walt Author", Role.EXAM_ADMIN)
    assert refused(appeals.take_over, appeal=made, by=walt) == "involved"
    with pytest.raises(PermissionDenied):
        appeals.take_over(appeal=made, by=trainee)


def test_trainees_and_registrars_do_not_decide(appeal, trainee, registrar, exam_admin):
    for person in (trainee, registrar):
        with pytest.raises(PermissionDenied):
            appeals.decide(appeal=appeal, uphold=True, reasons="Yes.", by=person)
    assert refused(appeals.assign, appeal=appeal, to=registrar, by=exam_admin) == "may_not_decide"


def test_the_database_keeps_the_rules(appeal, trainee, exam_admin):
    now = timezone.now()
    for change in (
        {"state": "upheld"},
        {"state": "upheld", "closed_at": now, "decided_by": exam_admin},
        {"state": "upheld", "closed_at": now, "decided_by": trainee, "reasons": "Yes."},
        {"kind": "item"},
        {"position": 3},
        {"text": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts(appeal, exam_admin, second):
    def act(person, uphold):
        try:
            return appeals.decide(
                appeal=Appeal.objects.get(pk=appeal.pk), uphold=uphold, reasons="So.", by=person
            ).state
        except ResultError as error:
            return error.code

    ends = at_once([lambda: act(exam_admin, uphold=False), lambda: act(second, uphold=False)])
    assert "rejected" in ends
    assert set(ends) <= {"rejected", "closed", "involved"}
    assert AppealEvent.objects.filter(step="rejected").count() == 1
