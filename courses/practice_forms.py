"""Shape of what a trainee asks for when practising."""

from collections.abc import Sequence
from typing import Any

from django import forms

from courses.rules.practice import SIZES


class PracticeForm(forms.Form):
    """Which modules, how many questions, with or without a clock."""

    modules = forms.MultipleChoiceField(
        label="Modules",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one module."},
    )
    count = forms.TypedChoiceField(
        label="Number of questions",
        choices=[(size, str(size)) for size in SIZES],
        coerce=int,
        initial=10,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many questions."},
    )
    timed = forms.TypedChoiceField(
        label="Clock",
        choices=[("no", "Without a clock"), ("yes", "At the pace of the exam, 75 seconds a question")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose with or without a clock."},
    )

    def __init__(self, *args: Any, modules: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["modules"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - narrows the type
        field.choices = list(modules)
