"""A trainee's road from admission to the certificate, as steps that each say where they stand and what to do next."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from certificates.actions import eligibility_of
from certificates.models import Credential
from certificates.rules.eligibility import Requirement
from certificates.rules.validity import Status
from courses.models import (
    Application,
    ApplicationState,
    CoursePage,
    Enrolment,
    LessonCompletion,
    Programme,
    outline_of,
)
from courses.rules.progress import Progress, progress_of
from courses.rules.time_limit import last_day
from exams.actions.access import eligibility as exam_eligibility
from exams.actions.seats import NOT_ADMITTED, NOT_BEGUN, seat_of
from exams.models import (
    ANSWERS,
    Attempt,
    Exam,
    RemediationPlan,
    SignOff,
    Sitting,
    SittingRequest,
    SittingState,
    VoidKind,
    policy_of,
)
from exams.practicum_log import log_of
from exams.rules.attempt_policy import RESULT_PENDING, Outcome
from lms.accounts.models import User
from lms.look.templatetags.moments import day_text, moment_text

CONTINUE_EXAM = "Continue the exam"
OPTIONAL = "The certificate does not ask for it."


@dataclass(frozen=True)
class Step:
    """One line of the task list. `tone` colours the state: empty for finished things, else accent or neutral.

    `act` with `link` is what can be done next; `page` tells about the step, where that is another address.
    """

    name: str
    state: str
    tone: str
    hint: str = ""
    link: str = ""
    act: str = ""
    page: str = ""

    @property
    def title_link(self) -> str:
        """Where the name leads: to the page about the step, else to where its act leads."""
        return self.page or self.link


@dataclass(frozen=True)
class Road:
    """What the home page of one enrolment shows: the next act on top, then every step; once certified no last day."""

    enrolment: Enrolment
    progress: Progress
    steps: tuple[Step, ...]
    exams: tuple[Exam, ...] = ()
    finish_by: date | None = None

    @property
    def next_step(self) -> Step | None:
        """The first step that offers something to do; before all others an exam whose clock runs."""
        acts = [step for step in self.steps if step.act]
        return min(acts, key=lambda step: step.act != CONTINUE_EXAM, default=None)


def road_of(enrolment: Enrolment, *, now: datetime) -> Road:
    """Work out the steps of an enrolment. The number of queries does not depend on what was done so far."""
    progress = _standing(enrolment)
    needed = {requirement.code: requirement for requirement in eligibility_of(enrolment).requirements}
    exams = tuple(Exam.objects.filter(programme=enrolment.programme_id).select_related("policy").order_by("code"))
    passed = set(Attempt.objects.passed_by(enrolment).values_list("exam", flat=True))
    steps = (
        Step("Admission", "Completed", "", f"Admitted on {day_text(enrolment.enrolled_at)}."),
        replace(_course(progress, needed["course"]), page=_course_address(enrolment)),
        *(_exam(enrolment, exam, needed["exam"], now, is_passed=exam.pk in passed) for exam in exams),
        _practicum(enrolment),
        _practical(enrolment, needed["practical"]),
        _certificate(enrolment, now),
    )
    ends = last_day(timezone.localtime(enrolment.enrolled_at).date(), enrolment.programme.months_to_finish)
    return Road(enrolment, progress, steps, exams, None if steps[-1].link else ends)


def _standing(enrolment: Enrolment) -> Progress:
    codes = LessonCompletion.objects.open().filter(enrolment=enrolment).values_list("lesson_code", flat=True)
    bookmark = getattr(enrolment, "bookmark", None)
    return progress_of(outline_of(enrolment.programme), frozenset(codes), bookmark.lesson_code if bookmark else "")


def _course_address(enrolment: Enrolment) -> str:
    course = CoursePage.objects.live().filter(programme=enrolment.programme_id).first()
    return course.address if course else ""


def _course(progress: Progress, needed: Requirement) -> Step:
    words = f"{progress.done} of {progress.total} lessons"
    if needed.met:
        first = progress.modules[0].module.address if progress.modules else ""
        return Step("Course", "Completed", "", f"{words}. Read them again whenever you like.", first)
    state = "In progress" if progress.done else "Not started"
    lesson = progress.next_lesson
    if lesson is None:
        return Step("Course", state, "neutral", words)
    act = "Continue" if progress.done else "Start the course"
    return Step("Course", state, "accent", f"{words}. Next: {lesson.title}.", lesson.address, act)


def _exam(enrolment: Enrolment, exam: Exam, needed: Requirement, now: datetime, *, is_passed: bool) -> Step:
    attempts = Attempt.objects.filter(enrolment=enrolment, exam=exam).select_related("result")
    latest = attempts.order_by("-number").first()
    if latest is not None and latest.is_open:
        link = reverse("exams:room", kwargs={"attempt_id": latest.pk})
        ends = f"Your attempt ends at {moment_text(latest.deadline)}. The clock does not stop."
        if latest.is_paused:
            ends = "The invigilator has paused your attempt. Your time stands still."
        return Step(exam.title, "In progress", "accent", ends, link, CONTINUE_EXAM)
    result = reverse("exams:result", kwargs={"attempt_id": latest.pk}) if latest else ""
    if is_passed:
        return Step(exam.title, "Passed", "", needed.sentence if needed.met else "", result)
    answer = exam_eligibility(enrolment=enrolment, exam=exam, now=now)
    is_booked = any(reason.code in (NOT_ADMITTED.code, NOT_BEGUN) for reason in answer.reasons)
    seat = seat_of(enrolment=enrolment, exam=exam, now=now) if is_booked else None
    if seat is not None:
        where = f"{_void(latest, exam)}Your seat: {moment_text(seat.session.starts_at)}, {seat.session.place}."
        return Step(
            exam.title, "Booked", "accent", where, reverse("exams:start", kwargs={"code": exam.code}), "See your seat"
        )
    if answer.may_start:
        hint = f"{_void(latest, exam)}The start page says how it works; the clock starts only when you say so."
        return Step(
            exam.title,
            "Ready",
            "accent",
            hint,
            reverse("exams:start", kwargs={"code": exam.code}),
            "Go to the exam" if exam.is_required else "",
        )
    if latest is not None and RESULT_PENDING in answer.reasons:
        return Step(exam.title, "Waiting for the result", "neutral", RESULT_PENDING.sentence, result)
    why = _void(latest, exam) + " ".join(reason.sentence for reason in answer.reasons)
    if answer.not_before:
        why += f" You can try again from {moment_text(answer.not_before)}."
    page = result or reverse("exams:start", kwargs={"code": exam.code})
    if not exam.is_required and latest is None:
        return Step(exam.title, "Optional", "neutral", f"{OPTIONAL} {why}", page)
    state = "Cannot start yet" if latest is None else "Last attempt void" if latest.void else "Not passed yet"
    return Step(exam.title, state, "neutral", why, page)


def _void(latest: Attempt | None, exam: Exam) -> str:
    """Say that the last attempt is void and whether it counts by the policy of the exam; empty when it is not void."""
    if latest is None or not latest.void:
        return ""
    misconduct = latest.void == VoidKind.MISCONDUCT
    counts = (Outcome.VOIDED_MISCONDUCT if misconduct else Outcome.VOIDED_TECHNICAL) in policy_of(exam).counts
    ended = "Your last attempt is void after misconduct" if misconduct else "A technical fault made your attempt void"
    return f"{ended}, and it {'uses' if counts else 'did not use'} up an attempt. "


def _practicum(enrolment: Enrolment) -> Step:
    log = log_of(enrolment)
    page = reverse("exams:practicum")
    if log.complete:
        return Step("Practicum log", "Completed", "", "Everything required is there.", page)
    total = next(line for line in log.lines if line.code == "total")
    waiting = f" {log.waiting} wait for a supervisor." if log.waiting else ""
    state = "In progress" if log.entries else "Not started"
    return Step(
        "Practicum log",
        state,
        "neutral",
        f"{total.done} of {total.needed} sessions.{waiting} The certificate does not wait for it.",
        page,
    )


def _practical(enrolment: Enrolment, needed: Requirement) -> Step:
    records = reverse("exams:records")
    signed = SignOff.objects.filter(sitting__enrolment=enrolment).select_related("acknowledgement")
    newest = signed.order_by("-signed_at").first()
    if newest is not None and not hasattr(newest, "acknowledgement"):
        record = reverse("exams:record", args=[newest.pk])
        state, tone = ("Passed", "") if needed.met else ("Signed", "accent")
        hint = f"{newest.printed_name} signed your practical. Read the record and say whether you agree."
        return Step("Practical", state, tone, hint, record, "Read the record of your practical")
    if needed.met:
        return Step("Practical", "Passed", "", needed.sentence, records)
    plan = RemediationPlan.objects.open().filter(enrolment=enrolment).order_by("due_on").first()
    answered = plan is not None and plan.entries.filter(kind__in=ANSWERS).exists()
    if plan is not None and not answered:
        return _plan(plan, answered)
    coming = Sitting.objects.filter(enrolment=enrolment, state=SittingState.OPEN, rates_again__isnull=True)
    planned = coming.select_related("assessor").order_by("scheduled_for", "starts_at").first()
    if planned is not None:
        when = moment_text(planned.starts_at) if planned.starts_at else day_text(planned.scheduled_for)
        where = f"{when}, {planned.place}, with {planned.assessor.full_name}."
        return Step("Practical", "Planned", "accent", where, reverse("exams:own_practical"))
    if plan is not None:
        return _plan(plan, answered)
    asked = SittingRequest.objects.waiting().filter(enrolment=enrolment).select_related("assessor").first()
    if asked is not None:
        hint = f"{asked.assessor.full_name} has not answered yet."
        return Step("Practical", "Asked for", "accent", hint, reverse("exams:own_practical"))
    hint = f"{needed.sentence} Book a slot or ask an assessor; the registrar can plan it with you too."
    return Step("Practical", "Not planned yet", "neutral", hint, reverse("exams:own_practical"))


def _plan(plan: RemediationPlan, answered: bool) -> Step:
    """Say what an open remediation plan asks for: an answer first, then what stands in it."""
    page = reverse("exams:plan", args=[plan.pk])
    what = f"{', '.join(plan.stations)}, until {day_text(plan.due_on)}."
    if answered:
        return Step("Practical", "Plan open", "accent", f"Your plan for {what}", page)
    hint = f"A plan was written for {what} Say whether you agree."
    return Step("Practical", "Plan written", "accent", hint, page, "Read the plan for your practical")


def _certificate(enrolment: Enrolment, now: datetime) -> Step:
    credential = Credential.objects.with_standing().filter(enrolment=enrolment).order_by("-edition").first()
    if credential is None:
        return Step("Certificate", "Not yet", "neutral", "It is issued by itself when everything above is done.")
    link = reverse("certificates:credential", kwargs={"credential_id": credential.pk})
    number = f"Number {credential.public_number}."
    status = credential.status_at(now)
    if status is Status.VALID:
        return Step("Certificate", "Issued", "", number, link, "See your certificate")
    word = status.value
    return Step(
        "Certificate", word.capitalize(), "bad", number, link, f"Your certificate is {word}: see what this means"
    )


def waiting_applications(person: User) -> list[Application]:
    """Return the person's applications that did not lead to an enrolment, newest first."""
    open_or_declined = [ApplicationState.SUBMITTED, ApplicationState.DECLINED]
    rows = Application.objects.filter(person=person, state__in=open_or_declined)
    return list(rows.select_related("programme").order_by("-submitted_at")[:3])


def open_programmes(person: User) -> list[Programme]:
    """Return the programmes that the person can still apply for."""
    busy = Application.objects.filter(person=person, state=ApplicationState.SUBMITTED).values("programme")
    return list(Programme.objects.exclude(enrolments__person=person).exclude(pk__in=busy).order_by("title"))
