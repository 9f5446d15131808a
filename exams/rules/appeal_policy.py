"""May somebody appeal, until when, and who may decide it: uninvolved people (exams.md 6, ISO/IEC 17024 9.8)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from content.rules.reviews import is_author


class AppealKind(StrEnum):
    """What the candidate objects to."""

    RESULT = "result"
    ITEM = "item"

    @property
    def words(self) -> str:
        """The kind as people read it."""
        return {"result": "The result", "item": "A question"}[self.value]


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return self.value.capitalize()


@dataclass(frozen=True)
class Objection:
    """One thing that stands in the way: a code for tests and machines, a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Involvement:
    """Who had a hand in a result or an item; people by their ids, authors by name as the item's file has them."""

    candidate: int
    released_by: Collection[int] = ()
    decided_by: Collection[int] = ()
    authors: Collection[str] = ()
    reviewers: Collection[int] = field(default=())
    marked_by: Collection[int] = ()


IS_CANDIDATE = Objection("is_candidate", "This is your own appeal.")
RELEASED_IT = Objection("released_it", "You took part in releasing this result. Somebody else has to decide.")
DECIDED_BEFORE = Objection("decided_before", "You decided about this result before. Somebody else has to decide.")
MARKED_IT = Objection("marked_it", "You marked an answer of this attempt. Somebody else has to decide.")
WROTE_IT = Objection("wrote_it", "You are named as an author of this item. Somebody else has to decide.")
REVIEWED_IT = Objection("reviewed_it", "You reviewed this item. Somebody else has to decide.")


def objections_to(person: int, name: str, involvement: Involvement) -> tuple[Objection, ...]:
    """List why a person may not decide an appeal; empty for somebody uninvolved."""
    found = (
        (person == involvement.candidate, IS_CANDIDATE),
        (person in involvement.released_by, RELEASED_IT),
        (person in involvement.decided_by, DECIDED_BEFORE),
        (person in involvement.marked_by, MARKED_IT),
        (is_author(name, involvement.authors), WROTE_IT),
        (person in involvement.reviewers, REVIEWED_IT),
    )
    return tuple(objection for applies, objection in found if applies)


def appeal_until(released_at: datetime, *, days: int) -> datetime:
    """Return the last moment for an appeal: so many days of 24 hours after the result was released."""
    return released_at + timedelta(days=days)


def is_late(released_at: datetime, *, days: int, now: datetime) -> bool:
    """Whether the time for an appeal is over; the last moment itself still counts."""
    return now > appeal_until(released_at, days=days)
