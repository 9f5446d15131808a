"""Shape of what the pages of remediation plans are sent."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms

from courses.models import Enrolment
from courses.models.outline import outline_of
from exams.actions.remediation import Activity
from exams.models import ActivityKind, PlanOutcome
from exams.practicum_forms import PersonField, supervisors_of
from exams.rules.remediation import LONGEST_DAYS
from lms.accounts.days import site_day
from lms.accounts.models import User

LESSONS = 3
DAYS_AT_FIRST = 14
CHECKED = forms.BooleanField(label="I have looked: it belongs to no patient", required=False)
NO_PATIENT = "No patient details: no name, date of birth, number or photo."
# Where the refusal of an action is mended.
FIELDS = {
    "bad_day": "due_on",
    "not_later": "due_on",
    "no_follow_up": "follow_up_by",
    "same_person": "to",
    "no_text": "text",
    "remark_needed": "remark",
    "no_activity": "practice",
    "too_many": "practice",
    "unknown_lesson": "lesson_1",
}


def _day_field(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day."},
    )


def _text_field(label: str, hint: str = "", rows: int = 3, **changes: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=f"{hint} {NO_PATIENT}".strip(), max_length=1000, widget=widget, **changes
    )


class PlanForm(forms.Form):
    """What the trainee does until when, and who follows it up."""

    practice = _text_field("Supervised practice", "One thing in each line, such as: ten coil placements on the head model.", required=False)  # fmt: skip # noqa: E501
    reading = _text_field("Reading", "One thing in each line.", required=False)
    due_on = _day_field("Last day", f"Within {LONGEST_DAYS} days.")
    follow_up_by = PersonField(
        label="Who follows it up",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose who follows it up."},
    )
    checked = CHECKED
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        """Offer the lessons of the course, and the people who may follow up."""
        first = {"nonce": uuid.uuid4(), "due_on": site_day() + timedelta(days=DAYS_AT_FIRST)}
        kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        people: Any = self.fields["follow_up_by"]
        people.queryset = supervisors_of(enrolment)
        groups = [
            (module.title, [(lesson.code, f"{lesson.code} {lesson.title}") for lesson in module.lessons])
            for module in outline_of(enrolment.programme)
        ]
        for number in range(1, LESSONS + 1):
            self.fields[f"lesson_{number}"] = forms.ChoiceField(
                label=f"Lesson {number}", choices=[("", "None"), *groups], required=False
            )

    def lessons(self) -> list[forms.BoundField]:
        """The fields that choose lessons."""
        return [self[f"lesson_{number}"] for number in range(1, LESSONS + 1)]

    @property
    def activities(self) -> list[Activity]:
        """What was entered, in the order of the page; only when the form is valid."""
        return list(self._activities())

    def _activities(self) -> Iterator[Activity]:
        given = self.cleaned_data
        codes = [given[f"lesson_{number}"] for number in range(1, LESSONS + 1)]
        yield from (Activity(ActivityKind.LESSON, lesson_code=code) for code in dict.fromkeys(codes) if code)
        for name, kind in (("practice", ActivityKind.PRACTICE), ("reading", ActivityKind.READING)):
            lines = [line.strip() for line in given[name].splitlines()]
            yield from (Activity(kind, line) for line in lines if line)


class PlanAnswerForm(forms.Form):
    """The trainee agrees, or has read the plan and remarks on it."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("agree", "I have read the plan and agree"), ("remark", "I have read the plan and have a remark")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two answers."},
    )
    remark = _text_field("Remark", required=False)
    checked = CHECKED


class NoteForm(forms.Form):
    """How it goes on."""

    text = _text_field("What was done", error_messages={"required": "Say what was done."})
    checked = CHECKED


class PostponeForm(forms.Form):
    """A later last day."""

    due_on = _day_field("New last day")
    text = _text_field("Reason", rows=2, error_messages={"required": "Say why."})
    checked = CHECKED


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.TypedChoiceField(
        label="How it ended",
        choices=PlanOutcome.choices,
        coerce=PlanOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ended."},
    )
    text = _text_field("What you saw", error_messages={"required": "Say what you saw."})
    checked = CHECKED


class HandOverForm(forms.Form):
    """Who follows up from now on."""

    to = PersonField(
        label="Who follows it up from now on",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose a person."},
    )
    text = _text_field("Reason", rows=2, error_messages={"required": "Say why."})
    checked = CHECKED

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        """Offer the people who may follow up."""
        super().__init__(*args, **kwargs)
        people: Any = self.fields["to"]
        people.queryset = supervisors_of(enrolment)
