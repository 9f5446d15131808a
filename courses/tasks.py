"""Background work of learning: the mails about an application."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from courses.models import Application, ApplicationState
from courses.rules.admission import decide_by, documents_to_see
from lms.jobs.registry import handles

SUBJECTS = {
    ApplicationState.SUBMITTED: "We have your application",
    ApplicationState.ADMITTED: "You are admitted",
    ApplicationState.DECLINED: "Your application was declined",
}


@handles("application.mail")
def mail_application(payload: dict[str, Any]) -> None:
    """Tell an applicant how the application stands; a mail sent twice is one mail by its fixed Message-ID.

    Facts stay out of the mail: a link leads to the status page, which asks for log-in.
    """
    application = Application.objects.select_related("person", "programme").get(pk=payload["application"])
    news = ApplicationState(payload["news"])
    EmailMessage(
        f"{SUBJECTS[news]}: {application.programme.title}",
        render_to_string(f"courses/mail/application_{news.value}.txt", _context(application)),
        to=[application.person.email],
        headers={"Message-ID": f"<application.{news.value}.{application.pk}@{urlsplit(settings.SITE_URL).hostname}>"},
    ).send()


def _context(application: Application) -> dict[str, Any]:
    address = reverse("courses:application", kwargs={"application_id": application.pk})
    with timezone.override(application.person.zone):
        decide_until = decide_by(timezone.localdate(application.submitted_at))
    return {
        "application": application,
        "documents": documents_to_see(application.facts),
        "decide_until": decide_until,
        "address": settings.SITE_URL + address,
    }
