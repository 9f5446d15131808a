"""Beginning the medical review of a lesson."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from courses.actions.reviews import start_review
from courses.errors import ReviewError
from courses.models import LessonPage
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.LESSON_REVIEW)
@require_POST
def start(request: PersonRequest, lesson_id: int) -> HttpResponse:
    """Begin the review, or join the one that waits, and go to where it is answered."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    try:
        start_review(lesson=lesson, by=request.user)
    except ReviewError as error:
        messages.error(request, error.sentence)
        return redirect(lesson.address)
    return redirect("wagtailadmin_pages:edit", lesson.pk)
