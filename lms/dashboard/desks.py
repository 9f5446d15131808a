"""What waits for people who work here: one desk per role, each with counted links in groups."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from certificates.models import Doubt, ReissueRequest
from courses.models import Application, SeminarSession, SeminarState
from exams.bank import openness
from exams.exposure import retired_on_forms
from exams.marking_board import waiting_for
from exams.models import (
    Appeal,
    ExamSession,
    ItemVersion,
    MarkingTask,
    PanelJudge,
    PanelRound,
    PracticumEntry,
    RemediationPlan,
    Result,
    SealedRecord,
    Sitting,
    SittingRequest,
    SittingState,
)
from exams.planning import waiting_for_practical
from exams.rules.appeal_policy import AppealState
from exams.rules.item_workflow import ItemStatus
from exams.rules.result_policy import ResultState
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, scope_of
from lms.accounts.roles import DESCRIPTIONS, Role
from lms.approvals.actions import decidable, proposals_of
from lms.approvals.models import ProposalState
from lms.jobs.models import Job, JobState

WAITING = "Today and waiting"


@dataclass(frozen=True)
class Task:
    """One link of a desk; `count` is shown with its word when something is due, and coloured when it is urgent."""

    name: str
    link: str
    hint: str = ""
    count: int = 0
    urgent: bool = False
    word: str = "waiting"


@dataclass(frozen=True)
class Group:
    """Tasks that belong together; without a name where a desk is so small that it has one group only."""

    name: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Desk:
    """What one role does, in groups."""

    name: str
    sentence: str
    groups: tuple[Group, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All links in the order in which they are shown."""
        return tuple(task for group in self.groups for task in group.tasks)

    @property
    def due_first(self) -> "Desk":
        """The desk with a group of what is due on top, urgent tasks first; a desk of one group stays as it is."""
        due = sorted((task for task in self.tasks if task.count), key=lambda task: not task.urgent)
        if not due or len(self.groups) == 1:
            return self
        rests = (Group(group.name, tuple(task for task in group.tasks if not task.count)) for group in self.groups)
        return replace(self, groups=(Group(WAITING, tuple(due)), *(group for group in rests if group.tasks)))


def desks_of(person: User) -> list[Desk]:
    """Return the desks of the roles that the person holds, without the trainee's."""
    makers: dict[Role, Callable[[], tuple[Group, ...]]] = {
        Role.INSTRUCTOR: lambda: _one_group(_instructor(person)),
        Role.REGISTRAR: lambda: _registrar(person),
        Role.EXAM_ADMIN: lambda: _exam_admin(person),
        Role.EDITOR: lambda: _one_group(_editor()),
        Role.ITEM_AUTHOR: lambda: _one_group(_item_author(person)),
        Role.PHYSICIAN: lambda: _one_group(_physician(person)),
    }
    return [
        Desk(DESCRIPTIONS[role].name, DESCRIPTIONS[role].sentence, make()).due_first
        for role, make in makers.items()
        if person.has_role(role)
    ]


def _one_group(tasks: tuple[Task, ...]) -> tuple[Group, ...]:
    return (Group("", tasks),)


def _instructor(person: User) -> tuple[Task, ...]:
    sittings = Sitting.objects.filter(assessor=person, state=SittingState.OPEN).aggregate(
        waiting=Count("pk"), today=Count("pk", filter=Q(scheduled_for__lte=timezone.localdate()))
    )
    hint = f"{sittings['today']} due by today." if sittings["today"] else "Nothing is due today."
    return (
        Task("Sittings to assess", reverse("exams:day_list"), hint, sittings["waiting"]),
        *_to_sign(person),
        _asked(person),
        Task("Your slots", reverse("exams:slots"), "When you are there for a practical."),
        Task("Signed records", reverse("exams:records"), "What you signed, with corrections."),
        _own_plans(person),
        _teaching(person),
        _practicum(person),
        _rubrics(),
        _gradebook("The trainees whom you assess: who is where."),
        _supervising(person),
        _marking(person),
        *_judging(person),
        _proposals(person),
    )


