"""Forms that narrow lists."""

from collections.abc import Sequence
from typing import Any

from django import forms

from lms.audit.verbs import SENTENCES
from lms.dashboard.review_board import ReviewState


class ReviewFilterForm(forms.Form):
    """Which part of the review board to show; without a state, what has to be done. `areas` are those that exist."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "To do"), *((state.value, state.label) for state in ReviewState)]
    )
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Lessons and items"), ("lesson", "Lessons"), ("item", "Items")]
    )
    area = forms.ChoiceField(label="Module or content area", required=False)

    def __init__(self, *args: Any, areas: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField)  # noqa: S101 - narrows the type
        area.choices = [("", "All"), *((code, code) for code in areas)]


class AuditFilterForm(forms.Form):
    """Which part of the audit trail to show; every field may stay empty."""

    verb = forms.ChoiceField(
        label="What happened",
        required=False,
        choices=[("", "Anything"), *((verb.value, sentence.capitalize()) for verb, sentence in SENTENCES.items())],
    )
    actor = forms.CharField(label="Who (name or email)", required=False, max_length=200)
    target = forms.CharField(label="On what (type:number)", required=False, max_length=200)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
