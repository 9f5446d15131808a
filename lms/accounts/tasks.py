"""Background work of accounts: the mail about a role."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from lms.accounts.models import RoleGrant
from lms.accounts.roles import DESCRIPTIONS, Role
from lms.jobs.registry import handles


@handles("role.mail")
def mail_role(payload: dict[str, Any]) -> None:
    """Tell a person that a role was granted or ended; sent twice it is one mail by its fixed Message-ID."""
    grant = RoleGrant.objects.select_related("person").get(pk=payload["grant"])
    news, role = payload["news"], DESCRIPTIONS[Role(grant.role)]
    host = urlsplit(settings.SITE_URL).hostname
    EmailMessage(
        f"Your role at Threshold: {role.name} {news}",
        render_to_string(
            "accounts/mail/role.txt", {"grant": grant, "role": role, "news": news, "site": settings.SITE_URL}
        ),
        to=[grant.person.email],
        headers={"Message-ID": f"<role.{news}.{grant.pk}@{host}>"},
    ).send()
