"""What learning listens to."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import TaskState
from wagtail.signals import task_approved

from content.models import Figure, Recording, Source, Term
from courses.actions.reviews import record_lesson_review
from courses.models import MedicalReviewTask, RenderedLesson
from lms.accounts.models import User


@receiver(post_save, sender=Source)
@receiver(post_save, sender=Figure)
@receiver(post_save, sender=Recording)
@receiver(post_save, sender=Term)
@receiver(post_delete, sender=Term)
def forget_rendered_lessons(**_: Any) -> None:
    """Lessons show citations, words and files: when one changes, all are rendered anew at their next reading."""
    RenderedLesson.objects.all().delete()


@receiver(task_approved)
def keep_medical_review(instance: TaskState, user: User, **_: Any) -> None:
    """An approval of the medical step is a review; Wagtail sends this inside the transaction of the approval."""
    if isinstance(instance.task.specific, MedicalReviewTask):
        record_lesson_review(task_state=instance, by=user)
