"""Making badges and status lists: drawn up by the rules, signed with the issuer's key, stored once.

Only workers come here, for only they have the key.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from certificates.badge_keys import BadgeIdentity, badge_identity
from certificates.checkpoints import checkpoint
from certificates.errors import IssuanceError
from certificates.models import Badge, BadgeKey, Credential, StatusList
from certificates.rules.badges import documents
from certificates.rules.badges.addresses import Addresses
from certificates.rules.badges.canonical import UncanonicalError
from certificates.rules.badges.proof import with_proof
from certificates.rules.badges.status_list import LENGTH, Purpose
from certificates.rules.record import digest
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

FIRST_LIST = 1
# So many taken places drawn in a row say that a list is full enough: about half of it, in the long run.
DRAWS_PER_LIST = 8
LIST_HOLDS_FOR = timedelta(hours=24)
LIST_IS_MADE_EVERY = timedelta(hours=6)


def addresses() -> Addresses:
    """Return where the parts of our badges are found."""
    return Addresses(settings.SITE_URL)


def badge_of(credential: Credential) -> Badge:
    """Return the badge of a credential; make, sign and store it if there is none yet.

    The row takes its place in the status lists by a unique constraint, so two workers get one badge: whoever comes
    second returns the first one. Raises `IssuanceError` when a text of the record cannot stand in a badge.
    """
    if existing := Badge.objects.filter(credential=credential).first():
        return existing
    newest = Badge.objects.order_by("-status_list").values_list("status_list", flat=True).first()
    number = newest or FIRST_LIST
    while True:
        for _ in range(DRAWS_PER_LIST):
            place = documents.Place(number, secrets.randbelow(LENGTH))
            if badge := _at_place(credential, place):
                return badge
        number += 1


def publish_status_lists(number: int) -> None:
    """Make, sign and store the lists of both purposes with this number, as the register stands now."""
    for purpose in Purpose:
        _publish(purpose, number)


def publish_all_status_lists() -> None:
    """Make every list again, before the signed ones run out."""
    for number in Badge.objects.order_by("status_list").values_list("status_list", flat=True).distinct():
        publish_status_lists(number)


def _at_place(credential: Credential, place: documents.Place) -> Badge | None:
    """Store the badge at this place, or return the one that another worker stored; None when the place is taken."""
    identity = badge_identity()
    content = _signed(_draw_up(credential, place), identity, credential.issued_at)
    try:
        with transaction.atomic():
            badge = Badge.objects.create(
                credential=credential,
                content=content,
                sha256=digest(content),
                key=_key_row(identity),
                status_list=place.number,
                status_index=place.index,
            )
            data = {"sha256": badge.sha256, "key": badge.key_id}
            record(Verb.BADGE_SIGNED, by=None, target=credential, data=data)
            # The first badge of a list brings the list about; its key makes that happen once.
            key = f"certificate.status_list:{place.number}:first"
            enqueue("certificate.status_list", key=key, payload={"number": place.number})
            checkpoint("before_badge_commit")
    except IntegrityError:
        if existing := Badge.objects.filter(credential=credential).first():
            return existing
        if Badge.objects.filter(status_list=place.number, status_index=place.index).exists():
            return None
        raise
    return badge


def _draw_up(credential: Credential, place: documents.Place) -> dict[str, Any]:
    enrolment = credential.enrolment
    return documents.badge(
        credential.statement,
        addresses=addresses(),
        identifier=str(credential.pk),
        given_for=documents.Achievement(
            enrolment.programme.code, credential.programme_title, credential.curriculum_version
        ),
        holder=documents.Holder(enrolment.person.email, secrets.token_hex(16)),
        place=place,
        issued_at=credential.issued_at,
        awarded_at=credential.first_issued_at,
        zone=timezone.get_default_timezone(),
    )


def _publish(purpose: Purpose, number: int) -> None:
    """Sign one list. Its row is locked before the register is read, so an older state never replaces a newer one."""
    identity = badge_identity()
    with transaction.atomic():
        now = timezone.now()
        key = _key_row(identity)
        StatusList.objects.get_or_create(
            purpose=purpose.value, number=number, defaults={"content": b"", "key": key, "signed_at": now}
        )
        row = StatusList.objects.select_for_update().get(purpose=purpose.value, number=number)
        listed = documents.status_list(
            addresses(),
            purpose,
            number,
            places=_places(purpose, number),
            valid_from=now,
            valid_until=now + LIST_HOLDS_FOR,
        )
        row.content, row.key, row.signed_at = _signed(listed, identity, now), key, now
        row.save()
        record(Verb.STATUS_LIST_SIGNED, by=None, target=row, data={"sha256": digest(row.content), "key": key.pk})


def _places(purpose: Purpose, number: int) -> list[int]:
    """Return the places whose bit is set: of what was revoked or replaced for good, or of what is suspended now."""
    listed = Badge.objects.filter(status_list=number)
    if purpose is Purpose.SUSPENSION:
        listed = listed.filter(credential__in=Credential.objects.suspended())
    else:
        replaced = Q(credential__in=Credential.objects.replaced())
        listed = listed.filter(Q(credential__revocation__isnull=False) | replaced)
    return list(listed.values_list("status_index", flat=True))


def _signed(document: dict[str, Any], identity: BadgeIdentity, created: datetime) -> bytes:
    method = addresses().method(identity.multikey)
    try:
        signed = with_proof(document, method=method, created=created, sign=identity.private_key.sign)
    except UncanonicalError as error:
        raise IssuanceError("no_badge", f"The badge cannot be signed: {error}") from error
    return rfc8785.dumps(signed)


def _key_row(identity: BadgeIdentity) -> BadgeKey:
    row, _ = BadgeKey.objects.get_or_create(
        multikey=identity.multikey,
        defaults={"label": identity.label[:200], "is_development": identity.is_development},
    )
    return row
