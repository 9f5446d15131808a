"""Forms of providers' sites: the shape of what the registrar types, never a decision."""

from datetime import timedelta
from typing import Any

from django import forms

from courses.models import Enrolment, Pathway
from exams.models import ProviderSite, SitePlacement
from exams.practical_forms import instructors
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.zones import zone_choices

USUAL_DAYS = 365


def _day(label: str, ask: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": ask, "invalid": "Enter the day as 2026-05-31."},
    )


class SiteForm(forms.Form):
    """A provider's clinic."""

    name = forms.CharField(
        max_length=50,
        help_text="Short: it stands before the room of each practical.",
        error_messages={"required": "Enter the name of the site."},
    )
    place = forms.CharField(
        max_length=120, help_text="Address or town.", error_messages={"required": "Enter where the site is."}
    )
    time_zone = forms.ChoiceField(label="Time zone", error_messages={"required": "Choose the time zone of the site."})
    contact = forms.CharField(
        max_length=200,
        help_text="Name, and mail or telephone.",
        error_messages={"required": "Enter whom to ask there."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every zone that is named after a place; a site has no browser to follow."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["time_zone"]
        field.choices = [("", "Choose"), *zone_choices()[1:]]


class ApproveForm(forms.Form):
    """Whom the registrar approves, from when until when."""

    person = forms.ModelChoiceField(
        label="Assessor",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={"required": "Choose the assessor."},
    )
    since = _day("First day", "Enter the first day.")
    until = _day("Last day", "Enter the last day.")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """Offer everybody who holds the role of instructor but oneself."""
        today = site_day()
        kwargs["initial"] = {"since": today, "until": today + timedelta(days=USUAL_DAYS)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = instructors().exclude(pk=by.pk)


class EnrolmentField(forms.ModelChoiceField[Enrolment]):
    """Trainees by name and programme."""

    def label_from_instance(self, enrolment: Enrolment) -> str:
        """Show who, and in which programme."""
        return f"{enrolment.person.full_name}, {enrolment.programme.title}"


class PlaceForm(forms.Form):
    """Which trainee learns at a site."""

    enrolment = EnrolmentField(
        label="Trainee",
        queryset=Enrolment.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Choose the trainee."},
    )

    def __init__(self, *args: Any, site: ProviderSite, **kwargs: Any) -> None:
        """Offer trainees on the job who are not at this site already."""
        super().__init__(*args, **kwargs)
        here = SitePlacement.objects.filter(site=site, ended_at__isnull=True).values("enrolment")
        rows = Enrolment.objects.filter(pathway=Pathway.PROVIDER, closed_at__isnull=True).exclude(pk__in=here)
        field: Any = self.fields["enrolment"]
        field.queryset = rows.select_related("person", "programme").order_by("person__full_name", "pk")
