"""The medical review of a lesson: begun here or by an editor in the CMS, answered by a physician in the CMS."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import TaskState

from content.rules.reviews import ReviewerRole, ReviewScope
from courses.errors import ReviewError
from courses.models import LessonPage, LessonReview, reason_against_reviewing
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def start_review(*, lesson: LessonPage, by: User) -> bool:
    """Begin the medical review of the newest revision of a lesson, without making another one.

    False when a review waits already. Raises `PermissionDenied`, and `ReviewError`: is_author, has_draft, no_workflow.
    """
    demand(by, Permission.LESSON_REVIEW)
    if reason := reason_against_reviewing(lesson, by):
        raise ReviewError("is_author", reason)
    if lesson.workflow_in_progress:
        return False
    if lesson.latest_revision_id != lesson.live_revision_id:
        raise ReviewError("has_draft", "This lesson has an unpublished draft. An editor submits it to the review.")
    workflow = lesson.get_workflow()
    if workflow is None:
        raise ReviewError("no_workflow", "The workflow of medical reviews is switched off. Ask whoever runs the site.")
    workflow.start(lesson, by)
    data = {"code": lesson.code, "revision": lesson.latest_revision_id}
    record(Verb.LESSON_REVIEW_STARTED, by=by, target=lesson, data=data)
    return True


@transaction.atomic
def record_lesson_review(*, task_state: TaskState, by: User) -> LessonReview:
    """Record that a physician approved a revision of a lesson. Raises `PermissionDenied`, which undoes it."""
    demand(by, Permission.LESSON_REVIEW)
    lesson: LessonPage = task_state.workflow_state.content_object.specific
    if reason := reason_against_reviewing(lesson, by):
        raise PermissionDenied(reason)
    scope, role = ReviewScope.MEDICAL.value, ReviewerRole.PHYSICIAN.value
    review, _ = LessonReview.objects.get_or_create(
        page_revision=task_state.revision_id,
        name=by.full_name,
        scope=scope,
        reviewed_on=timezone.localdate(),
        defaults={"lesson_code": lesson.code, "reviewer": by, "role": role},
    )
    data = {"code": lesson.code, "revision": task_state.revision_id, "scope": scope, "role": role}
    record(Verb.LESSON_REVIEWED, by=by, target=lesson, data=data)
    return review