def _teaching(person: User) -> Task:
    """Count the seminars that a person teaches with a session today, in the person's own clock."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = SeminarSession.objects.standing().filter(
        seminar__state=SeminarState.PUBLISHED,
        seminar__instructors=person,
        ends_at__gte=midnight,
        starts_at__lt=midnight + timedelta(days=1),
    )
    today = sessions.values("seminar").distinct().count()
    hint = "Who comes, attendance by list and by code."
    return Task("Seminars to teach", reverse("courses:teaching"), hint, today, word="today")


def _judging(person: User) -> tuple[Task, ...]:
    """What panels ask of somebody whom they named as a judge; nothing for others."""
    has_open = PanelRound.objects.filter(panel=OuterRef("panel"), closed_at__isnull=True)
    seats = PanelJudge.objects.filter(person=person).annotate(waits=Exists(has_open)).values_list("waits", flat=True)
    waiting = [waits for waits in seats if waits]
    if not seats:
        return ()
    hint = "A round is open: rate alone, then see the others." if waiting else "No round is open."
    return (Task("Panels that you judge for", reverse("exams:own_panels"), hint, len(waiting)),)


def _supervising(person: User) -> Task:
    """Count the sessions of today that are not over, in the person's own clock."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    scope = scope_of(person, Permission.INVIGILATE)
    seen = ExamSession.objects.visible_to(person, scope).standing() if scope else ExamSession.objects.none()
    today = seen.filter(ends_at__gt=now, starts_at__lt=midnight).count()
    hint = "Admit candidates, watch over the exam."
    return Task("Exam sessions to supervise", reverse("exams:invigilation"), hint, today, word="today")


def _marking(person: User) -> Task:
    waiting = waiting_for(person).count
    held = MarkingTask.objects.held_by(person).count()
    if held:
        hint = f"{held} {'is' if held == 1 else 'are'} with you, {waiting} more can be taken."
    else:
        hint = "Written answers of exams, without names." if waiting else "No written answer waits for you."
    return Task("Answers to mark", reverse("exams:marking"), hint, waiting + held)


def _registrar(person: User) -> tuple[Group, ...]:
    waiting = Application.objects.waiting().count()
    people = (
        Task("Applications", reverse("courses:admission_queue"), "Admit or decline, oldest first.", waiting),
        Task("People and roles", reverse("accounts:people"), "Grant a role, end one."),
    )
    exams = (
        _gradebook(),
        _planning(),
        _asked(person),
        _sealed(),
        _assessors(),
        Task("Sites of providers", reverse("exams:sites"), "Approved assessors, and trainees on the job."),
        _practical_records(),
        _plans(),
        _rubrics(),
        _sessions(),
        _seminars(),
        _attempts(),
        _evidence(),
    )
    certificates = (
        _registrars_desk(),
        Task("Register of certificates", reverse("certificates:registry"), "Look up, suspend, correct, revoke."),
        _doubts(),
    )
    return (
        Group("People", people),
        Group("Exams and practicals", exams),
        Group("Certificates", certificates),
        Group("Decisions and trail", (_proposals(person), *_watch())),
    )


def _exam_admin(person: User) -> tuple[Group, ...]:
    progress = Task("Marking", reverse("exams:marking_progress"), "How far it is, how markers agree, second marks.")
    cuts = Task("Cuts of stations", reverse("exams:station_cuts"), "How checklists and levels go together.")
    settings = (
        Task("Exam settings", reverse("exams:policies"), "When, how often, from where, with which browser."),
        Task("Accommodations", reverse("exams:accommodations"), "More time and help for single people."),
    )
    return (
        Group("Item bank", (_bank(), _item_reviews(), _reviews())),
        Group("Forms", (_forms(), *_judging(person))),
        Group("Sessions", (_sessions(), _supervising(person), _attempts())),
        Group("Results", (_gradebook(), *_results(), _marking(person), progress, _evidence())),
        Group("Practicals", (_planning(), _asked(person), _sealed(), _assessors(), _practical_records(), cuts)),
        Group("Rubrics and remediation", (_rubrics(), _plans())),
        Group("Settings", settings),
        Group("Decisions and trail", (_proposals(person), *_watch())),
    )


