"""Second, independent ratings of a practical, and the adjudication of two that differ.

Source: exams.md sections 4.7 (a random share, and the first sittings of a new assessor) and 5 (two assessors on
different sides of the cut are adjudicated, never averaged).
"""

import uuid
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.appointment_news import tell_of_sitting
from exams.actions.fitness import Duty, refuse_unfit
from exams.actions.occupancy import hold
from exams.appointment_mails import News
from exams.errors import PracticalError
from exams.models import Sitting, SittingState
from exams.second_ratings import stations_in_dispute
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def assign_second(*, first: Sitting, assessor: User, by: User) -> Sitting:
    """Name somebody who rates the same performance independently; once two differ, whoever decides between them.

    A second rater works beside the first, with the same stations, day, place and device, and sees nothing of the first
    rating. An adjudicator gets the stations about which the two differ. Raises `PracticalError`: not_a_first_rating,
    sitting_cancelled, not_an_assessor, rates_already, nothing_in_dispute, second_rating_there, person_busy, just_taken;
    `UnfitError` for conflicts and qualifications.
    """
    demand(by, Permission.SITTING_ASSIGN)
    first = Sitting.objects.select_for_update(of=("self",)).with_people().get(pk=first.pk)
    _demand_first(first)
    if not (assessor.is_active and assessor.has_role(Role.INSTRUCTOR)):
        raise PracticalError("not_an_assessor", "This person does not hold the role of instructor.")
    others = list(Sitting.objects.filter(rates_again=first).exclude(state=SittingState.CANCELLED))
    if assessor.pk in {first.assessor_id, *(other.assessor_id for other in others)}:
        raise PracticalError("rates_already", "This person rates it already. A second rating needs somebody else.")
    stations = _stations_for(first, others)
    adjudicates = bool(others)
    row = Sitting(
        enrolment=first.enrolment,
        assessor=assessor,
        rubric_version=first.rubric_version,
        stations=stations,
        scheduled_for=max(first.scheduled_for, timezone.localdate()) if adjudicates else first.scheduled_for,
        starts_at=None if adjudicates else first.starts_at,
        ends_at=None if adjudicates else first.ends_at,
        place=first.place,
        device=first.device,
        device_family=first.device_family,
        simulated=first.simulated,
        nonce=uuid.uuid4(),
        assigned_by=by,
        rates_again=first,
        adjudicates=adjudicates,
    )
    list(User.objects.select_for_update().filter(pk=assessor.pk).values_list("pk"))  # against another plan for them
    _refuse_if_busy(row)
    refuse_unfit(assessor=assessor, duty=Duty.of(row))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise PracticalError(
            "rates_already", "Somebody named this person a moment ago. Load the page again."
        ) from error
    hold([row])
    data = {"rates_again": str(first.pk), "assessor": str(assessor.public_id), "adjudicates": row.adjudicates}
    record(Verb.SITTING_ASSIGNED, by=by, target=row, data=data)
    tell_of_sitting(row, News.GIVEN)
    return row


def _demand_first(first: Sitting) -> None:
    if first.rates_again_id is not None:
        raise PracticalError("not_a_first_rating", "This is a second rating itself. Choose the first one.")
    if first.state == SittingState.CANCELLED:
        raise PracticalError("sitting_cancelled", "The registrar has cancelled this sitting.")


def _stations_for(first: Sitting, others: Collection[Sitting]) -> list[str]:
    if not others:
        return list(first.stations)
    if any(other.state == SittingState.OPEN for other in others):
        raise PracticalError("second_rating_there", "Somebody is named already and has not signed yet.")
    disputed = stations_in_dispute(first)
    if not disputed:
        raise PracticalError("nothing_in_dispute", "The raters agree, so nobody has to decide between them.")
    return list(disputed)


def _refuse_if_busy(row: Sitting) -> None:
    if row.starts_at is None or row.ends_at is None:
        return
    own = Sitting.objects.filter(assessor=row.assessor, state=SittingState.OPEN)
    other = own.filter(starts_at__lt=row.ends_at, ends_at__gt=row.starts_at).first()
    if other is not None:
        sentence = f"{row.assessor.full_name} is in another practical at that time, {other.place}."
        raise PracticalError("person_busy", sentence)
