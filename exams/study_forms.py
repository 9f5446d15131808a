"""What is asked for when stored answers are studied."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from exams.actions.studies import Question
from exams.models import Exam, ExamForm, StudyKind
from exams.studying import AUTOMATIC

MODELS = [
    ("1pl", "One slope for all items (1PL, Rasch): from 30 persons"),
    ("2pl", "A slope for each item (2PL): from several hundred persons"),
]
METHODS = {
    AUTOMATIC: "What the numbers recommend",
    "identity": "Identity: a point is a point",
    "mean": "Mean",
    "linear": "Linear",
    "tucker": "Tucker, by common items",
    "chained": "Chained linear, by common items",
    "equipercentile": "Equipercentile",
    "rasch": "Rasch, by common items",
}


class _StudyForm(forms.Form):
    """A question about some forms of an exam."""

    kind: StudyKind
    choices_of_forms: tuple[str, ...] = ("form",)

    def __init__(self, *args: Any, exam: Exam, forms_taken: QuerySet[ExamForm], **kwargs: Any) -> None:
        """Offer the forms that somebody took."""
        super().__init__(*args, **kwargs | {"prefix": str(self.kind)})
        self.exam = exam
        for name in self.choices_of_forms:
            cast("forms.ModelChoiceField[ExamForm]", self.fields[name]).queryset = forms_taken

    def question(self) -> Question:
        """Return what was asked for; only after `is_valid`."""
        return Question(self.kind, self.exam, **self.cleaned_data)


def _form_field(label: str, **changes: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(queryset=ExamForm.objects.none(), label=label, **changes)


class CalibrateForm(_StudyForm):
    """Which answers to calibrate, by which model."""

    kind = StudyKind.CALIBRATION

    form = _form_field("Form", required=False, empty_label="All forms, on one scale")
    method = forms.ChoiceField(label="Model", choices=MODELS)


class CompareForm(_StudyForm):
    """On which form to compare groups."""

    kind = StudyKind.FAIRNESS

    form = _form_field("Form", empty_label="Choose")


class EquateForm(_StudyForm):
    """Which form to put on the scale of which."""

    kind = StudyKind.EQUATING
    choices_of_forms = ("form", "old_form")

    form = _form_field("New form", empty_label="Choose")
    old_form = _form_field("Old form", empty_label="Choose", help_text="The new form’s scores go to its scale.")
    method = forms.ChoiceField(label="Method", choices=list(METHODS.items()))
    random_groups = forms.BooleanField(
        label="Chance decided who took which form",
        required=False,
        help_text="Only if it really did, as by lot. Another year or another site is not chance.",
    )
