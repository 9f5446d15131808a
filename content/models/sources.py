"""The works that lessons and articles cite."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet


@register_snippet
class Source(models.Model):
    """One work, cited by its key. `read` says how much of it the authors really read."""

    class Read(models.TextChoices):
        """How much was read."""

        FULL = "full", "In full"
        ABSTRACT = "abstract", "Abstract"
        TABLE = "table", "A table of it"
        OFFICIAL_SUMMARY = "official_summary", "An official summary"
        NONE = "none", "Not read: cited from knowledge"

    key = models.SlugField(max_length=64, unique=True)
    citation = models.TextField()
    url = models.URLField("address", max_length=500, blank=True)
    read = models.CharField("read by the authors", max_length=16, choices=Read.choices, default=Read.NONE)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    panels = [FieldPanel("key"), FieldPanel("citation"), FieldPanel("url"), FieldPanel("read")]

    class Meta:
        """By key."""

        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
