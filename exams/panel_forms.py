"""Shapes of what people type about panels. No decisions here."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from exams.models import PanelMethod
from exams.rules.psychometrics.standard_setting.answers import (
    CELLS,
    DIFFICULTY,
    RELEVANCE,
    Asked,
    contradiction,
    item_key,
)
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


METHODS = {
    PanelMethod.ANGOFF: "Of every item: how many of 100 borderline candidates answer it right. Two rounds or more.",
    PanelMethod.EBEL: "Every item goes by relevance and difficulty; then, how many are answered right in each cell.",
    PanelMethod.HOFSTEE: "The whole form: acceptable cuts and shares who fail, weighed against results.",
    PanelMethod.BEUK: "The whole form: the right cut and the share expected to pass, weighed against results.",
}


class OpenPanelForm(forms.Form):
    """The method, and who is just good enough."""

    method = forms.ChoiceField(
        label="How do they judge?",
        choices=[(method.value, f"{method.label}. {words}") for method, words in METHODS.items()],
        initial=PanelMethod.ANGOFF.value,
        widget=forms.RadioSelect,
        help_text="It stays as long as the panel is open.",
    )
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

    def __init__(self, *args: Any, has_error: bool = True, **kwargs: Any) -> None:
        """Offer standard errors up and down where the method has them."""
        super().__init__(*args, **kwargs)
        if not has_error:
            self.fields["steps"] = forms.ChoiceField(
                label="What the board adopts", choices=[one for one in CHOICES if one[0] in ("", "0", OTHER)]
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
        return _percent(self.cleaned_data["percent"])


def _percent(text: str) -> int:
    number = read_percent(text)
    if number is None:
        raise forms.ValidationError(NO_PERCENT)
    return number


class CellForm(forms.Form):
    """Where a judge puts one item by Ebel's method."""

    relevance = forms.ChoiceField(
        label="How relevant is it for a beginner’s work?", choices=list(RELEVANCE.items()), widget=forms.RadioSelect
    )
    difficulty = forms.ChoiceField(
        label="How hard is it for a borderline candidate?", choices=list(DIFFICULTY.items()), widget=forms.RadioSelect
    )

    @classmethod
    def showing(cls, cell: str) -> "CellForm":
        """Return the form with what was said before, or with nothing chosen."""
        if cell not in CELLS:
            return cls()
        relevance, difficulty = cell.split(".")
        return cls(initial={"relevance": relevance, "difficulty": difficulty})

    def answers(self, place: int) -> dict[str, str]:
        """Return what is kept. Only after `is_valid`."""
        return {item_key(place): f"{self.cleaned_data['relevance']}.{self.cleaned_data['difficulty']}"}


class PercentField(forms.CharField):
    """A whole number from 0 to 100, with or without a sign for percent."""

    def clean(self, value: Any) -> int:
        """Read the number."""
        return _percent(super().clean(value))


class FiguresForm(forms.Form):
    """Questions that are answered in whole percent; a field is named after what it is about."""

    def __init__(self, *args: Any, asked: Sequence[Asked], given: Mapping[str, str], **kwargs: Any) -> None:
        """Ask these questions; what was answered before stands in the fields."""
        super().__init__(*args, **kwargs)
        for one in asked:
            self.fields[one.about] = PercentField(
                label=one.label,
                help_text=one.hint,
                max_length=20,
                initial=given.get(one.about, ""),
                error_messages={"required": NO_PERCENT},
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input figures__input"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse limits in the wrong order."""
        data: dict[str, Any] = super().clean() or {}
        if why := contradiction({about: str(value) for about, value in data.items()}):
            raise forms.ValidationError(why)
        return data

    def answers(self) -> dict[str, str]:
        """Return what is kept. Only after `is_valid`."""
        return {about: str(value) for about, value in self.cleaned_data.items()}
