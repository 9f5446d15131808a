"""Telling people what became of a certificate: those who watch it, and its holder before it ends.

A mail tells what holds when it is sent. Each piece of news is one job per address under a fixed key, so nobody is told
twice, and an address that ended its watch meanwhile is told nothing.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from certificates.models import Credential, Watch
from certificates.rules.expiry import FURTHEST, TOLD_UNTIL, Notice, notice_due
from certificates.rules.validity import Status
from certificates.watch_links import confirm_link, end_link
from lms.jobs.actions import enqueue, enqueue_all
from lms.jobs.registry import handles

STATUS_SUBJECTS = {
    Status.VALID: "A certificate that you watch is in force again",
    Status.SUSPENDED: "A certificate that you watch was suspended",
    Status.SUPERSEDED: "A certificate that you watch was replaced",
    Status.EXPIRED: "A certificate that you watch has expired",
    Status.REVOKED: "A certificate that you watch was revoked",
}
ENDS_SOON = "A certificate that you watch ends soon"
NO_REMINDER = {Status.REVOKED, Status.SUPERSEDED, Status.SUSPENDED}  # an end is no news to these


@handles("certificate.watch_asked")
def answer_request(payload: dict[str, Any]) -> None:
    """Ask the owner of an address to confirm a watch, or say that it is confirmed already."""
    if watch := _watch(payload):
        confirmed = watch.confirmed_at is not None
        kind, subject = ("watching", "You are told of changes") if confirmed else ("confirm_watch", "Please confirm")
        _tell(watch, kind, subject, name=str(payload["stretch"]))


@handles("certificate.watch_news")
def tell_watchers(payload: dict[str, Any]) -> None:
    """Put one mail for each confirmed address on the list of work."""
    watches = Watch.objects.filter(credential=payload["credential"], confirmed_at__isnull=False)
    news = payload["news"]
    jobs = {
        f"certificate.watch_mail:{pk}:{news}": {"watch": str(pk), "news": news}
        for pk in watches.values_list("pk", flat=True)
    }
    enqueue_all("certificate.watch_mail", jobs)


@handles("certificate.watch_mail")
def mail_watcher(payload: dict[str, Any]) -> None:
    """Tell one address what the register says now."""
    if watch := _watch(payload):
        status, news = watch.credential.status_at(timezone.now()), payload["news"]
        ends = status is Status.VALID and news in set(Notice)
        _tell(watch, "watch_news", ENDS_SOON if ends else STATUS_SUBJECTS[status], name=news, ends=ends)


@handles("certificate.expiry_mail")
def mail_holder(payload: dict[str, Any]) -> None:
    """Remind the holder that the certificate ends, or say that it has; nothing while it is out of force."""
    rows = Credential.objects.select_related("enrolment__person", "revocation")
    credential = rows.get(pk=payload["credential"])
    status = credential.status_at(timezone.now())
    if status in NO_REMINDER:
        return
    address = settings.SITE_URL + reverse("certificates:credential", kwargs={"credential_id": credential.pk})
    subject = "Your certificate has expired" if status is Status.EXPIRED else "Your certificate ends soon"
    context = {"credential": credential, "status": status.value, "address": address}
    message = EmailMessage(
        f"{subject}: {credential.public_number}",
        render_to_string("certificates/mail/expiry.txt", context),
        to=[credential.enrolment.person.email],
        headers={"Message-ID": _message_id(f"expiry.{credential.pk}.{payload['news']}")},
    )
    message.send()


def announce_ends() -> None:
    """Put on the list of work what is to be told today about certificates that end or have ended."""
    today = timezone.localdate(timezone.now(), timezone.get_default_timezone())
    within = (today - TOLD_UNTIL, today + FURTHEST)
    # One that is suspended is left alone: should it come back into force, its end is told then.
    suspended = Credential.objects.suspended().values("pk")
    ending = Credential.objects.standing().filter(valid_until__range=within).exclude(pk__in=suspended)
    ending = ending.only("valid_until")
    for credential in ending.iterator(chunk_size=500):
        if credential.valid_until and (notice := notice_due(credential.valid_until, today)):
            _announce(credential, notice.value)


@transaction.atomic
def _announce(credential: Credential, news: str) -> None:
    payload = {"credential": str(credential.pk), "news": news}
    for kind in ("certificate.expiry_mail", "certificate.watch_news"):
        enqueue(kind, key=f"{kind}:{credential.pk}:{news}", payload=payload)


def _watch(payload: dict[str, Any]) -> Watch | None:
    return Watch.objects.select_related("credential__revocation").filter(pk=payload["watch"]).first()


def _tell(watch: Watch, kind: str, subject: str, *, name: str, ends: bool = False) -> None:
    """Send a plain mail with a fixed Message-ID, and with the header by which mail programs offer to end it."""
    credential, end = watch.credential, end_link(watch)
    page = settings.SITE_URL + reverse("certificates:verify_number", kwargs={"number": credential.public_number})
    context = {
        "credential": credential,
        "status": credential.status_at(timezone.now()).value,
        "ends_soon": ends,
        "suspension": credential.suspension,
        "replaced_at": credential.replaced_at,
        "page": page,
        "confirm": confirm_link(watch),
        "end": end,
    }
    message = EmailMessage(
        f"{subject}: {credential.public_number}",
        render_to_string(f"certificates/mail/{kind}.txt", context),
        to=[watch.email],
        headers={
            "Message-ID": _message_id(f"{kind}.{watch.pk}.{name}"),
            "List-Unsubscribe": f"<{end}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        },
    )
    message.send()


def _message_id(name: str) -> str:
    return f"<certificate.{name}@{urlsplit(settings.SITE_URL).hostname}>"
