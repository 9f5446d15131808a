"""What waits for markers, how far marking is for each exam, and how well markers agree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Exists, Min, OuterRef, Q

from exams.models import Exam, Mark, MarkingTask
from exams.rules.marking import Agreement, Purpose, agreement
from lms.accounts.models import User
from lms.accounts.permissions import Permission, scope_of

OPEN = Q(done_at__isnull=True)
BOTH = [Purpose.FIRST, Purpose.SECOND]


@dataclass(frozen=True)
class Waiting:
    """How many answers a person may take, and since when the oldest of them waits."""

    count: int = 0
    oldest: datetime | None = None


def waiting_for(person: User) -> Waiting:
    """Count the answers that a person may take; none for those who may not mark."""
    scope = scope_of(person, Permission.MARK_ANSWERS)
    if scope is None:
        return Waiting()
    return Waiting(**MarkingTask.objects.open_to(person, scope).aggregate(count=Count("pk"), oldest=Min("laid_at")))


@dataclass(frozen=True)
class ExamProgress:
    """How far marking is for one exam, in marks: to be given, with somebody, given; adjudications counted besides."""

    exam: Exam
    waiting: int = 0
    held: int = 0
    done: int = 0
    disputed: int = 0
    oldest: datetime | None = None


def progress() -> list[ExamProgress]:
    """Count the marks of every exam, in two queries."""
    tasks = MarkingTask.objects.order_by().values_list("attempt__exam")
    rows = tasks.annotate(
        waiting=Count("pk", filter=OPEN & Q(marker__isnull=True)),
        held=Count("pk", filter=OPEN & Q(marker__isnull=False)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        disputed=Count("pk", filter=OPEN & Q(purpose=Purpose.ADJUDICATION)),
        oldest=Min("laid_at", filter=OPEN),
    )
    counted = {exam: counts for exam, *counts in rows}
    return [ExamProgress(exam, *counted.get(exam.pk, ())) for exam in Exam.objects.order_by("title", "code")]


@dataclass(frozen=True)
class MarkerAgreement:
    """How one marker's marks compare with those of others for the same answers."""

    name: str
    agreement: Agreement


def agreements() -> list[MarkerAgreement]:
    """Compare, for every marker, first and second marks of the same answers, in one query.

    Adjudications are left out: they are made of answers on which two people differed, and would paint too dark.
    """
    same = MarkingTask.objects.filter(
        attempt=OuterRef("task__attempt"), position=OuterRef("task__position"), done_at__isnull=False
    )
    marks = Mark.objects.filter(Exists(same.filter(purpose=Purpose.SECOND)), task__purpose__in=BOTH)
    marks = marks.filter(Exists(same.filter(purpose=Purpose.FIRST)))
    rows = marks.values_list("task__attempt", "task__position", "marker", "marker__full_name", "share")
    answers: dict[tuple[object, int], list[tuple[int, Fraction]]] = defaultdict(list)
    names: dict[int, str] = {}
    for attempt, position, marker, name, share in rows:
        answers[attempt, position].append((marker, Fraction(share)))
        names[marker] = name
    pairs = _pairs(answers.values())
    found = [MarkerAgreement(name, agreement(pairs[marker])) for marker, name in names.items()]
    return sorted(found, key=lambda row: row.name.casefold())


def agreement_between(exam: Exam, since: datetime, before: datetime) -> Agreement:
    """Compare first with second marks of the answers handed in within a time, whoever gave them, in one query."""
    handed_in = {"task__attempt__submitted_at__gte": since, "task__attempt__submitted_at__lt": before}
    marks = Mark.objects.filter(task__attempt__exam=exam, task__purpose__in=BOTH, **handed_in)
    given: dict[tuple[object, int], dict[str, Fraction]] = defaultdict(dict)
    for attempt, position, purpose, share in marks.values_list(
        "task__attempt", "task__position", "task__purpose", "share"
    ):
        given[attempt, position][purpose] = Fraction(share)
    both = [two for two in given.values() if len(two) == len(BOTH)]
    return agreement((two[Purpose.FIRST], two[Purpose.SECOND]) for two in both)


def _pairs(answers: Iterable[list[tuple[int, Fraction]]]) -> dict[int, list[tuple[Fraction, Fraction]]]:
    """Return (own mark, the other's mark) of every answer that two people marked, by marker."""
    pairs: dict[int, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for (one, first), (other, second) in answers:
        pairs[one].append((first, second))
        pairs[other].append((second, first))
    return pairs
