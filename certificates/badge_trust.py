"""Which keys a badge of ours may stand under, and what our lists say: read from the register."""

from urllib.parse import urlsplit

from django.conf import settings

from certificates.models import BadgeKey, StatusList
from certificates.rules.badges.addresses import Addresses
from certificates.rules.badges.checking import IssuerTrust


def trusted_multikeys() -> list[str]:
    """Return every key that signed badges, retired ones too, oldest first.

    Development keys are believed only where `ISSUER_DEVELOPMENT_KEY` allows them.
    """
    keys = BadgeKey.objects.order_by("first_used_at", "pk")
    if not settings.ISSUER_DEVELOPMENT_KEY:
        keys = keys.filter(is_development=False)
    return list(keys.values_list("multikey", flat=True))


def issuer_trust() -> IssuerTrust:
    """Return whom we believe: ourselves."""
    addresses = Addresses(settings.SITE_URL)
    return IssuerTrust(addresses.did, {addresses.method(name): name for name in trusted_multikeys()})


def own_status_list(address: str) -> bytes | None:
    """Return the signed list that we serve at an address of ours, None for any other address."""
    site, path = settings.SITE_URL, urlsplit(address).path.strip("/").split("/")
    if not address.startswith(f"{site}/status/") or len(path) != 3 or not path[2].isdecimal():
        return None
    row = StatusList.objects.filter(purpose=path[1], number=int(path[2])).first()
    return bytes(row.content) if row else None
