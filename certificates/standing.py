"""What every change of a credential's standing shares: one at a time, only where it is possible, and told at once."""

from typing import Any

from django.utils import timezone

from certificates.errors import ReissueError, RevocationError, SuspensionError
from certificates.models import Credential
from certificates.register.entering import enter_due
from certificates.rules.life import Act, objection_to
from lms.accounts.errors import CodedError
from lms.accounts.models import User
from lms.jobs.actions import enqueue

ERRORS: dict[Act, type[CodedError]] = {
    Act.SUSPEND: SuspensionError,
    Act.REINSTATE: SuspensionError,
    Act.REVOKE: RevocationError,
    Act.REISSUE: ReissueError,
}


def take_for(act: Act, credential: Credential) -> Credential:
    """Return the credential as it is now, if the act is possible; whoever else changes its standing waits.

    The lock leaves rows that point at the credential alone, and comes before the audit chain's. Raises the error of the
    act, with the code of `rules.life.objection_to`.
    """
    taken = Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
    refuse_if_impossible(act, taken)
    return taken


def refuse_if_impossible(act: Act, credential: Credential) -> None:
    """Raise the error of the act where the status of the credential does not allow it."""
    if objection := objection_to(act, credential.status_at(timezone.now())):
        raise ERRORS[act](*objection)


def refuse_ones_own(act: Act, credential: Credential, person: User) -> None:
    """Raise the error of the act where somebody would decide about a credential of their own."""
    if credential.enrolment.person_id == person.pk:
        raise ERRORS[act]("own_certificate", "This is your own certificate. Somebody else has to do this.")


def publish_change(credential: Credential, news: str) -> None:
    """Enter it in the log, and put on the list of work the status lists and the mails to those who watch.

    In the transaction of the change, after its row and its event. The same news twice is once.
    """
    enter_due([credential.pk])
    payload: dict[str, Any] = {"credential": str(credential.pk)}
    enqueue("certificate.list_revocation", key=f"certificate.list_revocation:{credential.pk}:{news}", payload=payload)
    watchers = f"certificate.watch_news:{credential.pk}:{news}"
    enqueue("certificate.watch_news", key=watchers, payload=payload | {"news": news})
