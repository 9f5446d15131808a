"""Background work of certificates: making the badge and the signed file, the status lists, and the mails."""

import logging
from typing import Any
from urllib.parse import urlsplit

from celery.signals import worker_process_init
from django.conf import settings
from django.core.files.storage import storages
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from certificates import rendering, signing
from certificates.badges import badge_of, publish_status_lists
from certificates.checkpoints import checkpoint
from certificates.issuer_keys import SigningIdentity, signing_identity
from certificates.models import CertificateFile, Credential, IssuerKey, ReissueRequest, SuspensionAct, SuspensionEvent
from certificates.register.entering import enter_due
from certificates.register.publishing import bring_up_to_date
from certificates.rules.record import digest
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue
from lms.jobs.registry import handles
from lms.storages import keep_private

logger = logging.getLogger(__name__)

FIRST_VERSION = 1


@handles("certificate.render")
def render_certificate(payload: dict[str, Any]) -> None:
    """Render, sign and store the file of a credential with its badge inside, unless it is there already.

    The badge comes first and is stored by itself: whoever starts again puts the same one into the file. May be killed
    anywhere and run again: equal input gives equal bytes under the same name, and the file's row, its event, its entry
    in the log and the mail are one transaction. Should two workers make different bytes (the key changed in between),
    the first row stays and the other file is removed.
    """
    credential = _credential(payload)
    if credential.files.filter(version=FIRST_VERSION).exists():
        return
    identity = signing_identity()
    statement = credential.statement
    badge = badge_of(credential)
    checkpoint("after_badge")
    pdf = rendering.render(statement, badge=bytes(badge.content), development=identity.is_development)
    checkpoint("before_sign")
    signed = signing.sign(pdf, record=statement, identity=identity, moment=credential.issued_at)
    checkpoint("after_sign")
    storage_name = _store(signed)
    checkpoint("after_store")
    if not _keep(credential, identity, signed, storage_name):
        _drop_unless_kept(storage_name)


@handles("certificate.badge")
def make_badge(payload: dict[str, Any]) -> None:
    """Make the badge of a credential that was awarded before there were badges."""
    badge_of(_credential(payload))


@handles("certificate.status_list")
def make_status_lists(payload: dict[str, Any]) -> None:
    """Make the status lists of a number."""
    publish_status_lists(payload["number"])


@handles("certificate.list_revocation")
def list_revocation(payload: dict[str, Any]) -> None:
    """Bring the lists up to date with a credential that was revoked, replaced, suspended or put back.

    One that has no badge yet gets it first: made a moment later by another worker, it would miss this list.
    """
    publish_status_lists(badge_of(_credential(payload)).status_list)


@handles("certificate.log_checkpoint")
def sign_and_publish_log(payload: dict[str, Any]) -> None:
    """Sign a checkpoint over everything that was entered so far, and publish it; one that comes late finds it done."""
    bring_up_to_date()


@handles("certificate.mail")
def mail_certificate(payload: dict[str, Any]) -> None:
    """Tell the holder that the certificate is there; the link asks for log-in, the PDF is not in the mail."""
    credential = Credential.objects.select_related("enrolment__person").get(pk=payload["credential"])
    if credential.edition == 1:
        _send("issued", credential, "Your certificate is ready")
    else:
        _send("reissued", credential, "Your certificate was issued again")


@handles("certificate.revocation_mail")
def mail_revocation(payload: dict[str, Any]) -> None:
    """Tell the holder that the certificate was revoked, and why."""
    credential = Credential.objects.select_related("enrolment__person", "revocation").get(pk=payload["credential"])
    _send("revoked", credential, "Your certificate was revoked")


@handles("certificate.suspension_mail")
def mail_suspension(payload: dict[str, Any]) -> None:
    """Tell the holder that the certificate was suspended, and why, or that it is in force again."""
    event = SuspensionEvent.objects.select_related("credential__enrolment__person").get(pk=payload["event"])
    suspends = event.act == SuspensionAct.SUSPENDED
    subject = "Your certificate was suspended" if suspends else "Your certificate is in force again"
    _send(event.act, event.credential, subject, name=f".{event.number}", event=event)


@handles("certificate.declined_mail")
def mail_declined(payload: dict[str, Any]) -> None:
    """Tell the holder that the certificate is not issued again, and why."""
    rows = ReissueRequest.objects.select_related("credential__enrolment__person")
    request = rows.get(pk=payload["request"])
    subject = "About the name on your certificate"
    _send("reissue_declined", request.credential, subject, name=f".{request.pk}", request=request)


@worker_process_init.connect
def warm_up(**_: Any) -> None:
    """Load fonts and style sheet when a worker starts, not with its first certificate."""
    rendering.warm_up()


def _credential(payload: dict[str, Any]) -> Credential:
    rows = Credential.objects.select_related("enrolment__person", "enrolment__programme")
    return rows.get(pk=payload["credential"])


def _store(signed: bytes) -> str:
    """Put the bytes into private storage under their digest; the same bytes are stored once."""
    return keep_private(f"certificates/{digest(signed)}.pdf", signed)


def _keep(credential: Credential, identity: SigningIdentity, signed: bytes, storage_name: str) -> bool:
    """Write the file's row with its event, its entry in the log and the mail; False when another worker was first."""
    try:
        with transaction.atomic():
            kept = CertificateFile.objects.create(
                credential=credential,
                version=FIRST_VERSION,
                storage_name=storage_name,
                sha256=digest(signed),
                size=len(signed),
                key=_key_row(identity),
                signature_level=signing.SIGNATURE_LEVEL,
                template_version=rendering.TEMPLATE_VERSION,
            )
            record(
                Verb.CERTIFICATE_SIGNED, by=None, target=credential, data={"sha256": kept.sha256, "key": kept.key_id}
            )
            enter_due([credential.pk])
            enqueue("certificate.mail", key=f"certificate.mail:{kept.pk}", payload={"credential": str(credential.pk)})
            checkpoint("before_commit")
    except IntegrityError:
        if credential.files.filter(version=FIRST_VERSION).exists():
            return False
        raise
    return True


def _drop_unless_kept(storage_name: str) -> None:
    """Remove the bytes of a worker that came second, if no row points at them."""
    if not CertificateFile.objects.filter(storage_name=storage_name).exists():
        storages["private"].delete(storage_name)
        logger.warning("A second file of a certificate was removed.")


def _key_row(identity: SigningIdentity) -> IssuerKey:
    row, _ = IssuerKey.objects.get_or_create(
        fingerprint=identity.fingerprint,
        defaults={
            "label": identity.label[:200],
            "certificate_pem": identity.certificate_pem,
            "is_development": identity.is_development,
        },
    )
    return row


def _send(kind: str, credential: Credential, subject: str, *, name: str = "", **told: Any) -> None:
    """Send a plain mail with a fixed Message-ID, so that a mail sent twice is one mail for its reader."""
    person = credential.enrolment.person
    host = urlsplit(settings.SITE_URL).hostname
    address = settings.SITE_URL + reverse("certificates:credential", kwargs={"credential_id": credential.pk})
    body = render_to_string(f"certificates/mail/{kind}.txt", {"credential": credential, "address": address, **told})
    message = EmailMessage(
        f"{subject}: {credential.public_number}",
        body,
        to=[person.email],
        headers={"Message-ID": f"<certificate.{kind}.{credential.pk}{name}@{host}>"},
    )
    message.send()
