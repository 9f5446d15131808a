"""Mock exams: started, answered, taken over, handed in, closed by the clock. No audit events: they decide nothing.

Saves follow the protocol of `exams.actions.saving`, and the clock the rules of the exam.
"""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.saving import Reply, Save, SaveResult, StoredAnswer, relate
from exams.errors import AttemptError
from exams.mock_pool import contents_of, drawable, memory_of, outline_for
from exams.models import Attempt, Exam, MockExam, MockQuestion, MockState, adjustments_of
from exams.rules import attempt_policy as policy
from exams.rules.mock_content import LessonQuestion, freeze, score
from exams.rules.mock_draw import draw
from exams.rules.option_order import option_order
from exams.rules.scoring import stored_points
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand


def _mock_open() -> AttemptError:
    return AttemptError("mock_open", "You have a mock exam in progress. Continue it.")


def _no_questions() -> AttemptError:
    sentence = "There is no mock exam yet: the lessons have no questions for any content area of this exam."
    return AttemptError("no_questions", sentence)


def start(*, enrolment: Enrolment, exam: Exam, by: User, now: datetime | None = None) -> MockExam:
    """Draw a mock exam from the questions of the lessons; its clock runs from here, with the person's accommodations.

    Raises `AttemptError`: `not_yours`, the first reason of `refusal_to_start`, `no_questions`; a second start at the
    same time gets `mock_open`.
    """
    demand(by, Permission.PRACTICE_TAKE)
    now = now or timezone.now()
    if enrolment.person_id != by.pk or enrolment.programme_id != exam.programme_id:
        raise AttemptError("not_yours", "This mock exam is not part of your programme.")
    if refusal := refusal_to_start(enrolment, exam):
        raise refusal
    seed = secrets.token_hex(32)
    outline = outline_for(exam)
    if outline is None:
        raise _no_questions()
    contents = contents_of(outline)
    drawn = draw(drawable(outline, contents), outline.plan.quotas, memory_of(enrolment), seed=seed)
    if not drawn:
        raise _no_questions()
    granted = adjustments_of(by, now)
    deadline = policy.deadline(
        now, minutes=outline.minutes, multiplier=granted.multiplier, extra_minutes=granted.extra_minutes
    )
    mock = MockExam(
        enrolment=enrolment,
        exam=exam,
        blueprint=outline.blueprint,
        started_at=now,
        deadline=deadline,
        minutes=outline.minutes,
        large_print=granted.large_print,
        token=secrets.token_hex(16),
    )
    questions = [
        _question(mock, position, place.lesson, place.block, area, contents[place.lesson, place.block], seed)
        for position, (place, area) in enumerate(drawn, start=1)
    ]
    try:
        with transaction.atomic():
            mock.save(force_insert=True)
            MockQuestion.objects.bulk_create(questions)
    except IntegrityError as error:
        raise _mock_open() from error
    return mock


def refusal_to_start(enrolment: Enrolment, exam: Exam) -> AttemptError | None:
    """Return what stands in the way of a mock exam, or None: an enrolment that ended, an exam or mock exam that runs.

    Not in an exam, because it would be the second clock, and its reasons would help.
    """
    if enrolment.closed_at is not None:
        return AttemptError(policy.ENROLMENT_CLOSED.code, policy.ENROLMENT_CLOSED.sentence)
    if Attempt.objects.open().filter(enrolment__person=enrolment.person_id).exists():
        return AttemptError("attempt_open", "You have an exam in progress. Finish it first.")
    if MockExam.objects.running().filter(enrolment=enrolment, exam=exam).exists():
        return _mock_open()
    return None


def _question(
    mock: MockExam, position: int, lesson: str, block: str, area: str, content: LessonQuestion, seed: str
) -> MockQuestion:
    places = [str(place) for place in range(len(content.options))]
    order = [int(place) for place in option_order(places, seed=seed, version=block)]
    shown, kept = freeze(content, order)
    return MockQuestion(mock=mock, position=position, lesson=lesson, block=block, area=area, shown=shown, kept=kept)


def _own(mock_id: uuid.UUID, by: User) -> MockExam:
    demand(by, Permission.PRACTICE_TAKE)
    mock = MockExam.objects.of(by).filter(pk=mock_id).first()
    if mock is None:
        raise AttemptError("unknown_attempt", "There is no such mock exam.")
    return mock


def save(*, mock_id: uuid.UUID, token: str, answer: Save, by: User, received_at: datetime) -> SaveResult:
    """Store one answer of an open mock exam and say what became of it, as `exams.actions.saving.save` does.

    Raises `AttemptError` with `unknown_attempt` (also for somebody else's) or `unknown_item`.
    """
    mock = _own(mock_id, by)
    place = MockQuestion.objects.filter(mock=mock.pk, position=answer.position)
    with transaction.atomic():
        # Updating its own row makes saves, handing in and taking over exclude each other.
        let_in = (
            MockExam.objects.running()
            .filter(pk=mock.pk, token=token, deadline__gte=received_at - policy.GRACE)
            .update(last_saved_at=received_at)
        )
        if let_in:
            new = {"seq": answer.seq, "value": answer.value, "saved_at": received_at}
            if place.filter(seq__lt=answer.seq).update(**new):
                return SaveResult(Reply.OK, deadline=mock.deadline)
            found = _stored(mock, answer.position)
            return relate(answer, found, same=answer.value == found.value)
    return _keep_late(mock, answer, received_at)


