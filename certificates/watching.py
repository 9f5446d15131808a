"""Asking to be told when a certificate changes, confirming that, and ending it.

Nobody learns here who watches what, nor who holds what: who asks has the number already, every request gets the same
answer, and only the mail says more. No address is told anything before its owner confirmed it.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from certificates.models import Credential, Watch
from certificates.rules.validity import Status
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

WATCHABLE = {Status.VALID, Status.SUSPENDED}  # what the register says of the others changes no more
CONFIRM_WITHIN = timedelta(days=7)
ONE_MAIL_IN = timedelta(hours=6)  # to one address about one certificate
OPEN_PER_ADDRESS = 10  # unconfirmed requests of a day: enough for a clinic, too few to flood somebody's mailbox
MOST_PER_CREDENTIAL = 200
KEPT_AFTER_REVOCATION = timedelta(days=30)


@transaction.atomic
def ask_to_watch(*, credential: Credential, email: str) -> None:
    """Send the address a mail with a link to confirm, unless that was done a moment ago or too often.

    An address that watches already gets a mail that says so, with the link to end it.
    """
    address, now = email.strip().lower(), timezone.now()
    watch = Watch.objects.filter(credential=credential, email=address).first()
    if watch is None:
        if _too_many(credential, address):
            return
        watch, _ = Watch.objects.get_or_create(credential=credential, email=address, defaults={"asked_at": now})
    Watch.objects.filter(pk=watch.pk, confirmed_at__isnull=True).update(asked_at=now)
    # Requests of the same stretch of time have the same key, and so they are one mail.
    stretch = int(now.timestamp() // ONE_MAIL_IN.total_seconds())
    payload = {"watch": str(watch.pk), "stretch": stretch}
    enqueue("certificate.watch_asked", key=f"certificate.watch_asked:{watch.pk}:{stretch}", payload=payload)


@transaction.atomic
def confirm_watch(watch: Watch) -> bool:
    """Let an address be told from now on; False when it was confirmed before."""
    now = timezone.now()
    if not Watch.objects.filter(pk=watch.pk, confirmed_at__isnull=True).update(confirmed_at=now):
        return False
    record(Verb.WATCH_BEGUN, by=None, target=watch, data={"credential": str(watch.credential_id)})
    return True


@transaction.atomic
def end_watch(watch: Watch) -> bool:
    """Forget an address; False when it is forgotten already."""
    removed, _ = Watch.objects.filter(pk=watch.pk).delete()
    if removed:
        record(Verb.WATCH_ENDED, by=None, target=watch, data={"credential": str(watch.credential_id)})
    return bool(removed)


def forget_old_watches() -> int:
    """Forget addresses that never confirmed, and those told long ago that theirs was revoked or replaced."""
    now = timezone.now()
    never_confirmed = Q(confirmed_at__isnull=True, asked_at__lt=now - CONFIRM_WITHIN)
    long_ago = now - KEPT_AFTER_REVOCATION
    told_long_ago = Q(credential__revocation__revoked_at__lt=long_ago) | Q(
        credential__in=Credential.objects.replaced(before=long_ago)
    )
    removed, _ = Watch.objects.filter(never_confirmed | told_long_ago).delete()
    return removed


def _too_many(credential: Credential, address: str) -> bool:
    since = timezone.now() - timedelta(days=1)
    open_requests = Watch.objects.filter(email=address, confirmed_at__isnull=True, asked_at__gt=since)
    taken = Watch.objects.filter(credential=credential)
    return open_requests.count() >= OPEN_PER_ADDRESS or taken.count() >= MOST_PER_CREDENTIAL
