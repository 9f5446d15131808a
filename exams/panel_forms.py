"""Shapes of what people type about panels. No decisions here."""

from typing import Any

from django import forms

from exams.rules.psychometrics.standard_setting.rounds import read_percent
from lms.accounts.models import User

OTHER = "other"
NO_PERCENT = "Type a whole number from 0 to 100."
CHOICES = [
    ("", "Choose"),
    ("0", "What the panel recommends"),
    ("-1", "1 standard error below it"),
    ("-2", "2 standard errors below it"),
    ("1", "1 standard error above it"),
    ("2", "2 standard errors above it"),
    (OTHER, "Another value"),
]


def _long(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenPanelForm(forms.Form):
    """Who is just good enough."""

    borderline = forms.CharField(
        label="Who is just good enough?",
        max_length=4000,
        widget=_long(6),
        help_text="What somebody can and cannot do who only just deserves to pass. All judges work from these words.",
    )


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of people by their names."""

    def label_from_instance(self, obj: User) -> str:
        """Show the name."""
        return obj.full_name


class JudgeForm(forms.Form):
    """A judge and what they bring along."""

    person = PersonField(queryset=User.objects.none(), label="Judge")
    background = forms.CharField(
        label="What they bring along", max_length=200, help_text="Profession, years, setting. Kept with the panel."
    )
    training = forms.CharField(
        label="How they were trained for this", max_length=500, help_text="What, by whom, when. Kept with the panel."
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """Offer these people, by name."""
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonField(queryset=people, label="Judge")


class RoundForm(forms.Form):
    """How the next round begins."""

    note = forms.CharField(
        label="What was discussed before this round",
        required=False,
        max_length=4000,
        widget=_long(),
        help_text="Kept with the round. Name no judge.",
    )
    show_p = forms.BooleanField(
        label="Show judges how many candidates answered each item right",
        required=False,
        help_text="From the newest analysis of the form. It is recorded that they saw it.",
    )


class AdoptForm(forms.Form):
    """The cut of the board and why."""

    steps = forms.ChoiceField(label="What the board adopts", choices=CHOICES)
    cut = forms.DecimalField(
        label="Cut in points",
        max_digits=7,
        decimal_places=2,
        help_text="Whoever has as many points or more passes. Usually a whole number.",
    )
    reason = forms.CharField(
        label="Reason of the board", max_length=4000, widget=_long(), help_text="Kept for good, with both names."
    )

    @property
    def steps_chosen(self) -> int | None:
        """The standard errors up or down; None for another value. Only after `is_valid`."""
        chosen = self.cleaned_data["steps"]
        return None if chosen == OTHER else int(chosen)


class RatingForm(forms.Form):
    """One rating."""

    percent = forms.CharField(
        label="Of 100 borderline candidates, how many answer it right?",
        max_length=20,
        error_messages={"required": NO_PERCENT},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input rating__input"}),
    )

    def clean_percent(self) -> int:
        """Read a whole number from 0 to 100; a sign for percent and spaces do no harm."""
        number = read_percent(self.cleaned_data["percent"])
        if number is None:
            raise forms.ValidationError(NO_PERCENT)
        return number