def _stored(mock: MockExam, position: int) -> StoredAnswer:
    row = MockQuestion.objects.filter(mock=mock.pk, position=position).values_list("seq", "value", "saved_at").first()
    if row is None:
        raise AttemptError("unknown_item", "This mock exam has no such question.")
    return StoredAnswer(*row)


def _keep_late(mock: MockExam, answer: Save, received_at: datetime) -> SaveResult:
    """Answer a save that came too late or from a session that lost the mock exam; the newest is kept beside."""
    found = _stored(mock, answer.position)
    if (found.seq, found.value) == (answer.seq, answer.value):
        return SaveResult(Reply.DUPLICATE, found)  # the late repeat of a save that was accepted
    MockQuestion.objects.filter(mock=mock.pk, position=answer.position, late_seq__lt=answer.seq).update(
        late_seq=answer.seq, late_value=answer.value, late_at=received_at
    )
    mock.refresh_from_db()
    in_time = mock.is_open and policy.accepts_answers(mock.deadline, received_at)
    return SaveResult(Reply.SUPERSEDED if in_time else Reply.CLOSED, found)


def flag(*, mock_id: uuid.UUID, token: str, position: int, flagged: bool, by: User) -> bool:
    """Mark or unmark a question for the trainee's own review.

    False when the mock exam is closed or went on in another session. Raises `AttemptError` `unknown_attempt`.
    """
    mock = _own(mock_id, by)
    if not mock.is_open or mock.token != token:
        return False
    return bool(MockQuestion.objects.filter(mock=mock, position=position).update(flagged=flagged))


def claim(*, mock_id: uuid.UUID, seen_claims: int, by: User) -> MockExam:
    """Let this session go on with an open mock exam; the one that held it can no longer save.

    Of several claims at once exactly one wins. Raises `AttemptError`: `unknown_attempt`, `closed`, `claim_lost`.
    """
    mock = _own(mock_id, by)
    running = MockExam.objects.running().filter(pk=mock.pk, claims=seen_claims)
    won = running.update(token=secrets.token_hex(16), claims=F("claims") + 1)
    mock.refresh_from_db()
    if not mock.is_open:
        raise AttemptError("closed", "This mock exam is closed.")
    if not won:
        raise AttemptError("claim_lost", "Another device took the mock exam over a moment ago.")
    return mock


@transaction.atomic
def submit(*, mock_id: uuid.UUID, token: str, by: User, received_at: datetime) -> MockExam:
    """Hand in a mock exam and score it. Doing it again changes nothing and returns it closed.

    After the deadline it counts as closed by the clock, at the deadline. Raises `AttemptError`: `unknown_attempt`, or
    `superseded` when another session holds it.
    """
    mock = _own(mock_id, by)
    if received_at <= mock.deadline:
        end: dict[str, Any] = {"state": MockState.SUBMITTED, "submitted_at": received_at}
    else:
        end = {"state": MockState.EXPIRED, "submitted_at": F("deadline")}
    closed = MockExam.objects.running().filter(pk=mock.pk, token=token).update(**end)
    if closed:
        _score(mock.pk)
    mock.refresh_from_db()
    if mock.is_open:
        raise AttemptError("superseded", "This mock exam goes on at another device.")
    return mock


def _score(mock_id: uuid.UUID) -> None:
    """Write down the points of a mock exam that was closed in this transaction: no answer can change any more."""
    rows: Iterable[Any] = MockQuestion.objects.filter(mock=mock_id).values_list("shown", "kept", "value")
    total = sum((score(shown, kept, value) for shown, kept, value in rows), Fraction(0))
    MockExam.objects.filter(pk=mock_id).update(points=stored_points(total))


def close_overdue(*, now: datetime | None = None) -> int:
    """Close every mock exam whose time is over; return how many. Each in its own transaction."""
    now = now or timezone.now()
    overdue = MockExam.objects.running().filter(deadline__lt=now - policy.CLOSING_MARGIN).values_list("pk", flat=True)
    return sum(close_if_overdue(mock_id=mock_id, now=now) for mock_id in list(overdue))


@transaction.atomic
def close_if_overdue(*, mock_id: uuid.UUID, now: datetime) -> bool:
    """Close one mock exam if its time is over. It counts as handed in at the deadline, not when the clock came by."""
    overdue = MockExam.objects.running().filter(pk=mock_id, deadline__lt=now - policy.CLOSING_MARGIN)
    closed = overdue.update(state=MockState.EXPIRED, submitted_at=F("deadline"))
    if closed:
        _score(mock_id)
    return bool(closed)
