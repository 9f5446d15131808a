"""The practicum log: what a logged session may say, and how far the confirmed ones go towards the requirement.

Source: curriculum.md section 4, "Practicum log". A session is known by its month and by facts that tell nothing about
a patient (S-35: no dates of treatment, no free text).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_PATIENTS = 99


class SessionKind(StrEnum):
    """The part that the trainee had, in the order of learning."""

    OBSERVED = "observed"
    SUPERVISED = "supervised"
    INDEPENDENT = "independent"
    DRILL = "drill"


class Protocol(StrEnum):
    """Families of protocols, as far as the requirement tells them apart."""

    HIGH_FREQUENCY = "high_frequency"
    THETA_BURST = "theta_burst"
    LOW_FREQUENCY = "low_frequency"
    DEEP = "deep"
    OTHER = "other"


KIND_WORDS: dict[SessionKind, str] = {
    SessionKind.OBSERVED: "Observed: you watched",
    SessionKind.SUPERVISED: "Delivered under direct supervision",
    SessionKind.INDEPENDENT: "Delivered with the supervisor in the building",
    SessionKind.DRILL: "Seizure drill, without a patient",
}
PROTOCOL_WORDS: dict[Protocol, str] = {
    Protocol.HIGH_FREQUENCY: "High frequency, such as 10 Hz",
    Protocol.THETA_BURST: "Theta burst",
    Protocol.LOW_FREQUENCY: "Low frequency, such as 1 Hz",
    Protocol.DEEP: "Deep TMS with an H-coil",
    Protocol.OTHER: "Another protocol",
}


@dataclass(frozen=True)
class LoggedSession:
    """One session. `patient` is the trainee's own count (the first patient is 1); a drill has none and no protocol.

    The three steps say what the trainee did with their own hands: a full determination of the motor threshold,
    a head measurement, a coil position found again (remap).
    """

    kind: SessionKind
    year: int
    month: int
    patient: int | None = None
    protocol: Protocol | None = None
    motor_threshold: bool = False
    head_measurement: bool = False
    remap: bool = False

    @property
    def steps(self) -> tuple[bool, bool, bool]:
        """What was done by hand."""
        return self.motor_threshold, self.head_measurement, self.remap


@dataclass(frozen=True)
class SessionFault:
    """What keeps a session from being logged: a stable `code`, the `field` it is about, and what to do."""

    code: str
    field: str
    sentence: str


def fault_of(session: LoggedSession, *, enrolled: date, today: date) -> SessionFault | None:
    """Return the first fault of a session, or None. Months before the enrolment and to come cannot be logged."""
    if not (enrolled.year, enrolled.month) <= (session.year, session.month) <= (today.year, today.month):
        first = f"{enrolled:%B %Y}"
        return SessionFault("bad_month", "month", f"Choose a month from {first}, when you were admitted, up to now.")
    if session.kind is SessionKind.DRILL:
        if session.patient is not None or session.protocol is not None or any(session.steps):
            sentence = "A drill has no patient: leave patient, protocol and steps empty."
            return SessionFault("drill_with_patient", "patient", sentence)
        return None
    if session.patient is None or not 1 <= session.patient <= MOST_PATIENTS:
        sentence = f"Count your patients from 1 to {MOST_PATIENTS}: the first one you saw is 1, the next one 2."
        return SessionFault("no_patient", "patient", sentence)
    if session.protocol is None:
        return SessionFault("no_protocol", "protocol", "Choose the protocol of the session.")
    if session.kind is SessionKind.OBSERVED and any(session.steps):
        sentence = "You watched this session. Steps count in sessions that you deliver."
        return SessionFault("steps_while_watching", "motor_threshold", sentence)
    return None


@dataclass(frozen=True)
class Requirement:
    """One line of the requirement. `counted` counts it over confirmed sessions; an optional one never holds up."""

    code: str
    words: str
    needed: int
    counted: Callable[[Sequence[LoggedSession]], int]
    optional: bool = False


@dataclass(frozen=True)
class Standing:
    """How far one line is."""

    code: str
    words: str
    done: int
    needed: int
    optional: bool

    @property
    def met(self) -> bool:
        """Whether as many as needed are there."""
        return self.done >= self.needed


def _of_kind(kind: SessionKind) -> Callable[[Sequence[LoggedSession]], int]:
    return lambda sessions: sum(session.kind is kind for session in sessions)


def _with_patient(sessions: Sequence[LoggedSession]) -> list[LoggedSession]:
    return [session for session in sessions if session.kind is not SessionKind.DRILL]


def _patients(sessions: Sequence[LoggedSession]) -> int:
    return len({session.patient for session in _with_patient(sessions)})


def _protocols(sessions: Sequence[LoggedSession]) -> int:
    return len({session.protocol for session in _with_patient(sessions)})


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement("observed", "sessions observed", 5, _of_kind(SessionKind.OBSERVED)),
    Requirement("supervised", "sessions under direct supervision", 10, _of_kind(SessionKind.SUPERVISED)),
    Requirement("independent", "sessions with the supervisor in the building", 5, _of_kind(SessionKind.INDEPENDENT)),
    Requirement("total", "sessions in all", 20, lambda sessions: len(_with_patient(sessions))),
    Requirement("patients", "different patients", 5, _patients),
    Requirement("protocols", "protocols", 2, _protocols),
    Requirement(
        "theta_burst",
        "theta-burst sessions, where your site has them",
        1,
        lambda sessions: sum(session.protocol is Protocol.THETA_BURST for session in sessions),
        optional=True,
    ),
    Requirement(
        "motor_threshold", "full determinations of the motor threshold", 3, lambda sessions: _steps(sessions, 0)
    ),
    Requirement("head_measurement", "head measurements", 10, lambda sessions: _steps(sessions, 1)),
    Requirement("drill", "seizure drill", 1, _of_kind(SessionKind.DRILL)),
    Requirement("remap", "remap", 1, lambda sessions: _steps(sessions, 2)),
)


def _steps(sessions: Sequence[LoggedSession], which: int) -> int:
    return sum(session.steps[which] for session in sessions)


def standings(confirmed: Sequence[LoggedSession]) -> tuple[Standing, ...]:
    """Count confirmed sessions against every line of the requirement, in order."""
    return tuple(
        Standing(line.code, line.words, line.counted(confirmed), line.needed, line.optional) for line in REQUIREMENTS
    )


def is_complete(lines: Sequence[Standing]) -> bool:
    """Whether every line is met but for optional ones."""
    return all(line.met for line in lines if not line.optional)


def too_early(kind: SessionKind, confirmed: Sequence[LoggedSession]) -> str:
    """Return a warning for the supervisor when earlier parts are not there yet, else an empty text.

    The parts follow each other: observed, then under direct supervision, then with the supervisor in the building.
    With 3 observed, a session under direct supervision warns: 3 of 5 sessions observed are confirmed.
    """
    order = [SessionKind.OBSERVED, SessionKind.SUPERVISED, SessionKind.INDEPENDENT]
    if kind not in order:
        return ""
    for line in standings(confirmed)[: order.index(kind)]:
        if not line.met:
            return f"{line.done} of {line.needed} {line.words} are confirmed so far."
    return ""