def _bank() -> Task:
    published = sum(exam.published for exam in openness())
    hint = (
        f"{published} scored items are published, so anybody can read them."
        if published
        else "Items, figures, reviews."
    )
    held = retired_on_forms()
    if held:
        hint = "A retired item stands on a form in use. Decide what to do."
    return Task("Item bank", reverse("exams:bank"), hint, len(held), urgent=bool(held))


def _item_reviews() -> Task:
    waiting = ItemVersion.objects.filter(status=ItemStatus.REVIEW.value).count()
    return Task("Item reviews", reverse("exams:item_reviews"), "Items in review and pretest; name reviewers.", waiting)


def _forms() -> Task:
    return Task("Exam forms", reverse("exams:forms"), "Blueprints, forms and which of them exams give out.")


def _practicum(person: User) -> Task:
    waiting = PracticumEntry.objects.to_confirm_by(person).count()
    hint = "Trainees named you as their supervisor." if waiting else "None names you and waits."
    return Task("Practicum sessions to confirm", reverse("exams:practicum_to_confirm"), hint, waiting)


def _gradebook(hint: str = "Every trainee, every part: who is where.") -> Task:
    return Task("Gradebook", reverse("exams:gradebook"), hint)


def _sealed() -> Task:
    """Count what devices sent and something speaks against."""
    hint = "What devices sealed without a network, and something speaks against."
    return Task(
        "Sealed records to decide about", reverse("exams:sealed_review"), hint, SealedRecord.objects.to_review().count()
    )


def _to_sign(person: User) -> tuple[Task, ...]:
    """What devices of an assessor sealed and nobody signed; nothing while all of it is signed."""
    waiting = SealedRecord.objects.to_sign_by(person).count()
    if not waiting:
        return ()
    hint = "Sealed on your device, not yet signed: they do not count yet."
    return (Task("Sealed records to sign", reverse("exams:sealed_records"), hint, waiting),)


def _practical_records() -> Task:
    return Task("Practical records", reverse("exams:records"), "Signed records of all trainees.")


def _plans() -> Task:
    """Count what is overdue: somebody has to ask the person who follows it up."""
    overdue = RemediationPlan.objects.open().filter(due_on__lt=site_day()).count()
    address = f"{reverse('exams:plans')}{'?state=overdue' if overdue else ''}"
    hint = "Their last day has passed and nobody closed them." if overdue else "After stations that were not met."
    return Task("Remediation plans", address, hint, overdue, urgent=bool(overdue), word="overdue")


def _own_plans(person: User) -> Task:
    """Count the plans that somebody follows up."""
    plans = (
        RemediationPlan.objects.open()
        .filter(follow_up_by=person)
        .aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=site_day())))
    )
    hint = f"{plans['overdue']} overdue." if plans["overdue"] else "What is done after stations that were not met."
    return Task("Remediation plans", reverse("exams:plans"), hint, plans["all"], bool(plans["overdue"]), "open")


def _rubrics() -> Task:
    return Task("Rubrics", reverse("exams:rubrics"), "Stations, criteria and rules of the practicals.")


def _sessions() -> Task:
    return Task("Exam sessions", reverse("exams:exam_sessions"), "Plan supervised exams, book candidates.")


def _registrars_desk() -> Task:
    asked = ReissueRequest.objects.filter(settled_at__isnull=True).count()
    hint = "Somebody asked for another name." if asked else "Who lacks what, holds, other names."
    return Task("Registrar’s desk", reverse("certificates:desk"), hint, asked)


def _seminars() -> Task:
    return Task("Seminars", reverse("courses:seminar_plans"), "Plan teaching in person, seats and waiting lists.")


def _doubts() -> Task:
    waiting = Doubt.objects.filter(kept_at__isnull=True, credential__revocation__isnull=True).count()
    hint = "Exams beneath them were scored anew." if waiting else "None waits for your decision."
    return Task("Certificates in doubt", reverse("certificates:doubts"), hint, waiting, urgent=bool(waiting))


