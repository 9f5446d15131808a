"""What learning listens to."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from content.models import Figure, Recording, Source, Term
from courses.models import RenderedLesson


@receiver(post_save, sender=Source)
@receiver(post_save, sender=Figure)
@receiver(post_save, sender=Recording)
@receiver(post_save, sender=Term)
@receiver(post_delete, sender=Term)
def forget_rendered_lessons(**_: Any) -> None:
    """Lessons show citations, words and files: when one changes, all are rendered anew at their next reading."""
    RenderedLesson.objects.all().delete()
