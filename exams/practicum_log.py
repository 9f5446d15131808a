"""Reading practicum logs: where an enrolment stands, and what waits for a supervisor."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from courses.models import Enrolment
from exams.models import PracticumEntry, PracticumVerdict
from exams.rules.practicum import LoggedSession, Standing, is_complete, standings, too_early
from lms.accounts.models import User


@dataclass(frozen=True)
class Log:
    """The sessions of one enrolment, newest first, and how far the confirmed ones go."""

    enrolment: Enrolment
    entries: tuple[PracticumEntry, ...]
    lines: tuple[Standing, ...]

    @property
    def complete(self) -> bool:
        """Whether the requirement is met."""
        return is_complete(self.lines)

    @property
    def waiting(self) -> int:
        """How many sessions wait for a supervisor."""
        return sum(not hasattr(entry, "decision") for entry in self.entries)


@dataclass(frozen=True)
class ToConfirm:
    """One session that waits, and what its supervisor should know before confirming it; usually nothing."""

    entry: PracticumEntry
    warning: str


def log_of(enrolment: Enrolment) -> Log:
    """Read the log of an enrolment in one query."""
    rows = PracticumEntry.objects.filter(enrolment=enrolment).select_related("decision", "supervisor")
    entries = tuple(rows)
    confirmed = [entry.facts for entry in entries if is_confirmed(entry)]
    return Log(enrolment, entries, standings(confirmed))


def is_confirmed(entry: PracticumEntry) -> bool:
    """Whether a session counts; its decision has to be fetched along."""
    return hasattr(entry, "decision") and entry.decision.verdict == PracticumVerdict.CONFIRMED


def confirmed_sessions(enrolments: Collection[uuid.UUID]) -> dict[uuid.UUID, list[LoggedSession]]:
    """Return what counts, by enrolment, in one query."""
    found: dict[uuid.UUID, list[LoggedSession]] = {}
    for entry in PracticumEntry.objects.confirmed().filter(enrolment__in=enrolments):
        found.setdefault(entry.enrolment_id, []).append(entry.facts)
    return found


def waiting_for(supervisor: User) -> list[ToConfirm]:
    """Return what waits for a supervisor, trainee by trainee, oldest first, in two queries."""
    rows = PracticumEntry.objects.to_confirm_by(supervisor).select_related("enrolment__person", "enrolment__programme")
    entries = list(rows.order_by("enrolment__person__full_name", "enrolment", "year", "month", "logged_at"))
    confirmed = confirmed_sessions({entry.enrolment_id for entry in entries})
    return [ToConfirm(entry, too_early(entry.facts.kind, confirmed.get(entry.enrolment_id, []))) for entry in entries]
