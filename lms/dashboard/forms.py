"""Forms that narrow lists."""

from typing import Any

from django import forms

from lms.audit.verbs import SENTENCES
from lms.dashboard.job_words import words_of
from lms.jobs.models import JobState


class AuditFilterForm(forms.Form):
    """Which part of the audit trail to show; every field may stay empty."""

    verb = forms.ChoiceField(
        label="What happened",
        required=False,
        choices=[("", "Anything"), *((verb.value, sentence.capitalize()) for verb, sentence in SENTENCES.items())],
    )
    actor = forms.CharField(label="Who (name or email)", required=False, max_length=200)
    target = forms.CharField(label="On what (type:number)", required=False, max_length=200)
    day = forms.DateField(
        label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class JobFilterForm(forms.Form):
    """Which jobs to show; every field may stay empty."""

    kind = forms.ChoiceField(label="What it does", required=False)
    day = forms.DateField(
        label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    state = forms.ChoiceField(required=False, choices=[("", ""), *JobState.choices], widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        """Offer the kinds that there are."""
        super().__init__(*args, **kwargs)
        named = sorted((words_of(kind), kind) for kind in kinds)
        field: Any = self.fields["kind"]
        field.choices = [("", "Anything"), *((kind, words) for words, kind in named)]
