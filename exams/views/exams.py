"""Which exam a candidate's request is about."""

from django.http import Http404

from courses.models import Enrolment
from exams.models import Exam
from lms.accounts.requests import PersonRequest


def exam_for(request: PersonRequest, code: str) -> tuple[Exam, Enrolment]:
    """Return an exam with the person's newest enrolment in its programme; 404 for everybody who has none."""
    exam = (
        Exam.objects.select_related("active_form__blueprint", "assembly_policy__blueprint", "policy")
        .filter(code=code)
        .first()
    )
    if exam is not None:
        enrolments = Enrolment.objects.filter(person=request.user, programme=exam.programme_id)
        if enrolment := enrolments.order_by("-enrolled_at").first():
            return exam, enrolment
    raise Http404
