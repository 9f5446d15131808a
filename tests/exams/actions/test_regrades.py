"""A key is corrected: tried out, agreed on, and every closed attempt scored again."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from certificates.actions import issue_if_eligible
from certificates.models import Doubt
from exams.actions import regrades
from exams.actions.appeals import decide, open_appeal
from exams.actions.regrades import KEY_CHANGE, REGRADE, preview, propose_key_change
from exams.errors import ResultError
from exams.models import Attempt, Exam, KeyChange, Result, ResultEvent, Score
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from exams.signals import requirement_met
from exams.tasks import RESULT_MAIL
from lms.accounts.roles import Role
from lms.approvals.actions import decline, payload_digest
from lms.approvals.errors import ProposalError
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.exams.staff import agree, enrol, give, hand_in, run_jobs, sit, version_at
from tests.factories.certificates import credential
from tests.factories.exams import make_exam, multiple_material, start_attempt
from tests.factories.practicals import complete_and_sign, make_sitting

pytestmark = pytest.mark.django_db

# The key of every item is b, three of four points pass. Question 1 is corrected; the new key, where there is one, is a.
ANSWERS = ("bbbb", "bbb", "abb", "cbb")
# By hand: points and decision of the new score, then of the one that counts, no harm being the rule.
P, F = True, False
OLD = [(4, P), (3, P), (2, F), (2, F)]
EXPECTED = {
    # policy: maximum, cut, new scores, scores that count
    KeyPolicy.REKEY: (4, "3", [(3, P), (2, F), (3, P), (2, F)], [(4, P), (3, P), (3, P), (2, F)]),
    KeyPolicy.ACCEPT_BOTH: (4, "3", [(4, P), (3, P), (3, P), (2, F)], [(4, P), (3, P), (3, P), (2, F)]),
    KeyPolicy.FULL_CREDIT: (4, "3", [(4, P), (3, P), (3, P), (3, P)], [(4, P), (3, P), (3, P), (3, P)]),
    KeyPolicy.REMOVE: (3, "2.25", [(3, P), (2, F), (2, F), (2, F)], [(3, P), (3, P), (2, F), (2, F)]),
}


def cut(raw):
    return {"raw": raw, "method": "m", "note": "n"}


@pytest.fixture
def exam(programme):
    return make_exam(4, programme=programme, cut_score=cut(3))


@pytest.fixture
def sat(exam, programme, make_person):
    """Four attempts whose results are out."""
    people = [make_person(f"Candidate {number}", Role.TRAINEE) for number in range(4)]
    return [sit(enrol(person, programme), exam, given) for person, given in zip(people, ANSWERS, strict=True)]


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


@pytest.fixture
def told():
    heard = []

    def listen(enrolment, **_):
        heard.append(enrolment.pk)

    requirement_met.connect(listen)
    yield heard
    requirement_met.disconnect(listen)


def new_key(policy):
    return ["a"] if policy.needs_key else None


def propose(exam, by, policy=KeyPolicy.REKEY, position=1, **changes):
    facts = {"version": version_at(exam, position), "policy": policy, "new_key": new_key(policy), "reason": "Wrong."}
    return propose_key_change(**facts | changes, by=by)


def newest(attempt):
    found = Score.objects.filter(attempt=attempt).order_by("-number")[0]
    return (found.raw, found.passed)


def counting(attempt):
    found = Result.objects.get(pk=attempt.pk)
    assert found.state == "released"
    assert found.passed == found.released_score.passed
    return (found.released_score.raw, found.released_score.passed)


@pytest.mark.parametrize("policy", list(KeyPolicy))
def test_each_policy_by_hand(policy, exam, sat, exam_admin, second):
    maximum, cut_left, new, counts = EXPECTED[policy]
    assert [newest(attempt) for attempt in sat] == OLD
    agree(propose(exam, exam_admin, policy), second, REGRADE)
    assert [newest(attempt) for attempt in sat] == new
    assert [counting(attempt) for attempt in sat] == counts
    last = Score.objects.filter(attempt=sat[0]).order_by("-number")[0]
    assert (last.number, last.maximum, last.cut) == (2, maximum, Decimal(cut_left))
    assert last.key_changes == [str(KeyChange.objects.get().pk)]


@pytest.mark.parametrize("policy", list(KeyPolicy))
def test_the_dry_run_says_what_happens(policy, exam, sat, exam_admin, second):
    tried = preview(version=version_at(exam, 1), policy=policy, new_key=new_key(policy))
    assert Score.objects.count() == 4
    agree(propose(exam, exam_admin, policy), second, REGRADE)
    said = {effect.attempt: (effect.anew.raw, effect.anew.passed) for effect in tried.effects}
    assert said == {attempt.pk: newest(attempt) for attempt in sat}
    assert {e.attempt: (e.counts.raw, e.counts.passed) for e in tried.effects} == {a.pk: counting(a) for a in sat}


def test_the_dry_run_counts_people_and_certificates(exam, sat, exam_admin):
    held = credential(sat[1].enrolment)
    tried = preview(version=version_at(exam, 1), policy=KeyPolicy.REKEY, new_key=["a"])
    assert tried.counts == {
        "attempts": 4,
        "changed": 3,
        "points": 3,
        "maximum": 0,
        "wins": 1,
        "in_doubt": 1,
        "lowered": 0,
        "certificates": 1,
    }
    assert [effect.attempt for effect in tried.wins] == [sat[2].pk]
    assert held.public_number in tried.certified[0].words
    assert propose(exam, exam_admin).payload["counts"] == tried.counts


def test_whoever_passes_now_is_told_and_nobody_else_hears_of_it(exam, sat, exam_admin, second, told, mailoutbox):
    told.clear()
    agree(propose(exam, exam_admin), second, REGRADE, RESULT_MAIL)
    assert sat[2].enrolment_id in told
    assert sat[3].enrolment_id not in told
    assert [mail.to[0] for mail in mailoutbox if "candidate.2" in mail.to[0]] == ["candidate.2@example.org"]
    assert not [mail for mail in mailoutbox if "candidate.1" in mail.to[0]]  # the result stays as it was


def test_candidates_read_that_a_question_was_corrected(exam, sat, exam_admin, second, client_for, mailoutbox):
    """Question 4 is given to everybody: 4 stays 4, 3 becomes 4, 2 becomes 3. Then question 1 is keyed a: 4 would be 3.

    The mails are those of the first correction; whose result reads as before gets none.
    """
    agree(propose(exam, exam_admin, KeyPolicy.FULL_CREDIT, position=4), second, REGRADE, RESULT_MAIL)
    assert {mail.subject for mail in mailoutbox} == {f"Your exam was scored again: {exam.title}"}
    assert len(mailoutbox) == 3
    for mail in mailoutbox:
        assert "was scored again because a question was put right" in mail.body
        assert "changed or stays as it was is on its page" in mail.body
        assert "D1-" not in mail.body

    def page(attempt):
        return client_for(attempt.enrolment.person).get(reverse("exams:result", args=[attempt.pk])).content.decode()

    because = "because a question was put right;"
    assert f"{because} the result stays as it was." in page(sat[0])
    assert f"{because} before: 3 of 4, passed." in page(sat[1])
    assert f"{because} before: 2 of 4, not passed." in page(sat[2])
    assert (
        f"{because} before: 2 of 4, not passed."
        in client_for(exam_admin).get(reverse("exams:result", args=[sat[2].pk])).content.decode()
    )
    agree(propose(exam, exam_admin), second, REGRADE)
    assert f"{because} the earlier result stays" in page(sat[0])
    pdf = client_for(sat[0].enrolment.person).get(reverse("exams:report_pdf", args=[sat[0].pk]))
    assert pdf.status_code == 200


def test_a_pass_that_would_be_lost_stays_marked_and_its_certificate_waits_for_a_decision(exam, sat, exam_admin, second):
    held = credential(sat[1].enrolment)
    agree(propose(exam, exam_admin), second, REGRADE)
    last = ResultEvent.objects.filter(result=sat[1].pk).last()
    assert (last.from_state, last.to_state, last.score.number) == ("regraded", "released", 1)
    assert "does not lower" in last.reason
    doubt = Doubt.objects.get()
    assert (doubt.credential, doubt.kept_at) == (held, None)
    assert held.revoked is None


def test_an_exam_may_say_that_results_fall(exam, sat, exam_admin, second):
    Exam.objects.update(regrade_may_lower=True)
    credential(sat[1].enrolment)
    assert preview(version=version_at(exam, 1), policy=KeyPolicy.REKEY, new_key=["a"]).counts["lowered"] == 1
    agree(propose(exam, exam_admin), second, REGRADE)
    assert [counting(attempt) for attempt in sat] == EXPECTED[KeyPolicy.REKEY][2]
    assert not Attempt.objects.passed_by(sat[1].enrolment).exists()
    assert Doubt.objects.count() == 1


def test_nothing_changes_before_the_second_person(exam, sat, exam_admin):
    propose(exam, exam_admin)
    run_jobs(REGRADE)
    assert (Score.objects.count(), KeyChange.objects.count()) == (4, 0)


def test_before_release_the_new_score_is_simply_the_newest(exam, programme, trainee, exam_admin, second):
    Exam.objects.update(release="by_people")
    exam.refresh_from_db()
    attempt = sit(enrol(trainee, programme), exam, "bbb")
    agree(propose(exam, exam_admin), second, REGRADE)
    result = Result.objects.get(pk=attempt.pk)
    assert (result.state, result.released_score, newest(attempt)) == ("scored", None, (2, False))
    assert not Job.objects.filter(kind=RESULT_MAIL).exists()


def test_an_open_attempt_is_scored_by_the_change_when_it_closes(exam, programme, trainee, exam_admin, second):
    attempt = start_attempt(enrol(trainee, programme), exam)
    give(attempt, "abb")
    agree(propose(exam, exam_admin), second, REGRADE)
    assert not Score.objects.exists()
    assert counting(hand_in(attempt)) == (3, True)


def test_a_worker_that_is_killed_goes_on(exam, sat, exam_admin, second, monkeypatch):
    true_act, calls = regrades.score_again, []

    def dying(**arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return true_act(**arguments)

    monkeypatch.setattr(regrades, "score_again", dying)
    with pytest.raises(KeyboardInterrupt):
        agree(propose(exam, exam_admin), second, REGRADE)
    assert Score.objects.count() == 6
    run_jobs(REGRADE)
    run_jobs(REGRADE)
    assert Score.objects.count() == 8
    assert [counting(attempt) for attempt in sat] == EXPECTED[KeyPolicy.REKEY][3]


def test_an_item_that_is_tried_out_changes_no_score(programme, trainee, exam_admin, second):
    exam = make_exam(3, 1, programme=programme, cut_score=cut(2))
    attempt = sit(enrol(trainee, programme), exam, "bbbb")
    assert preview(version=version_at(exam, 4), policy=KeyPolicy.REKEY, new_key=["a"]).effects == ()
    agree(propose(exam, exam_admin, position=4), second, REGRADE)
    assert (Score.objects.count(), newest(attempt)) == (1, (3, True))


def test_partial_points_stay_exact(programme, trainee, exam_admin, second):
    # a and c are right; the answer a and b has one hit and one false choice: 0. With a and b accepted too: 1.
    exam = make_exam(2, programme=programme, cut_score=cut(2), items=[multiple_material("D1-900")])
    attempt = sit(enrol(trainee, programme), exam, ["ab", "b"])
    assert newest(attempt) == (1, False)
    agree(propose(exam, exam_admin, KeyPolicy.ACCEPT_BOTH, new_key=["a", "b"]), second, REGRADE)
    assert counting(attempt) == (2, True)


def test_minimums_and_scale_follow_the_change(programme, trainee, exam_admin, second):
    exam = make_exam(
        4,
        programme=programme,
        cut_score=cut(2),
        scale={"lowest": 200, "cut": 500, "highest": 800},
        minimums=[{"title": "History", "areas": ["D1"], "points": 3}],
    )
    attempt = sit(enrol(trainee, programme), exam, "abb")
    first = Score.objects.get()
    assert (first.raw, first.passed, first.missed, first.scaled) == (2, False, 1, 499)
    assert first.minimums == [{"title": "History", "raw": "2.0000", "points": "3.00", "met": False}]
    agree(propose(exam, exam_admin, KeyPolicy.ACCEPT_BOTH), second, REGRADE)
    last = Score.objects.get(number=2)
    assert (last.passed, last.missed, last.scaled) == (True, 0, 650)
    assert counting(attempt) == (3, True)


def test_under_appeal_it_stays_under_appeal(exam, sat, exam_admin, second, make_person):
    appeal = open_appeal(
        attempt=sat[2], kind=AppealKind.ITEM, position=1, text="A is right too.", by=sat[2].enrolment.person
    )
    agree(propose(exam, exam_admin), second, REGRADE)
    result = Result.objects.get(pk=sat[2].pk)
    assert (result.state, result.passed) == ("appealed", True)
    decide(appeal=appeal, uphold=True, reasons="You were right.", by=make_person("Nora Admin", Role.EXAM_ADMIN))
    assert counting(sat[2]) == (3, True)


# What is refused


def refused(act, **arguments):
    with pytest.raises(ResultError) as error:
        act(**arguments)
    return error.value.code


def test_a_change_has_to_say_something(exam):
    version = version_at(exam, 1)
    assert refused(preview, version=version, policy=KeyPolicy.REKEY) == "key_missing"
    assert refused(preview, version=version, policy=KeyPolicy.REKEY, new_key=["b"]) == "same_key"


def test_the_last_item_cannot_be_removed(programme):
    exam = make_exam(1, programme=programme)
    assert refused(preview, version=version_at(exam, 1), policy=KeyPolicy.REMOVE) == "last_item"


def test_a_change_upon_an_older_one_is_seen_again_first(exam, sat, exam_admin, second):
    first = propose(exam, exam_admin)
    KeyChange.objects.create(
        version=version_at(exam, 1),
        number=1,
        policy="full_credit",
        old_key=["b"],
        reason="Other.",
        proposed_by=exam_admin,
        confirmed_by=second,
        proposal=propose(exam, exam_admin, position=2),
    )
    with pytest.raises(ResultError) as error:
        agree(first, second)
    assert error.value.code == "changed_meanwhile"
    first.refresh_from_db()
    assert first.state == "open"


def test_only_exam_administrators_correct_keys(exam, registrar, physician):
    for person in (registrar, physician):
        with pytest.raises(PermissionDenied):
            propose(exam, person)


def test_whoever_sat_with_the_key_does_not_decide_about_it(exam, programme, exam_admin, second, make_person):
    both = make_person("Iris Both", Role.TRAINEE, Role.EXAM_ADMIN)
    start_attempt(enrol(both, programme), exam)
    proposal = propose(exam, exam_admin)
    for act in (agree, lambda found, by: decline(proposal_id=found.pk, by=by, note="No.")):
        with pytest.raises(ProposalError) as error:
            act(proposal, both)
        assert error.value.code == "concerns_you"
    agree(proposal, second)


def test_the_audit_chain_holds_no_key_and_its_digest_gives_none_away(exam, exam_admin):
    proposal = propose(exam, exam_admin)
    data = Event.objects.get(verb="proposal.made").data
    assert data.keys() == {"kind", "target", "payload_sha256"}
    assert data["payload_sha256"] == payload_digest(proposal.payload)
    guessed = {name: value for name, value in proposal.payload.items() if name != "salt"}
    assert data["payload_sha256"] != payload_digest(guessed)
    assert len(proposal.payload["salt"]) == 32


def test_the_database_wants_two_people_and_keeps_the_row(exam, sat, exam_admin, second):
    agree(propose(exam, exam_admin), second)
    facts = {"version": version_at(exam, 1), "policy": "remove", "old_key": ["b"], "reason": "So."}
    other = propose(exam, exam_admin, position=2)
    for changes in (
        {"confirmed_by": exam_admin},
        {"confirmed_by": second, "new_key": ["a"]},
        {"confirmed_by": second, "reason": ""},
        {"confirmed_by": second, "policy": "rekey"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            KeyChange.objects.create(**facts | {"number": 2, "proposed_by": exam_admin, "proposal": other} | changes)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        KeyChange.objects.update(reason="Other.")
    assert other.kind == KEY_CHANGE


def test_a_certificate_that_is_earned_after_the_doubt_is_on_the_list_from_the_start(
    exam, sat, exam_admin, second, instructor
):
    agree(propose(exam, exam_admin), second, REGRADE)
    doubted, sound = sat[1].enrolment, sat[0].enrolment
    for enrolment in (doubted, sound):
        complete_and_sign(make_sitting(enrolment, instructor))
        issued = issue_if_eligible(enrolment=enrolment)
        assert issued is not None
    doubt = Doubt.objects.get()
    assert (doubt.credential.enrolment, doubt.kept_at) == (doubted, None)
    assert "was corrected. Scored anew it does not pass." in doubt.reason
    assert issue_if_eligible(enrolment=doubted) == doubt.credential
    assert Doubt.objects.count() == 1


def test_a_doubt_that_a_later_correction_takes_away_is_not_raised_again(exam, sat, exam_admin, second, instructor):
    agree(propose(exam, exam_admin), second, REGRADE)
    agree(propose(exam, exam_admin, KeyPolicy.ACCEPT_BOTH, new_key=["b"]), second, REGRADE)
    complete_and_sign(make_sitting(sat[1].enrolment, instructor))
    assert issue_if_eligible(enrolment=sat[1].enrolment)
    assert not Doubt.objects.exists()
