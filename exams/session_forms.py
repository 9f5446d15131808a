"""Forms of exam sessions and of those who supervise: the shape of what people type, never a decision."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from exams.actions.invigilation import MOST_MINUTES
from exams.forms import ExamField
from exams.models import Exam, ExamSession, VoidKind
from lms.accounts.models import User
from lms.accounts.permissions import MATRIX, Permission

LONGEST_REASON = 1000


class PlanSessionForm(forms.Form):
    """Which exam, where, when, how many seats, who supervises."""

    exam = ExamField(to_field_name="code", empty_label="Choose")
    place = forms.CharField(max_length=120, help_text="Building and room.")
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label="Start", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=1,
        max_value=720,
        help_text="Nobody starts after the end. Whoever has started keeps their full time.",
    )
    seats = forms.IntegerField(min_value=1, max_value=1000)
    invigilators = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Name at least one invigilator."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the exams that have a form, and the people who may supervise."""
        super().__init__(*args, **kwargs)
        self._field("exam").queryset = Exam.objects.filter(active_form__isnull=False).order_by("title", "code")
        roles = [role.value for role in MATRIX[Permission.INVIGILATE]]
        people = User.objects.filter(is_active=True, role_grants__role__in=roles, role_grants__ended_at__isnull=True)
        self._field("invigilators").queryset = people.distinct().order_by("full_name")
        self._field("starts").help_text = f"In your time zone, {timezone.get_current_timezone_name()}."

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @property
    def starts_at(self) -> datetime:
        """Day and time of the start on the clock of whoever plans."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["starts"]))


class ChangeSessionForm(PlanSessionForm):
    """What a planned session is to be from now on; `revision` is the one that the page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, session: ExamSession, **kwargs: Any) -> None:
        """Show the session as it is; its exam stays."""
        now = timezone.localtime(session.starts_at)
        people = session.invigilators.all()
        shown: dict[str, Any] = {
            "place": session.place,
            "day": now.date(),
            "starts": now.time(),
            "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
            "seats": session.seats,
            "invigilators": [str(person.public_id) for person in people],
            "revision": session.revision,
        }
        super().__init__(*args, **kwargs | {"initial": shown})
        del self.fields["exam"]


class ReasonForm(forms.Form):
    """Why. Kept with the attempt."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput,
        label="Reason or note",
        help_text="Kept with the attempt. No health details, no patient details.",
    )


class TimeForm(ReasonForm):
    """Why, and how many minutes."""

    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        error_messages={"invalid": "Enter whole minutes."},
    )


class VoidForm(forms.Form):
    """As what an attempt is to be voided, and why. Its page has another form with a reason, hence ids of its own."""

    kind = forms.ChoiceField(
        label="Why it is void",
        choices=[
            (VoidKind.TECHNICAL.value, "Technical fault: it does not use up an attempt"),
            (VoidKind.MISCONDUCT.value, "Misconduct: it uses up an attempt"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="What happened",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The second person decides by this. No health details.",
        error_messages={"required": "Say what happened. The second person decides by this."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the answers of the form, under ids that no other form of the page has."""
        super().__init__(*args, **kwargs | {"auto_id": "void_%s"})
