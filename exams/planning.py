"""Who waits for a practical: what the registrar plans next."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from courses.models import Enrolment
from exams.models import Attempt, Exam, SignOff, Sitting, SittingState
from exams.rules.practical import Outcome


def waiting_for_practical() -> "QuerySet[Enrolment]":
    """Find who completed the course, passed what is required, and has no sitting ahead; who waits longest comes first.

    `last_outcome` is the outcome of the newest signed record, or None. Whoever was found competent there does not wait:
    a practical in several parts is planned in parts by hand, found by name.
    """
    own = {"enrolment": OuterRef("pk")}
    effective = SignOff.objects.filter(sitting__enrolment=OuterRef("pk"), corrected_by__isnull=True)
    rows = Enrolment.objects.filter(closed_at__isnull=True, course_completed_at__isnull=False)
    rows = rows.exclude(Exists(required_exams_not_passed()))
    rows = rows.exclude(Exists(Sitting.objects.filter(state=SittingState.OPEN, **own)))
    rows = rows.annotate(last_outcome=Subquery(effective.order_by("-signed_at").values("outcome")[:1]))
    rows = rows.filter(Q(last_outcome__isnull=True) | ~Q(last_outcome=Outcome.COMPETENT.value))
    return rows.order_by("course_completed_at", "pk")


def required_exams_not_passed() -> "QuerySet[Exam]":
    """Find the required exams of an outer enrolment's programme that this enrolment has not passed."""
    passed = Attempt.objects.passing().filter(enrolment=OuterRef(OuterRef("pk")), exam=OuterRef("pk"))
    return Exam.objects.filter(programme=OuterRef("programme"), is_required=True).exclude(Exists(passed))
