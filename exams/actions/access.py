"""May this person start now, from here, with this browser? And what happens when a browser stops proving itself."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.invigilation import attempt_for
from exams.actions.seats import unsupervised
from exams.errors import AttemptError
from exams.form_choice import fixed_form_for
from exams.models import (
    Attempt,
    AttemptEvent,
    AttemptEventKind,
    Exam,
    ExamPolicy,
    VoidKind,
    assembly_policy_of,
    policy_of,
)
from exams.rules import attempt_policy as policy
from exams.rules.attempt_policy import Reason
from exams.rules.networks import is_inside
from exams.rules.safe_exam_browser import Proof
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

WRONG_NETWORK = Reason(
    "wrong_network",
    "This exam can be taken only from the networks of its exam places, and this device is in another one. "
    "Connect to the network of the exam place, or ask the invigilator.",
)
NO_SAFE_BROWSER = Reason(
    "safe_browser_needed", "This exam needs Safe Exam Browser. Open this page in it with the exam’s own settings file."
)
WRONG_SAFE_BROWSER = Reason(
    "safe_browser_differs",
    "Safe Exam Browser runs here with other settings than this exam asks for, or in a version that is not admitted. "
    "Quit it, open the exam’s own settings file again, or ask the invigilator.",
)
PASSWORD_MISSING = Reason("password_missing", "Type the exam password. The invigilator tells you.")
PASSWORD_WRONG = Reason(
    "password_wrong", "This is not the exam password. Look at its spelling and type it again, or ask the invigilator."
)


@dataclass(frozen=True)
class Presented:
    """What a request shows: the client's address, the proof of its browser, whether the exam password was right.

    `password` is None when none was typed. Checking one takes long on purpose, so it is done before a transaction.
    """

    address: str = ""
    proof: Proof = Proof.NONE
    password: bool | None = None


NOTHING_PRESENTED = Presented()


@dataclass(frozen=True)
class Access:
    """Everything that stands in the way of a start: by the rules, at this device, and the password."""

    eligibility: policy.Eligibility
    here: tuple[Reason, ...]
    password: Reason | None

    @property
    def may_start(self) -> bool:
        """Whether the page may offer to start; the password is typed on it."""
        return self.eligibility.may_start and not self.here

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All of it, in the order in which people can do something about it."""
        return (*self.eligibility.reasons, *self.here, *([self.password] if self.password else []))


def check_access(*, enrolment: Enrolment, exam: Exam, presented: Presented, now: datetime) -> Access:
    """Check everything that a start needs. The start page shows the answer, the start itself obeys it."""
    rules = policy_of(exam)
    password = None
    if rules.password_hash and not presented.password:
        password = PASSWORD_MISSING if presented.password is None else PASSWORD_WRONG
    return Access(eligibility(enrolment=enrolment, exam=exam, now=now), refusals_here(rules, presented), password)


def refusals_here(rules: ExamPolicy, presented: Presented) -> tuple[Reason, ...]:
    """Return what speaks against this device: its network, its browser. Asked again on each page of the room."""
    found = []
    if rules.networks and not is_inside(presented.address, rules.networks):
        found.append(WRONG_NETWORK)
    if rules.seb_required and presented.proof is not Proof.RIGHT:
        found.append(NO_SAFE_BROWSER if presented.proof is Proof.NONE else WRONG_SAFE_BROWSER)
    return tuple(found)


def eligibility(*, enrolment: Enrolment, exam: Exam, now: datetime) -> policy.Eligibility:
    """Say whether a new attempt may start now, or everything that stands in the way."""
    past = Attempt.objects.filter(enrolment=enrolment, exam=exam).with_result()
    rules, forms = policy_of(exam), assembly_policy_of(exam)
    makes_forms, demands_other = forms.makes_forms, forms.different_form_required
    answer = policy.eligibility(
        past=[policy.PastAttempt(a.started_at, a.submitted_at, _outcome(a)) for a in past],
        now=now,
        policy=rules.retakes(exam.maximum_attempts),
        course_completed=enrolment.course_completed_at is not None,
        enrolment_open=enrolment.closed_at is None,
        form_ready=makes_forms or exam.active_form_id is not None,
        window=rules.window,
        unseen_form=makes_forms or not demands_other or fixed_form_for(enrolment.person, exam) is not None,
    )
    if exam.supervised_only and answer.may_start:
        return replace(answer, reasons=unsupervised(enrolment=enrolment, exam=exam, now=now))
    return answer


