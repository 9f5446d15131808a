"""Reading a gradebook: people of a programme as rows, their work as columns; as many queries for one as for fifty."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from courses.models import Enrolment, LessonCompletion, Programme
from courses.models.outline import outline_of
from courses.rules.time_limit import last_day
from exams.models import (
    Attempt,
    Exam,
    RemediationPlan,
    SignedPractical,
    Sitting,
    SittingState,
    newest_rubric,
    signed_practicals,
)
from exams.practicum_log import confirmed_sessions
from exams.rules.gradebook import (
    AttemptFacts,
    Cell,
    course_cell,
    exam_cell,
    parts_cell,
    practical_cell,
    practicum_cell,
    station_cell,
)
from exams.rules.practical import newest_evidence
from exams.rules.practicum import standings
from exams.rules.result_policy import ResultState
from exams.score_report import plain
from lms.accounts.models import User
from lms.accounts.permissions import Scope

COLUMN_OF_COURSE = "Online course"


@dataclass(frozen=True)
class Column:
    """One piece of work: what its head says, and its full name where the head is a code. `kind` names what it is."""

    kind: str
    head: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """One person of a programme. `until` is the last day to finish; cells stand in the order of the columns."""

    enrolment: Enrolment
    enrolled: date
    until: date
    overdue: bool
    cells: tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True)
class Gradebook:
    """The columns of one programme; `rows_of` fills them for any of its enrolments."""

    programme: Programme
    lessons: frozenset[str]
    exams: tuple[Exam, ...]
    stations: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns in order, totals last."""
        return (
            Column("course", COLUMN_OF_COURSE),
            *(Column("exam", exam.title) for exam in self.exams),
            *(Column("station", code, title) for code, title in self.stations),
            Column("practical", "Practical"),
            Column("practicum", "Practicum log"),
            Column("parts", "All parts"),
        )

    def rows_of(self, enrolments: Sequence[Enrolment], reader: User, scope: Scope) -> Iterator[Row]:
        """Yield a row for each enrolment, in eight queries however many there are; people have to be fetched along."""
        today = timezone.localdate()
        ids = [enrolment.pk for enrolment in enrolments]
        done = _lessons_done(ids, self.lessons)
        attempts = _attempts(ids)
        signed = signed_practicals(enrolments)
        logged = confirmed_sessions(ids)
        sittings = _open_sittings(ids)
        plans = _open_plans(ids, reader, scope)
        columns = self.columns
        for enrolment in enrolments:
            enrolled = timezone.localdate(enrolment.enrolled_at)
            until = last_day(enrolled, self.programme.months_to_finish)
            own = sittings.get(enrolment.pk, [])
            course = course_cell(
                done.get(enrolment.pk, 0), len(self.lessons), complete=enrolment.course_completed_at is not None
            )
            exams = [exam_cell(attempts.get((enrolment.pk, exam.pk), ())) for exam in self.exams]
            exams = [cell if scope is Scope.ALL else _closed(cell) for cell in exams]
            practical = signed[enrolment.pk]
            whole = practical_cell(practical.outcome)
            log = practicum_cell(standings(logged.get(enrolment.pk, [])))
            cells = (
                course,
                *exams,
                *self._stations(practical, own, today, reader, plans.get(enrolment.pk, {})),
                whole,
                log,
            )
            needed = [cell for exam, cell in zip(self.exams, exams, strict=True) if exam.is_required]
            parts = parts_cell((course, *needed, *((whole,) if self.stations else ())))
            finished = enrolment.closed_at is not None or parts.is_complete
            yield Row(
                enrolment,
                enrolled,
                until,
                overdue=until < today and not finished,
                cells=tuple(zip(columns, (*cells, parts), strict=True)),
            )

    def _stations(
        self,
        practical: SignedPractical,
        sittings: Sequence[Sitting],
        today: date,
        reader: User,
        plans: Mapping[str, str],
    ) -> Iterator[Cell]:
        newest = newest_evidence(practical.evidence)
        for code, _ in self.stations:
            planned = min((row for row in sittings if code in row.stations), key=_day_of, default=None)
            own = str(planned.pk) if planned is not None and planned.assessor_id == reader.pk else ""
            met = code not in practical.outcome.missing if code in newest else None
            cell = station_cell(met, planned.scheduled_for if planned else None, today, sitting=own)
            yield replace(cell, plan=plans.get(code, ""))


def gradebook_of(programme: Programme) -> Gradebook:
    """Read the columns of a programme: lessons, exams, and the stations of its newest rubric version."""
    newest = newest_rubric(programme.pk)
    return Gradebook(
        programme=programme,
        lessons=frozenset(lesson.code for module in outline_of(programme) for lesson in module.lessons),
        exams=tuple(Exam.objects.filter(programme=programme).order_by("title", "pk")),
        stations=tuple((station.code, station.title) for station in newest.plain.stations) if newest else (),
    )


def _lessons_done(ids: Collection[uuid.UUID], lessons: Collection[str]) -> dict[uuid.UUID, int]:
    rows = LessonCompletion.objects.open().filter(enrolment__in=ids).values("enrolment").order_by()
    counted = rows.annotate(done=Count("pk", filter=Q(lesson_code__in=lessons)))
    return dict(counted.values_list("enrolment", "done"))


def _attempts(ids: Collection[uuid.UUID]) -> Mapping[tuple[uuid.UUID, int], list[AttemptFacts]]:
    found: dict[tuple[uuid.UUID, int], list[AttemptFacts]] = {}
    columns = ("raw", "maximum", "scaled")
    rows = Attempt.objects.filter(enrolment__in=ids).values_list(
        "enrolment",
        "exam",
        "pk",
        "number",
        "result__state",
        "result__passed",
        *(f"result__released_score__{name}" for name in columns),
    )
    for enrolment, exam, attempt, number, state, passed, raw, maximum, scaled in rows:
        points = "" if raw is None else str(scaled) if scaled is not None else f"{plain(raw)}/{plain(maximum)}"
        facts = AttemptFacts(str(attempt), number, ResultState(state) if state else None, passed, points)
        found.setdefault((enrolment, exam), []).append(facts)
    return found


def _open_sittings(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Sitting]]:
    found: dict[uuid.UUID, list[Sitting]] = {}
    rows = Sitting.objects.filter(enrolment__in=ids, state=SittingState.OPEN)
    for sitting in rows.only("enrolment", "stations", "scheduled_for", "assessor"):
        found.setdefault(sitting.enrolment_id, []).append(sitting)
    return found


def _open_plans(ids: Collection[uuid.UUID], reader: User, scope: Scope) -> dict[uuid.UUID, dict[str, str]]:
    """Return the open remediation plans that the reader may open: their keys by station, by enrolment."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    rows = RemediationPlan.objects.visible_to(reader, scope).open().filter(enrolment__in=ids)
    for plan in rows.only("enrolment", "stations"):
        found.setdefault(plan.enrolment_id, {}).update(dict.fromkeys(plan.stations, str(plan.pk)))
    return found


def _day_of(sitting: Sitting) -> date:
    return sitting.scheduled_for


def _closed(cell: Cell) -> Cell:
    """Return the cell without the way into the attempt, which instructors may not open."""
    return Cell(cell.sign, cell.text, cell.words)
