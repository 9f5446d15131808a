"""The words that the lessons explain."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

from content.models.sources import Source


def check_names(names: Any) -> None:
    """Raise `ValidationError` unless this is a list of words."""
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValidationError('Write a list of words in quotes, such as ["MSO", "maximum stimulator output"].')


@register_snippet
class Term(models.Model):
    """One word of the field with its meaning. `lesson_code` names the lesson in which it is taught, if there is one."""

    key = models.SlugField(max_length=64, unique=True, help_text="Its place on the page: /glossary/#key.")
    name = models.CharField("word", max_length=200)
    also: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, blank=True, validators=[check_names], help_text='Abbreviations and synonyms, such as ["MSO"].'
    )
    definition = models.TextField(help_text="Plain text, one to three sentences.")
    sources = models.ManyToManyField(Source, blank=True, related_name="+")
    lesson_code = models.CharField(
        "taught in",
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^M\d{2}-\d{2}\Z", "A code such as M01-01.")],
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    panels = [
        FieldPanel("key"),
        FieldPanel("name"),
        FieldPanel("also"),
        FieldPanel("definition"),
        FieldPanel("sources"),
        FieldPanel("lesson_code"),
    ]

    class Meta:
        """By name."""

        verbose_name = "glossary term"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> tuple[str, ...]:
        """The word and its other names."""
        return (self.name, *self.also)
