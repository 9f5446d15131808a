"""Who may not assess whom.

Source: reliability-security.md S-7 and curriculum.md section 4 ("never a relative, and not only the direct manager").
Checked when a sitting is assigned, when it is opened and when it is signed. Some conflicts can be allowed by a second,
named person with a reason (exams.md section 5); nobody allows anybody to assess themselves or a relative.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from exams.rules.scheme import SchemeRules

RELATIVE = "relative"


@dataclass(frozen=True)
class Relationship:
    """A relationship somebody declared, with its kind in words, and as a code where an override has to name it."""

    person: int
    other: int
    kind: str
    code: str = ""


@dataclass(frozen=True)
class Conflict:
    """Why an assessor may not assess a trainee. `key` is what an override names; empty where none is possible."""

    code: str
    sentence: str
    key: str = ""


@dataclass(frozen=True)
class Encounters:
    """What an assessor and a trainee had to do with each other before.

    `trained_until` is the first day of the last month with a practicum session that the assessor supervised, `failures`
    the stations that the assessor saw failed, with the day.
    """

    trained_until: date | None = None
    failures: tuple[tuple[str, date], ...] = ()


def conflict(assessor: int, trainee: int, relationships: Iterable[Relationship]) -> Conflict | None:
    """Return the reason that keeps `assessor` from assessing `trainee` (ids of people), or None.

    A relationship counts in either direction: that 7 is the direct manager of 9 keeps 7 from assessing 9, and 9
    from assessing 7.
    """
    return next(_between(assessor, trainee, relationships), None)


def conflicts_at_stations(
    encounters: Encounters, rules: SchemeRules, stations: Collection[str], day: date
) -> Iterator[Conflict]:
    """Yield what keeps somebody from assessing these stations on a day by the rules of the scheme.

    With 24 months after training, a session in March 2026 keeps its supervisor from assessing until the end of March
    2028. Who saw a station failed on an earlier day does not assess it again; a retry on the same day is no conflict.
    """
    until = encounters.trained_until
    if rules.months_after_training and until and _months(day) - _months(until) <= rules.months_after_training:
        yield Conflict(
            "conflict_trained",
            f"The assessor trained this trainee in the practicum, last in {until:%B %Y}. "
            f"{rules.months_after_training} months have to pass. Name another assessor.",
            "trained",
        )
    seen = sorted({code for code, failed_on in encounters.failures if code in stations and failed_on < day})
    if rules.other_assessor_after_failure and seen:
        yield Conflict(
            "conflict_examined",
            f"The assessor saw this trainee fail at {', '.join(seen)}. Name another assessor for the next try.",
            "examined",
        )


def all_conflicts(
    assessor: int, trainee: int, relationships: Iterable[Relationship], more: Iterable[Conflict] = ()
) -> tuple[Conflict, ...]:
    """Return everything that keeps one person from assessing another, what cannot be allowed first."""
    found = dict.fromkeys([*_between(assessor, trainee, relationships), *more])
    return tuple(sorted(found, key=lambda one: bool(one.key)))


def _between(assessor: int, trainee: int, relationships: Iterable[Relationship]) -> Iterator[Conflict]:
    if assessor == trainee:
        yield Conflict("conflict_self", "Nobody can assess themselves. The registrar has to name another assessor.")
        return
    for relationship in relationships:
        if {relationship.person, relationship.other} == {assessor, trainee}:
            yield Conflict(
                "conflict_relationship",
                f"Assessor and trainee have a declared relationship: {relationship.kind}. "
                "The registrar has to name another assessor.",
                "" if relationship.code in ("", RELATIVE) else f"relationship:{relationship.code}",
            )


def _months(day: date) -> int:
    return day.year * 12 + day.month