def _results() -> tuple[Task, ...]:
    waiting = Result.objects.filter(state=ResultState.SCORED).count()
    appeals = Appeal.objects.filter(state=AppealState.OPEN).aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=timezone.localdate()))
    )
    hint = f"{appeals['overdue']} overdue." if appeals["overdue"] else "Decided by people who had no part in them."
    return (
        Task("Results", reverse("exams:results"), "Search, filters, numbers of each exam."),
        Task("Results that wait", reverse("exams:results_waiting"), "Released when two people agree.", waiting),
        Task("Appeals", reverse("exams:docket"), hint, appeals["all"], urgent=bool(appeals["overdue"])),
    )


def _planning() -> Task:
    hint = "Name an instructor, a place and a day."
    return Task("Plan a practical", reverse("exams:assign"), hint, waiting_for_practical().count())


def _asked(person: User) -> Task:
    """Count the requests for a practical that this person can answer."""
    scope = scope_of(person, Permission.SITTING_ANSWER)
    rows = SittingRequest.objects.waiting()
    waiting = rows.visible_to(person, scope).count() if scope else 0
    hint = "Trainees wait for an answer." if waiting else "None waits."
    return Task("Requests for a practical", reverse("exams:sitting_requests"), hint, waiting)


def _assessors() -> Task:
    return Task("Assessors", reverse("exams:assessors"), "Who may assess, until when, and whom they let pass.")


def _attempts() -> Task:
    return Task("Exam attempts", reverse("exams:attempts"), "Who sat which exam, with the result.")


def _evidence() -> Task:
    return Task("Yearly evidence", reverse("exams:evidence"), "What accreditors ask of a year, as one archive.")


def _proposals(person: User) -> Task:
    """What this person may decide as the second one; what they proposed, or what concerns them, waits for others."""
    shown = list(proposals_of(person).filter(state=ProposalState.OPEN))
    waiting = len(decidable(shown, person))
    own = sum(proposal.proposed_by_id == person.pk for proposal in shown)
    hint = "Acts that need a second person."
    if own:
        hint = f"{own} of yours {'waits' if own == 1 else 'wait'} for somebody else."
    if waiting:
        hint = "Proposed by others, done when you confirm."
    return Task("Two-person decisions", reverse("dashboard:proposals"), hint, waiting)


def _watch() -> tuple[Task, ...]:
    dead = Job.objects.filter(state=JobState.DEAD).count()
    hint = "Some gave up and wait for you." if dead else "Mail and certificates on their way."
    return (
        Task("Background work", reverse("dashboard:jobs"), hint, dead, urgent=bool(dead)),
        Task("Audit trail", reverse("dashboard:audit"), "Who did what, when."),
    )


def _editor() -> tuple[Task, ...]:
    return (
        Task("Pages and lessons", reverse("wagtailadmin_home"), "Write and publish."),
        _reviews(),
        Task("Style guide", reverse("dashboard:styleguide"), "Every component in all its states."),
    )


def _item_author(person: User) -> tuple[Task, ...]:
    own = ItemVersion.objects.filter(author=person).aggregate(
        drafts=Count("pk", filter=Q(status=ItemStatus.DRAFT.value)),
        returned=Count("pk", filter=Q(status=ItemStatus.REJECTED.value)),
    )
    returned = f"{own['returned']} came back from review." if own["returned"] else "Drafts, and what became of them."
    asked = ItemVersion.objects.assigned_to(person).count()
    return (
        Task("My items", reverse("exams:bank"), returned, own["drafts"] + own["returned"]),
        Task("Write an item", reverse("exams:item_kinds"), "Choose the kind first."),
        Task("Item reviews", reverse("exams:item_reviews"), "Items that you are asked to review.", asked),
        *_judging(person),
    )


def _physician(person: User) -> tuple[Task, ...]:
    return (
        *_judging(person),
        _reviews(),
        Task("Reviews that wait for an answer", reverse("wagtailadmin_home"), "Lessons in the medical review."),
        Task("Item bank", reverse("exams:bank"), "Items with their keys and reasons."),
        _rubrics(),
    )


def _reviews() -> Task:
    return Task("Review board", reverse("dashboard:reviews"), "What is due, facts that nobody has verified first.")
