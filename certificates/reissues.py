"""Issuing a credential again with another name: asked for, proposed, and done when a second person confirms (S-8).

The new edition is a new credential with a number, a file and a badge of its own; what was assessed, when it was awarded
and until when it is good stay as they were. The edition before is superseded by the very row of the new one, so at no
moment are both in force, and nothing can be left half done.
"""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import rfc8785
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certificates.checkpoints import checkpoint
from certificates.errors import IssuanceError, ReissueError
from certificates.issuing import issuer_now
from certificates.models import Credential, Doubt, ReissueRequest
from certificates.rendering import render
from certificates.rules.life import Act
from certificates.rules.numbering import draw_number, format_number
from certificates.rules.record import digest
from certificates.standing import publish_change, refuse_if_impossible, refuse_ones_own, take_for
from lms.accounts.models import User
from lms.accounts.names import clean_name
from lms.accounts.permissions import Permission, Scope, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

REISSUE = "certificate.reissue"
REPLACED = "replaced"  # the news that those who watch the old one get
Outcome = ReissueRequest.Outcome


def ask_for_reissue(
    *, credential: Credential, reason: ReissueRequest.Reason, wanted_name: str, explanation: str, by: User
) -> ReissueRequest:
    """Ask that a credential be issued again with another name; nothing changes yet. Holders ask for their own only.

    The page is drawn once to try the name: a new edition whose PDF cannot be made must never take the place of one that
    has its PDF. That takes a tenth of a second, so call it outside a transaction.

    Raises `PermissionDenied`, or `ReissueError`: `name_not_printable`, `same_name`, `no_explanation`,
    `waiting_already`, or what the status says against it.
    """
    if demand(by, Permission.REISSUE_ASK) is not Scope.ALL and credential.enrolment.person_id != by.pk:
        raise PermissionDenied("A holder asks for their own certificate.")
    refuse_if_impossible(Act.REISSUE, credential)
    name = _printable(wanted_name)
    if name == credential.holder_name:
        raise ReissueError("same_name", "This is the name that stands on the certificate already.")
    if not explanation.strip():
        raise ReissueError("no_explanation", "Say why, and by what document the registrar can check it.")
    _refuse_if_it_cannot_be_drawn(credential, name)
    request = ReissueRequest(
        credential=credential, reason=reason, wanted_name=name, explanation=explanation.strip(), asked_by=by
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            data = {"credential": str(credential.pk), "reason": reason.value}
            record(Verb.REISSUE_ASKED, by=by, target=request, data=data)
    except IntegrityError as error:
        raise ReissueError("waiting_already", "A request for this certificate waits already.") from error
    return request


@transaction.atomic
def propose_reissue(*, request: ReissueRequest, reason: str, by: User) -> Proposal:
    """Ask a second person to issue again, exactly as the request says; `reason` says how it was checked.

    Raises `PermissionDenied`, `ReissueError`: `settled_already`, `own_certificate`, `in_doubt`, or what the status says
    against it; and what `propose` refuses.
    """
    demand(by, Permission.CERTIFICATE_REISSUE)
    _refuse_if_settled(request)
    refuse_ones_own(Act.REISSUE, request.credential, by)
    refuse_if_impossible(Act.REISSUE, request.credential)
    _refuse_if_in_doubt(request.credential)
    salt = secrets.token_hex(16)
    payload = {"salt": salt, "request_sha256": _digest_of(request, salt)}
    return propose(kind=REISSUE, target=str(request.pk), payload=payload, reason=reason, by=by)


@transaction.atomic
def decline_reissue(*, request: ReissueRequest, note: str, by: User) -> ReissueRequest:
    """Decline a request; the holder gets the note by mail.

    Raises `PermissionDenied`, or `ReissueError`: `no_note`, `settled_already`, `own_certificate`, or `proposed` while a
    second person is asked.
    """
    demand(by, Permission.CERTIFICATE_REISSUE)
    refuse_ones_own(Act.REISSUE, request.credential, by)
    if not note.strip():
        raise ReissueError("no_note", "Write to the holder why, and what is missing.")
    if Proposal.objects.filter(kind=REISSUE, target=str(request.pk), state=ProposalState.OPEN).exists():
        raise ReissueError("proposed", "A second person is asked to confirm this. Withdraw or decline that first.")
    _settle(request, Outcome.DECLINED, by, note.strip())
    record(Verb.REISSUE_DECLINED, by=by, target=request)
    kind = "certificate.declined_mail"
    enqueue(kind, key=f"{kind}:{request.pk}", payload={"request": str(request.pk)})
    return request


@transaction.atomic
def withdraw_reissue(*, request: ReissueRequest, by: User) -> ReissueRequest:
    """Take back a request of one's own. Raises `PermissionDenied`, or `ReissueError` `settled_already`."""
    demand(by, Permission.REISSUE_ASK)
    if request.asked_by_id != by.pk:
        raise PermissionDenied("Only who asked can withdraw it.")
    _settle(request, Outcome.WITHDRAWN, by)
    record(Verb.REISSUE_WITHDRAWN, by=by, target=request)
    return request


def _reissue(proposal: Proposal, by: User) -> None:
    """Do what was confirmed: the new edition, its event and its jobs in the transaction of the confirmation."""
    request = ReissueRequest.objects.select_related("credential__enrolment").get(pk=proposal.target)
    old = take_for(Act.REISSUE, request.credential)
    if _digest_of(request, proposal.payload["salt"]) != proposal.payload["request_sha256"]:
        raise ReissueError("changed_meanwhile", "The request is not as it was when this was proposed.")
    _settle(request, Outcome.REISSUED, by)
    new = _next_edition(old, request.wanted_name)
    new.save(force_insert=True)
    proposer = str(proposal.proposed_by.public_id)
    data = {"replaces": str(old.pk), "proposal": str(proposal.pk), "proposed_by": proposer}
    record(Verb.CREDENTIAL_REISSUED, by=by, target=new, data=data)
    # From its event on, this transaction holds the head of the audit chain. A doubt about what the credential rests on
    # takes that too, before it looks for the credential: one that came first is seen here.
    _refuse_if_in_doubt(old)
    key = f"certificate.render:{new.pk}:1"
    enqueue("certificate.render", key=key, payload={"credential": str(new.pk)})
    publish_change(old, REPLACED)
    checkpoint("before_reissue_commit")


def _next_edition(old: Credential, name: str) -> Credential:
    number = draw_number(secrets.randbits)
    written = format_number(number)
    statement = replace(
        old.statement,
        number=written,
        holder=_printable(name),
        issuer=issuer_now(),
        verify_url=f"{settings.SITE_URL}/verify/{written}",
    )
    content = statement.to_bytes()
    return Credential(
        enrolment=old.enrolment,
        kind=old.kind,
        edition=old.edition + 1,
        number=number,
        holder_name=statement.holder,
        programme_title=old.programme_title,
        curriculum_version=old.curriculum_version,
        issued_at=timezone.now(),
        awarded_on=old.awarded_on,
        valid_until=old.valid_until,
        record=content,
        record_sha256=digest(content),
    )


def _printable(name: str) -> str:
    try:
        return clean_name(name)
    except ValidationError as error:
        raise ReissueError("name_not_printable", error.messages[0]) from error


def _refuse_if_it_cannot_be_drawn(credential: Credential, name: str) -> None:
    try:
        render(replace(credential.statement, holder=name), development=False)
    except IssuanceError as error:
        sentence = (
            f"This name cannot be printed on our certificates as they are. Write to the registry. {error.sentence}"
        )
        raise ReissueError("name_not_printable", sentence) from error


def _settle(request: ReissueRequest, outcome: ReissueRequest.Outcome, by: User, note: str = "") -> None:
    """Settle a request once; of two people at once one is refused."""
    still_open = ReissueRequest.objects.filter(pk=request.pk, settled_at__isnull=True)
    if not still_open.update(outcome=outcome, settled_by=by, settled_at=timezone.now(), note=note):
        raise _settled()
    request.refresh_from_db()


def _refuse_if_settled(request: ReissueRequest) -> None:
    if not request.is_open:
        raise _settled()


def _settled() -> ReissueError:
    return ReissueError("settled_already", "This request was settled already.")


def _refuse_if_in_doubt(credential: Credential) -> None:
    if Doubt.objects.filter(credential=credential, kept_at__isnull=True).exists():
        raise ReissueError("in_doubt", "An assessment beneath this certificate is in doubt. Decide about that first.")


def _digest_of(request: ReissueRequest, salt: str) -> str:
    """Return the digest of what is asked for: the second person confirms exactly this."""
    asked: dict[str, Any] = {
        "credential": str(request.credential_id),
        "reason": request.reason,
        "name": request.wanted_name,
        "salt": salt,
    }
    return hashlib.sha256(rfc8785.dumps(asked)).hexdigest()


def _describe(proposal: Proposal) -> Description:
    """Say what name stands on the new one, and what stays."""
    request = ReissueRequest.objects.select_related("credential", "asked_by").get(pk=proposal.target)
    old = request.credential
    facts = (
        ("Certificate now", f"{old.public_number}, {old.holder_name}"),
        ("New name", request.wanted_name),
        ("Why", request.get_reason_display()),
        ("Asked by", f"{request.asked_by.full_name}: {request.explanation}"),
    )
    sentence = (
        "The certificate is issued again with the new name and a new number. The old one is superseded for good; what "
        "was assessed and the day of the award stay."
    )
    return Description(sentence, facts, reverse("certificates:registry_credential", args=[old.pk]))


def _lapsed(proposal: Proposal) -> str:
    request = ReissueRequest.objects.get(pk=proposal.target)
    if not request.is_open:
        return "The request was settled meanwhile."
    credential = Credential.objects.with_standing().get(pk=request.credential_id)
    try:
        refuse_if_impossible(Act.REISSUE, credential)
        _refuse_if_in_doubt(credential)
    except ReissueError as refusal:
        return refusal.sentence
    return ""


def _concerns(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    targets = {uuid.UUID(proposal.target): proposal.pk for proposal in proposals}
    own = ReissueRequest.objects.filter(pk__in=targets, credential__enrolment__person=person)
    return frozenset(targets[request] for request in own.values_list("pk", flat=True))


def _subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    targets = [uuid.UUID(proposal.target) for proposal in proposals]
    rows = ReissueRequest.objects.select_related("credential").in_bulk(targets)
    named = {pk: f"{row.credential.public_number}: {row.wanted_name}" for pk, row in rows.items()}
    return {proposal.pk: named[uuid.UUID(proposal.target)] for proposal in proposals}


needs_two_people(
    Kind(
        REISSUE,
        "Issue a certificate again",
        Permission.CERTIFICATE_REISSUE,
        _describe,
        _reissue,
        concerns=_concerns,
        subjects=_subjects,
        lapsed=_lapsed,
        afterwards="The new PDF is made within seconds, and the holder gets a mail.",
    )
)
