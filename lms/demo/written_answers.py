"""A second exam in the story: written answers and a place in a picture, under supervision, with one left to mark.

Its items go the whole way: an author writes them, two who run exams approve them. Nobody has checked their facts, and
the pages say so.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.actions.authoring import create_item
from exams.actions.exam_sessions import book, decide_supervision, plan_session
from exams.actions.invigilation import admit
from exams.actions.item_workflow import take_step
from exams.loading import load_blueprint, load_exam_form
from exams.models import Attempt, Booking, Exam, ExamSession, ItemVersion
from exams.rules.item_kinds import ItemKind
from exams.rules.item_workflow import ItemStatus, Step
from lms.accounts.models import User
from lms.demo.assessment import sit
from lms.demo.learning import PROGRAMME
from lms.demo.story import StepFailed

CODE = "written-answers"
PLACE = "Library, second floor"
BEGINS_IN = timedelta(minutes=15)
LASTS = timedelta(hours=8)
ESSAY_ANSWER = (
    "I stop the train at once and stay with the patient. I ask what hurts and look at the scalp and the coil. I tell "
    "the physician before anything goes on, and I write down the time, what the patient said and what we did."
)
AREA = "D6"
COMMON: dict[str, Any] = {
    "content_area": AREA,
    "level": "recall",
    "sources": ["rossi-2021"],
    "enemies": [],
    "verified_on": "",
}
WRITTEN: tuple[dict[str, Any], ...] = (
    {
        "type": ItemKind.SHORT_TEXT.value,
        "stem": "The strength of the pulses is set in percent. In percent of what? Write the words or their letters.",
        "key": {"texts": ["MSO", "*maximum stimulator output", "*maximal stimulator output"]},
        "scoring": "wildcard",
        "rationale": "The intensity on the console is a share of the maximum stimulator output (MSO).",
    },
    {
        "type": ItemKind.ESSAY.value,
        "stem": (
            "During a train a patient says that the pulses hurt and asks you to stop.\n\n"
            "What do you do, and what do you write down?"
        ),
        "words": 60,
        "key": {
            "guidance": "Order does not matter. Give no points for settings that the technician changes alone.",
            "criteria": [
                {"id": "a", "text": "Stops at once and stays with the patient", "points": "2"},
                {"id": "b", "text": "Tells the responsible physician before going on", "points": "1"},
                {"id": "c", "text": "Writes down when it was, what the patient said and what was done", "points": "2"},
            ],
        },
        "scoring": "manual",
        "rationale": "A patient may stop at any time; what follows is decided by the physician and recorded.",
    },
)
BLUEPRINT: dict[str, Any] = {
    "code": CODE,
    "title": "Written answers",
    "version": 1,
    "minutes": 30,
    "pretest_count": 0,
    "cut_score": {"raw": 2, "method": "provisional", "note": "Two of three, for the demonstration; no panel set it."},
    "honour_statement": "The answers are my own work.",
}


def make_exam(*, author: User, admins: tuple[User, User]) -> Exam:
    """Put a short text, an essay and a hotspot on an exam of their own that starts under supervision only."""
    exam = Exam.objects.filter(code=CODE).first()
    if exam is not None:
        return exam
    written = [_written(content, author, admins) for content in WRITTEN]
    hotspot = ItemVersion.objects.filter(kind=ItemKind.HOTSPOT.value, published_at__isnull=False).first()
    if hotspot is None:
        raise StepFailed("The material holds no question about a place in a picture.")
    areas = {AREA: "Written answers", hotspot.content_area: "A place in a picture"}
    counts = {area: sum(version.content_area == area for version in (*written, hotspot)) for area in areas}
    content_areas = [{"code": area, "title": title, "scored": counts[area]} for area, title in areas.items()]
    load_blueprint({**BLUEPRINT, "content_areas": content_areas})
    items = [{"item": version.item.code, "section": "scored"} for version in (*written, hotspot)]
    form = {"code": f"{CODE}-A", "blueprint": CODE, "version": 1, "items": items}
    load_exam_form(form, programme=Programme.objects.get(code=PROGRAMME), is_required=False)
    exam = Exam.objects.get(code=CODE)
    decide_supervision(exam=exam, supervised_only=True, by=admins[0])
    return exam


def _written(content: dict[str, Any], author: User, admins: tuple[User, User]) -> ItemVersion:
    """Let the author write an item, one administrator approve it, and both let it count."""
    version = ItemVersion.objects.filter(author=author, stem=content["stem"]).first()
    if version is None:
        review_by = (timezone.localdate() + timedelta(days=365)).isoformat()
        version = create_item(content={**COMMON, **content, "review_by": review_by}, by=author)
    first, second = admins
    ways = {
        ItemStatus.DRAFT: [(Step.SUBMIT, author)],
        ItemStatus.REVIEW: [(Step.APPROVE, first)],
        ItemStatus.PRETEST: [(Step.ENDORSE, first), (Step.ENDORSE, second)],
    }
    for status, steps in ways.items():
        if version.status == status:
            for step, by in steps:
                version = take_step(step=step, version=version, shown_hash=version.content_hash, by=by)
    return version


def hold_session(
    exam: Exam, *, sitter: Enrolment, waiting: Enrolment, invigilator: User, planner: User
) -> tuple[Attempt, ExamSession]:
    """Plan a session for today, let one candidate sit the exam in it, and keep a seat for another who has not come yet.

    Return the attempt, whose essay waits for a mark, and the session.
    """
    held = Booking.objects.filter(enrolment=waiting, session__exam=exam, session__ends_at__gt=timezone.now()).first()
    session = held.session if held else _plan(exam, invigilator, planner)
    if held is None:
        book(session=session, enrolment=waiting, by=planner)
    attempt = Attempt.objects.filter(enrolment=sitter, exam=exam, submitted_at__isnull=False).first()
    if attempt is None:
        seat = session.bookings.filter(enrolment=sitter).first() or book(session=session, enrolment=sitter, by=planner)
        admit(session=session, booking_id=seat.pk, by=invigilator)
        attempt = sit(sitter, exam, essay=ESSAY_ANSWER)
    return attempt, session


def _plan(exam: Exam, invigilator: User, planner: User) -> ExamSession:
    begins = timezone.now() + BEGINS_IN
    return plan_session(
        exam=exam,
        place=PLACE,
        starts_at=begins,
        ends_at=begins + LASTS,
        seats=6,
        invigilators=[invigilator],
        by=planner,
    )
