"""Who waits for a practical: what the registrar plans next."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Enrolment
from exams.models import Attempt, Exam, RubricVersion, SignOff, Sitting, SittingState, StationResult
from exams.rules.practical import Outcome


def waiting_for_practical() -> "QuerySet[Enrolment]":
    """Find who completed the course, passed what is required, and has no sitting ahead; who waits longest comes first.

    `last_outcome` is the outcome of the newest signed record, or None. Whoever was found competent there still waits
    while stations are left, or too few people assessed them, by the newest rubric version among the signed sittings.
    """
    own = {"enrolment": OuterRef("pk")}
    effective = SignOff.objects.filter(sitting__enrolment=OuterRef("pk"), corrected_by__isnull=True)
    rows = Enrolment.objects.filter(closed_at__isnull=True, course_completed_at__isnull=False)
    rows = rows.exclude(Exists(required_exams_not_passed()))
    rows = rows.exclude(Exists(Sitting.objects.filter(state=SittingState.OPEN, **own)))
    newest = effective.order_by("-sitting__rubric_version__number").values("sitting__rubric_version")
    rows = rows.annotate(
        last_outcome=Subquery(effective.order_by("-signed_at").values("outcome")[:1]),
        version=Subquery(newest[:1]),
        stations_met=_distinct("station"),
        assessors=_distinct("sign_off__signer"),
    )
    rows = rows.filter(Q(last_outcome__isnull=True) | ~Q(last_outcome=Outcome.COMPETENT.value) | _in_parts())
    return rows.order_by("course_completed_at", "pk")


def _distinct(what: str) -> Coalesce:
    """Count the different values among the stations that effective records of an outer enrolment say are met."""
    met = StationResult.objects.filter(
        sign_off__sitting__enrolment=OuterRef("pk"), sign_off__corrected_by__isnull=True, met=True
    )
    counted = met.order_by().values("sign_off__sitting__enrolment").annotate(found=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("found")), 0)


def _in_parts() -> Q:
    """Match enrolments whose signed parts are not yet a whole practical by the version they were assessed by."""
    found = Q(pk__in=[])
    for version in RubricVersion.objects.defer("content"):  # read once per process: see `RubricVersion.plain`
        rubric = version.plain
        short = Q(stations_met__lt=len(rubric.codes)) | Q(assessors__lt=rubric.rules.minimum_assessors)
        found |= Q(version=version.pk) & short
    return found


def required_exams_not_passed() -> "QuerySet[Exam]":
    """Find the required exams of an outer enrolment's programme that this enrolment has not passed."""
    passed = Attempt.objects.passing().filter(enrolment=OuterRef(OuterRef("pk")), exam=OuterRef("pk"))
    return Exam.objects.filter(programme=OuterRef("programme"), is_required=True).exclude(Exists(passed))