def _outcome(attempt: Attempt) -> policy.Outcome:
    """Say how an attempt read by `with_result` ended. What is void is so whatever its score says."""
    if attempt.is_open:
        return policy.Outcome.OPEN
    if void := attempt.void_kind or attempt.result_void_kind:
        misconduct = void == VoidKind.MISCONDUCT
        return policy.Outcome.VOIDED_MISCONDUCT if misconduct else policy.Outcome.VOIDED_TECHNICAL
    if attempt.passed is None:
        return policy.Outcome.PENDING
    return policy.Outcome.PASSED if attempt.passed else policy.Outcome.FAILED


def password_is_right(exam: Exam, typed: str) -> bool | None:
    """Whether a typed exam password is the right one; None when nothing was typed or none is needed. Slow."""
    wanted = policy_of(exam).password_hash
    return check_password(typed, wanted) if wanted and typed else None


@transaction.atomic
def block(*, attempt_id: uuid.UUID, by: User, now: datetime | None = None) -> bool:
    """Stop further input of an open attempt whose browser shows a wrong key; True the first time only.

    Answers that arrive are still stored, and nothing is voided: a client that lost the network may come back without
    its key (exams.md 2.5). Whoever supervises the exam looks at it and unblocks it.
    """
    demand(by, Permission.ATTEMPT_TAKE)
    own = Attempt.objects.filter(pk=attempt_id, enrolment__person=by).exists()
    # The update names columns of its own row only: PostgreSQL checks those again after it waited, a join it does not.
    free = Attempt.objects.open().filter(pk=attempt_id, blocked_at__isnull=True)
    stopped = own and free.update(blocked_at=now or timezone.now(), rev=F("rev") + 1)
    if stopped:
        AttemptEvent.objects.create(attempt_id=attempt_id, kind=AttemptEventKind.KEY_MISMATCH)
        record(Verb.ATTEMPT_BLOCKED, by=by, target=Attempt.objects.get(pk=attempt_id), data={"code": "key_mismatch"})
    return bool(stopped)


@transaction.atomic
def note_end_elsewhere(*, attempt_id: uuid.UUID, reason: Reason, by: User) -> bool:
    """Note that a person handed in their attempt from a device that the exam does not admit, and why it does not.

    Handing in is never refused for that; whoever looks at the result finds the note. False for somebody else's.
    """
    demand(by, Permission.ATTEMPT_TAKE)
    own = Attempt.objects.filter(pk=attempt_id, enrolment__person=by).exists()
    if own:
        AttemptEvent.objects.create(
            attempt_id=attempt_id,
            kind=AttemptEventKind.KEY_MISMATCH,
            text="Handed in from a device that the exam does not admit.",
            detail={"code": reason.code},
        )
    return own


@transaction.atomic
def unblock(*, attempt_id: uuid.UUID, reason: str, by: User) -> Attempt:
    """Let a blocked attempt go on: the invigilators of its session may, for they see the device. Its clock ran on.

    Raises `AttemptError`: `unknown_attempt`, `own_attempt`, `reason_missing`, `not_blocked` (also when somebody else
    was quicker).
    """
    attempt = attempt_for(attempt_id, by)
    if not reason.strip():
        raise AttemptError("reason_missing", "Say why the attempt may go on.")
    freed = Attempt.objects.open().filter(pk=attempt_id, blocked_at__isnull=False).update(blocked_at=None)
    if not freed:
        raise AttemptError("not_blocked", "This attempt is not blocked any more. Nothing was changed.")
    attempt.refresh_from_db()
    AttemptEvent.objects.create(attempt=attempt, kind=AttemptEventKind.UNLOCKED, by=by, text=reason.strip())
    record(Verb.ATTEMPT_UNBLOCKED, by=by, target=attempt)
    return attempt
