"""Links in mails by which the owner of an address confirms or ends a watch, without an account."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from certificates.models import Watch
from certificates.watching import CONFIRM_WITHIN

SALT = "certificates.watch"


def confirm_link(watch: Watch) -> str:
    """Return the address at which a watch is confirmed; it works for a week."""
    return _link("certificates:watch_confirm", watch)


def end_link(watch: Watch) -> str:
    """Return the address at which a watch is ended; it works as long as the watch does."""
    return _link("certificates:watch_end", watch)


def watch_of(token: str, *, within: timedelta | None = None) -> Watch | None:
    """Return the watch of a link; None when the link is not ours, too old, or the watch is gone."""
    try:
        key = signing.loads(token, salt=SALT, max_age=within)
    except signing.BadSignature:
        return None
    return Watch.objects.select_related("credential__revocation").filter(pk=key).first()


def confirmable(token: str) -> Watch | None:
    """Return the watch of a link that may still be confirmed."""
    return watch_of(token, within=CONFIRM_WITHIN)


def _link(name: str, watch: Watch) -> str:
    token = signing.dumps(str(watch.pk), salt=SALT)
    return settings.SITE_URL + reverse(name, kwargs={"token": token})
