"""Every component in all its states, for those who build and check pages."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lms.accounts.permissions import Permission, requires


class SampleForm(forms.Form):
    """Each kind of field once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the errors after the labels."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"Enter: {str(field.label).lower()}."

    name = forms.CharField(label="Full name", help_text="As it shall stand on your certificate.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    pathway = forms.ChoiceField(label="Pathway", choices=[("academic", "Academic"), ("clinical", "Clinical")])
    day = forms.DateField(label="Day of the sitting", widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label="Certificate file", help_text="A PDF of at most 10 MB.")
    agree = forms.BooleanField(label="I observed every step myself")


@requires(Permission.STYLEGUIDE_READ)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components."""
    context = {
        "sample": SampleForm(prefix="sample"),
        "form": SampleForm({"faulty-note": "Values are kept."}, prefix="faulty"),
        "now": timezone.now(),
        "tones": ["good", "attention", "bad"],
    }
    return render(request, "dashboard/styleguide.html", context)
