"""The step of Wagtail's workflow in which a TMS physician reads a lesson."""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.models import Revision, Task, TaskState

from content.rules.reviews import is_author
from courses.models.pages import LessonPage
from lms.accounts.models import User
from lms.accounts.permissions import Permission, scope_of


def reason_against_reviewing(lesson: LessonPage, person: User) -> str:
    """Say why a person may not review a lesson for what is medically right; empty when they may."""
    if not person.is_active or scope_of(person, Permission.LESSON_REVIEW) is None:
        return "Only a TMS physician reviews what is medically right."
    if lesson.owner_id == person.pk or is_author(person.full_name, lesson.authors):
        return "You are an author of this lesson. Another physician has to review it."
    if Revision.objects.for_instance(lesson).filter(user=person).exists():
        return "You edited this lesson. Another physician has to review it."
    return ""


class MedicalReviewTask(Task):
    """A physician who wrote nothing of the lesson approves one revision or asks for changes."""

    def user_can_access_editor(self, obj: Any, user: User) -> bool:
        """Let physicians open what waits for them, so that they see who may not review it and why."""
        return scope_of(user, Permission.LESSON_REVIEW) is not None

    def locked_for_user(self, obj: Any, user: User) -> bool:
        """Keep the wording as it is while it is read; physicians see it unlocked, to be able to answer."""
        return scope_of(user, Permission.LESSON_REVIEW) is None

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, str, bool]]:
        """Offer answers to those who may give them."""
        if not isinstance(obj.specific, LessonPage) or reason_against_reviewing(obj.specific, user):
            return []
        return [("reject", "Request changes", True), ("approve", "Approve: medically right", False)]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> Any:
        """List what waits for the person on their start page of the CMS."""
        if scope_of(user, Permission.LESSON_REVIEW) is None:
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> Any:
        """Take an answer. Raises `PermissionDenied` with the reason for those who may not give it."""
        lesson = task_state.workflow_state.content_object.specific
        if reason := reason_against_reviewing(lesson, user):
            raise PermissionDenied(reason)
        if task_state.revision_id != lesson.latest_revision_id:
            raise PermissionDenied("The lesson was edited after this review began. Start the review again.")
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        """Tell editors what the step is."""
        return "A TMS physician who did not write or edit the lesson approves it"
