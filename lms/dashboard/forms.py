"""Forms that narrow lists."""

from django import forms

from lms.audit.verbs import SENTENCES


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
