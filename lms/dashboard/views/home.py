"""What each person sees first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.models import Enrolment
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.accounts.roles import Role
from lms.dashboard.certificate_path import open_programmes, road_of, waiting_applications
from lms.dashboard.desks import WAITING, desks_of
from lms.dashboard.seminar_news import seminar_news_of


@requires(Permission.HOME_READ)
def home(request: PersonRequest) -> HttpResponse:
    """Show the next thing to do for each role that the person holds."""
    person = request.user
    context: dict[str, object] = {
        "desks": desks_of(person),
        "waiting": WAITING,
        "is_trainee": person.has_role(Role.TRAINEE),
    }
    if context["is_trainee"]:
        now = timezone.now()
        mine = Enrolment.objects.filter(person=person, closed_at__isnull=True).select_related("programme", "bookmark")
        context |= {
            "roads": [road_of(enrolment, now=now) for enrolment in mine.order_by("enrolled_at")],
            "applications": waiting_applications(person),
            "programmes": open_programmes(person),
            "seminars": seminar_news_of(person, now=now),
        }
    return render(request, "dashboard/home.html", context)
