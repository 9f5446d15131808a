"""Taking a credential out of force for now, and putting it back.

One registrar suspends: it has to be quick, harms nobody who trusts the certificate, and can be undone. Two people put
it back, for then others rely on it again (S-8).
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from certificates.errors import SuspensionError
from certificates.models import Credential, SuspensionAct, SuspensionEvent
from certificates.rules.life import Act
from certificates.standing import publish_change, refuse_if_impossible, refuse_ones_own, take_for
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue
from lms.look.templatetags.moments import moment_text

REINSTATE = "certificate.reinstate"
Reason = SuspensionEvent.Reason
SUSPENDING = (Reason.ASSESSMENT_REVIEW, Reason.CONDUCT_REVIEW, Reason.IDENTITY_REVIEW, Reason.HOLDER_REQUEST)
REINSTATING = (Reason.REVIEW_ENDED, Reason.IN_ERROR, Reason.REQUEST_ENDED)


@transaction.atomic
def suspend(
    *, credential: Credential, reason: SuspensionEvent.Reason, public_text: str, private_note: str = "", by: User
) -> SuspensionEvent:
    """Take a credential out of force until it is put back, and tell the holder and those who watch it.

    Everybody sees `public_text`. Raises `PermissionDenied`, or `SuspensionError`: `no_text`, `wrong_reason`,
    `already_suspended`, or what else its status says against it.
    """
    demand(by, Permission.CERTIFICATE_SUSPEND)
    if reason not in SUSPENDING:
        raise SuspensionError("wrong_reason", "Choose why the certificate is suspended.")
    if not public_text.strip():
        raise SuspensionError("no_text", "Write the reason that people see who check the certificate.")
    taken = take_for(Act.SUSPEND, credential)
    event = SuspensionEvent(
        act=SuspensionAct.SUSPENDED,
        reason=reason,
        public_text=public_text.strip(),
        private_note=private_note.strip(),
        by=by,
    )
    return _add(taken, event, Verb.CREDENTIAL_SUSPENDED, by, {})


@transaction.atomic
def propose_reinstatement(
    *, credential: Credential, reason: SuspensionEvent.Reason, private_note: str, by: User
) -> Proposal:
    """Ask a second person to put a suspended credential back into force.

    Raises `PermissionDenied`, `SuspensionError`: `wrong_reason`, `own_certificate`, `not_suspended` and the like; and
    what `propose` refuses.
    """
    demand(by, Permission.CERTIFICATE_SUSPEND)
    if reason not in REINSTATING:
        raise SuspensionError("wrong_reason", "Choose why the certificate comes back into force.")
    refuse_ones_own(Act.REINSTATE, credential, by)
    refuse_if_impossible(Act.REINSTATE, credential)
    suspension = _suspension_of(credential)
    payload = {"suspension": suspension.number, "reason": reason.value}
    return propose(kind=REINSTATE, target=str(credential.pk), payload=payload, reason=private_note, by=by)


def _reinstate(proposal: Proposal, by: User) -> None:
    """Do what was confirmed, if it is about the suspension that was proposed to end."""
    taken = take_for(Act.REINSTATE, Credential.objects.get(pk=proposal.target))
    if _suspension_of(taken).number != proposal.payload["suspension"]:
        raise SuspensionError("changed_meanwhile", "This certificate was suspended again since. Propose it anew.")
    event = SuspensionEvent(
        act=SuspensionAct.REINSTATED,
        reason=proposal.payload["reason"],
        private_note=proposal.reason,
        by=proposal.proposed_by,
        confirmed_by=by,
    )
    data = {"proposal": str(proposal.pk), "proposed_by": str(proposal.proposed_by.public_id)}
    _add(taken, event, Verb.CREDENTIAL_REINSTATED, by, data)


def _add(credential: Credential, event: SuspensionEvent, verb: Verb, by: User, data: dict[str, Any]) -> SuspensionEvent:
    event.credential = credential
    event.number = credential.suspension_events.count() + 1
    event.save(force_insert=True)
    record(verb, by=by, target=credential, data={"number": event.number, "reason": event.reason} | data)
    kind = "certificate.suspension_mail"
    enqueue(kind, key=f"{kind}:{credential.pk}:{event.number}", payload={"event": event.pk})
    publish_change(credential, f"{event.act}-{event.number}")
    return event


def _suspension_of(credential: Credential) -> SuspensionEvent:
    """Return the event by which it is suspended, which the caller knows it to be."""
    suspension = credential.suspension
    assert suspension is not None  # noqa: S101 - the status said so in this transaction
    return suspension


def _describe(proposal: Proposal) -> Description:
    """Say what everybody will see, and why it was suspended."""
    credential = Credential.objects.get(pk=proposal.target)
    suspended = credential.suspension_events.select_related("by").get(number=proposal.payload["suspension"])
    facts = (
        ("Holder", credential.holder_name),
        ("Suspended", f"{moment_text(suspended.happened_at)} by {suspended.by.full_name}"),
        ("Because", f"{suspended.get_reason_display()}. {suspended.public_text}"),
        ("Comes back because", str(Reason(proposal.payload["reason"]).label)),
    )
    sentence = f"Certificate {credential.public_number} is in force again. Whoever checks it sees that at once."
    return Description(sentence, facts, reverse("certificates:registry_credential", args=[credential.pk]))


def _lapsed(proposal: Proposal) -> str:
    credential = Credential.objects.with_standing().get(pk=proposal.target)
    suspension = credential.suspension
    same = suspension is not None and suspension.number == proposal.payload["suspension"]
    standing = not credential.revoked and not credential.replaced_at
    return "" if same and standing else "The certificate is no longer suspended as it was when this was proposed."


def about_ones_own(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    """Which of them are about a credential of the person's own."""
    targets = {uuid.UUID(proposal.target): proposal.pk for proposal in proposals}
    own = Credential.objects.filter(pk__in=targets, enrolment__person=person).values_list("pk", flat=True)
    return frozenset(targets[credential] for credential in own)


def _subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    rows = Credential.objects.in_bulk([uuid.UUID(proposal.target) for proposal in proposals])
    named = {pk: f"{row.public_number} of {row.holder_name}" for pk, row in rows.items()}
    return {proposal.pk: named[uuid.UUID(proposal.target)] for proposal in proposals}


needs_two_people(
    Kind(
        REINSTATE,
        "Put a certificate back into force",
        Permission.CERTIFICATE_SUSPEND,
        _describe,
        _reinstate,
        concerns=about_ones_own,
        subjects=_subjects,
        lapsed=_lapsed,
    )
)
