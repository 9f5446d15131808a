"""What is asked for when a form is analysed."""

from django import forms

from exams.analysing import Window


class WindowForm(forms.Form):
    """The days within which attempts were handed in; both may be left open."""

    since = forms.DateField(
        label="First day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: from the start.",
    )
    until = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="Empty: to the end."
    )

    def window(self) -> Window:
        """Return what was asked for; only after `is_valid`."""
        return Window(self.cleaned_data["since"], self.cleaned_data["until"])
