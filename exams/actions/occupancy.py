"""Writing down what sittings take up, so that the database refuses whatever would be booked twice (decision 0016)."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from exams.errors import PracticalError
from exams.models import OccupiedMinute, Sitting
from exams.rules.occupancy import minutes_of, resources_of

BATCH = 2000
JUST_TAKEN = (
    "The assessor, the trainee, the room or the device was booked for this time a moment ago. Nothing was planned. "
    "Load the page again and choose another time."
)


def hold(sittings: Iterable[Sitting]) -> None:
    """Take up the minutes of new sittings, all in one order. Raises `PracticalError` just_taken."""
    rows = [row for sitting in sittings for row in _rows(sitting)]
    rows.sort(key=lambda row: (row.resource, row.minute))
    try:
        with transaction.atomic():
            OccupiedMinute.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as error:
        raise PracticalError("just_taken", JUST_TAKEN) from error


def let_go(sitting: Sitting) -> None:
    """Free what a sitting takes up, once it is signed or cancelled."""
    OccupiedMinute.objects.filter(sitting=sitting).delete()


def _rows(sitting: Sitting) -> Iterable[OccupiedMinute]:
    """Return a row for each minute; without times none. Who rates again shares everything but the own time."""
    if sitting.starts_at is None or sitting.ends_at is None:
        return
    if sitting.rates_again_id:
        names = resources_of(people=[sitting.assessor_id])
    else:
        people = [sitting.assessor_id, sitting.enrolment.person_id]
        names = resources_of(people=people, place=sitting.place, device=sitting.device)
    for name in names:
        for minute in minutes_of(sitting.starts_at, sitting.ends_at):
            yield OccupiedMinute(sitting=sitting, resource=name, minute=minute)
