"""What speaks against a planned practical: people in two places at once, a place or device in use, no exam passed.

Nobody can be in two places, and no place or device has two practicals at once: that is refused, here in words and by
the database besides (`exams.rules.occupancy`). The rest may have a reason, so it is said and can be confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from exams.rules.occupancy import needs_device, same_words

CONFIRMABLE = frozenset({"exam_not_passed", "same_day", "physician_needed", "repeat_needed"})


@dataclass(frozen=True)
class Appointment:
    """One planned sitting. People are ids with their names; without times it may be at any time of its day."""

    people: dict[int, str]
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    device: str
    when: str

    @property
    def is_timed(self) -> bool:
        """Whether its times are known."""
        return self.starts_at is not None and self.ends_at is not None

    def overlaps(self, other: "Appointment") -> bool:
        """Whether both go on at one moment: 9:00 to 10:00 and 9:59 to 11:00 do, 10:00 to 11:00 does not."""
        if self.starts_at is None or self.ends_at is None or other.starts_at is None or other.ends_at is None:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Objection:
    """One thing that speaks against a plan. `refuses` means that nobody can confirm it away."""

    code: str
    sentence: str
    refuses: bool = False


def objections(
    planned: Appointment, others: Iterable[Appointment], *, trainee_name: str, exam_passed: bool
) -> tuple[Objection, ...]:
    """List what speaks against a plan; `others` are sittings that still wait, without this one."""
    found = (
        [] if exam_passed else [Objection("exam_not_passed", f"{trainee_name} has not passed the written exam yet.")]
    )
    for other in others:
        found += _between(planned, other)
    return tuple(dict.fromkeys(found))  # two sittings of one kind may read the same


def _between(planned: Appointment, other: Appointment) -> list[Objection]:
    names = " and ".join(sorted(name for person, name in planned.people.items() if person in other.people))
    if planned.overlaps(other):
        if names:
            return [Objection("person_busy", f"{names}: in another practical {other.when}, {other.place}.", True)]
        if same_words(planned.place, other.place):
            sentence = f"{other.place} is taken by another practical {other.when}. Name the room, if it is another one."
            return [Objection("place_busy", sentence, True)]
        if needs_device(planned.device) and same_words(planned.device, other.device):
            where = f"{other.device} is in use in {other.place} {other.when}."
            sentence = f"{where} If you mean another one, name it so that the two differ, for example with its number."
            return [Objection("device_busy", sentence, True)]
    elif names and planned.day == other.day and not (planned.is_timed and other.is_timed):
        return [Objection("same_day", f"{names}: another practical on this day, its time is not known, {other.place}.")]
    return []
