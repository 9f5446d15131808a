"""Results that two people or workers change at the same moment: releases, regrades, appeals, removals."""

import time

import pytest
from django.db import transaction

from exams.actions import appeals, releases, voiding
from exams.actions.regrades import propose_key_change, regrade, score_again
from exams.actions.results import Grounds
from exams.errors import ResultError
from exams.models import Appeal, Exam, KeyChange, Result, VoidKind
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from tests.exams.staff import enrol, sit, version_at
from tests.exams.test_races import Elsewhere
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exam(programme):
    return make_exam(2, programme=programme, cut_score={"raw": 1, "method": "m", "note": "n"})


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


def waits(act):
    """Start an act elsewhere that has to wait for what this connection holds."""
    other = Elsewhere(act)
    time.sleep(0.5)
    assert other.is_alive()
    return other


def test_a_release_waits_for_a_regrade_and_leaves_what_it_superseded(exam, programme, trainee, exam_admin, second):
    Exam.objects.update(release="by_people")
    exam.refresh_from_db()
    attempt = sit(enrol(trainee, programme), exam, "bb")
    proposal = releases.propose_release(attempts=[attempt.pk], reason="Checked.", by=exam_admin)
    proposal = confirm(proposal_id=proposal.pk, by=second)
    with transaction.atomic():
        score_again(attempt=attempt, grounds=Grounds())
        other = waits(lambda: releases.release_batch(proposal=proposal))
    assert other.done() == 0
    assert Result.objects.get().state == "scored"


def test_two_appeals_decided_at_once_leave_none_open(exam, programme, trainee, exam_admin, second):
    attempt = sit(enrol(trainee, programme), exam, "bb")
    first, other = (
        appeals.open_appeal(attempt=attempt, kind=AppealKind.ITEM, position=position, text="Wrong.", by=trainee)
        for position in (1, 2)
    )

    def withdraw():
        return appeals.withdraw(appeal=Appeal.objects.get(pk=other.pk), by=trainee).state

    with transaction.atomic():
        appeals.decide(appeal=first, uphold=False, reasons="No.", by=exam_admin)
        waiting = waits(withdraw)
    assert waiting.done() == "withdrawn"
    assert Result.objects.get().state == "released"


def test_two_removals_at_once_leave_an_item_that_counts(exam, exam_admin, second):
    proposals = [
        propose_key_change(version=version_at(exam, position), policy=KeyPolicy.REMOVE, reason="So.", by=exam_admin)
        for position in (1, 2)
    ]

    def agree():
        try:
            return confirm(proposal_id=proposals[1].pk, by=second).state
        except ResultError as error:
            return error.code

    with transaction.atomic():
        confirm(proposal_id=proposals[0].pk, by=second)
        waiting = waits(agree)
    assert waiting.done() == "last_item"
    assert KeyChange.objects.get().proposal == proposals[0]


def test_a_release_and_a_void_that_are_proposed_at_once_see_each_other(exam, programme, trainee, exam_admin, second):
    Exam.objects.update(release="by_people")
    exam.refresh_from_db()
    attempt = sit(enrol(trainee, programme), exam, "bb")
    releases.hold(result=attempt.result, reason="A note.", by=exam_admin)

    def propose():
        try:
            return releases.propose_release(attempts=[attempt.pk], reason="Checked.", by=second).state
        except ResultError as error:
            return error.code

    with transaction.atomic():
        voiding.propose_void(attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, reason="So.", by=exam_admin)
        waiting = waits(propose)
    assert waiting.done() == "void_waits"


def test_a_regrade_scores_nothing_that_was_voided_while_it_waited(exam, programme, trainee, exam_admin, second):
    Exam.objects.update(release="by_people")
    exam.refresh_from_db()
    attempt = sit(enrol(trainee, programme), exam, "bb")
    releases.hold(result=attempt.result, reason="A note.", by=exam_admin)
    change = propose_key_change(version=version_at(exam, 1), policy=KeyPolicy.FULL_CREDIT, reason="So.", by=exam_admin)
    confirm(proposal_id=change.pk, by=second)
    facts = {"attempt_id": attempt.pk, "kind": VoidKind.MISCONDUCT, "reason": "So.", "by": exam_admin}
    void = voiding.propose_void(**facts)
    with transaction.atomic():
        confirm(proposal_id=void.pk, by=second)
        # It has listed the attempt, whose void is not seen yet, and waits for its result.
        regrading = waits(lambda: regrade(change=KeyChange.objects.select_related("version").get()))
    assert regrading.done() == 0
    assert attempt.scores.count() == 1
    assert Result.objects.get().state == "voided"
