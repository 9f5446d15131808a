"""Qualifications of assessors: granted, renewed, withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.assessor_reading import passed_by, practicals_in_doubt
from exams.errors import AssessorError
from exams.models import AssessorQualification, Qualification, RubricVersion
from exams.rules.assessors import CALIBRATION_DAYS, LONGEST_VALID_DAYS, DeviceFamily
from exams.rules.practical_saves import clean_text
from exams.signals import pass_in_doubt
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import day_text


@dataclass(frozen=True)
class Grounds:
    """What a qualification says: on which basis, for what, from when until when, and what was seen of the training."""

    basis: Qualification
    families: Collection[DeviceFamily]
    valid_from: date
    valid_until: date
    trained_on: date
    calibrated_on: date
    programme: Programme | None = None
    stations: Collection[str] = ()
    note: str = ""


@transaction.atomic
def grant(
    *, person: User, grounds: Grounds, by: User, renews: AssessorQualification | None = None
) -> AssessorQualification:
    """Qualify somebody to assess. With `renews`, the new one holds in the place of that one from its first day on.

    Raises `AssessorError`: own_qualification, not_an_instructor, no_device, days_in_disorder, too_long,
    training_to_come, training_after_start, calibration_to_come, calibration_too_old, unknown_station, not_standing,
    renewed_already.
    """
    demand(by, Permission.ASSESSORS_MANAGE)
    _demand_grantable(person, by)
    _demand_sensible(grounds)
    if renews is not None and (renews.person_id != person.pk or renews.withdrawn_at is not None):
        raise AssessorError(
            "not_standing", "This qualification was withdrawn, so it cannot be renewed. Grant a new one."
        )
    row = AssessorQualification(
        person=person,
        basis=grounds.basis,
        programme=grounds.programme,
        stations=sorted(grounds.stations),
        device_families=sorted(grounds.families),
        valid_from=grounds.valid_from,
        valid_until=grounds.valid_until,
        trained_on=grounds.trained_on,
        calibrated_on=grounds.calibrated_on,
        note=clean_text(grounds.note),
        renews=renews,
        granted_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AssessorError(
            "renewed_already", "Somebody renewed this qualification already. Load the page again."
        ) from error
    data = {
        "person": str(person.public_id),
        "basis": row.basis,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "renews": str(renews.pk) if renews else "",
    }
    record(Verb.ASSESSOR_QUALIFIED, by=by, target=row, data=data)
    return row


@transaction.atomic
def withdraw(*, person: User, reason: str, doubted_from: date | None, by: User) -> list[Enrolment]:
    """Withdraw every qualification of somebody that stands, and return whose practical is thereby in doubt.

    `doubted_from` is the first day whose records are in doubt; None when they stay trusted, as for somebody who stops.
    Whoever passed on a doubted record keeps the record; certificates that rest on it go to the registrar's list. Open
    sittings stay, and can neither be opened nor signed by this person any more.

    Raises `AssessorError`: own_qualification, no_reason, day_to_come, nothing_to_withdraw.
    """
    demand(by, Permission.ASSESSORS_MANAGE)
    if person.pk == by.pk:
        raise AssessorError("own_qualification", "Nobody decides about their own qualification. Ask somebody else.")
    reason = clean_text(reason)
    if not reason:
        raise AssessorError("no_reason", "Say why the qualification is withdrawn.")
    if doubted_from and doubted_from > site_day():
        raise AssessorError("day_to_come", "Records can be doubted from a day that has come, not from a later one.")
    rows = list(AssessorQualification.objects.standing().filter(person=person).order_by("pk"))
    withdrawn = [row for row in rows if _withdraw_row(row, reason, doubted_from, by)]
    if not withdrawn:
        raise AssessorError("nothing_to_withdraw", "This person has no qualification that could be withdrawn.")
    for row in withdrawn:
        data = {
            "person": str(person.public_id),
            "doubted_from": doubted_from.isoformat() if doubted_from else "",
        }
        record(Verb.ASSESSOR_WITHDRAWN, by=by, target=row, data=data)
    return _put_in_doubt(person) if doubted_from else []


def _withdraw_row(row: AssessorQualification, reason: str, doubted_from: date | None, by: User) -> bool:
    changed = AssessorQualification.objects.standing().filter(pk=row.pk)
    return bool(
        changed.update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawal_reason=reason, doubted_from=doubted_from
        )
    )


def _put_in_doubt(person: User) -> list[Enrolment]:
    """Tell of every practical that is passed and rests on this person's doubted records."""
    enrolments = {row.sitting.enrolment_id: row.sitting.enrolment for row in passed_by(person)}
    doubted = []
    for enrolment in enrolments.values():
        reasons = practicals_in_doubt(enrolment)
        for reason in reasons:
            pass_in_doubt.send(sender=AssessorQualification, enrolment=enrolment, reason=reason)
        if reasons:
            doubted.append(enrolment)
    return doubted


def _demand_grantable(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise AssessorError("own_qualification", "Nobody decides about their own qualification. Ask somebody else.")
    if not (person.is_active and person.has_role(Role.INSTRUCTOR)):
        raise AssessorError("not_an_instructor", "This person does not hold the role of instructor. Grant it first.")


def _demand_sensible(grounds: Grounds) -> None:
    today = site_day()
    if not grounds.families:
        raise AssessorError("no_device", "Choose at least one kind of device.")
    if grounds.valid_until < grounds.valid_from or grounds.valid_until < today:
        raise AssessorError("days_in_disorder", "The last day has passed, or is before the first. Choose a later day.")
    if (grounds.valid_until - grounds.valid_from).days > LONGEST_VALID_DAYS:
        raise AssessorError("too_long", "A qualification lasts three years at most. Choose an earlier last day.")
    if grounds.trained_on > today:
        raise AssessorError("training_to_come", "The assessor training is still to come. Grant it afterwards.")
    if grounds.trained_on > grounds.valid_from:
        sentence = f"The training was after the first day. Choose {day_text(grounds.trained_on)} or a later first day."
        raise AssessorError("training_after_start", sentence)
    if grounds.calibrated_on > today:
        raise AssessorError("calibration_to_come", "The calibration is still to come. Grant it afterwards.")
    if (today - grounds.calibrated_on).days > CALIBRATION_DAYS:
        raise AssessorError("calibration_too_old", "The calibration is more than a year ago. It has to be done again.")
    _demand_known_stations(grounds)


def _demand_known_stations(grounds: Grounds) -> None:
    if not grounds.stations:
        return
    versions = RubricVersion.objects.all()
    if grounds.programme:
        versions = versions.filter(rubric__programme=grounds.programme)
    known = {code for version in versions for code in version.plain.codes}
    if strange := sorted(set(grounds.stations) - known):
        raise AssessorError(
            "unknown_station", f"No rubric has the station {', '.join(strange)}. Write codes such as P08."
        )
