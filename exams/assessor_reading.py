"""What rests on an assessor: the records by which they let trainees pass, and practicals that are in doubt by them."""

from django.db.models import Exists, Min, OuterRef, QuerySet

from courses.models import Enrolment
from exams.models import AssessorQualification, SignOff, StationResult, practical_outcome
from lms.accounts.days import site_day
from lms.accounts.models import User


def passed_by(person: User) -> "QuerySet[SignOff]":
    """Find the records in force by which somebody let a trainee pass a station, newest first."""
    met = StationResult.objects.filter(sign_off=OuterRef("pk"), met=True)
    rows = SignOff.objects.filter(Exists(met), signer=person, corrected_by__isnull=True)
    return rows.with_people().select_related("sitting__enrolment__programme").order_by("-signed_at")


def practicals_in_doubt(enrolment: Enrolment) -> list[str]:
    """Say of a practical that counts why it is in doubt: one sentence for each withdrawn assessor it rests on."""
    rows = SignOff.objects.filter(sitting__enrolment=enrolment, corrected_by__isnull=True)
    doubts = AssessorQualification.objects.filter(person__in=rows.values("signer"), doubted_from__isnull=False)
    first = dict(doubts.order_by().values("person").annotate(first=Min("doubted_from")).values_list("person", "first"))
    if not first:
        return []
    outcome = practical_outcome(enrolment)
    names = {
        row.signer_id: row.printed_name
        for row in rows.filter(signer__in=first).select_related("sitting")
        if str(row.sitting_id) in outcome.counted
        and site_day(row.sitting.signed_at or row.signed_at) >= first[row.signer_id]
    }
    return [_doubt(name) for name in sorted(names.values())] if outcome.passed else []


def _doubt(name: str) -> str:
    return (
        f"{name}, who assessed stations of the practical, was withdrawn as an assessor, and the records are in doubt."
    )
