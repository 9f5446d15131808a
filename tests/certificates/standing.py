"""Changes of a credential's standing in few words, and whatever follows from them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from certificates.answers import DocumentAnswer
from certificates.models import Credential, ReissueRequest, SuspensionEvent
from certificates.reissues import ask_for_reissue, propose_reissue
from certificates.suspensions import propose_reinstatement, suspend
from lms.accounts.models import User
from lms.approvals.actions import confirm
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import work
from tests.threads import at_once

Reason = SuspensionEvent.Reason


def run_all_jobs() -> None:
    """Do what waits, and what that leads to; none may fail."""
    waiting = Job.objects.filter(state=JobState.WAITING, every_seconds__isnull=True)
    while job := waiting.first():
        work(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, f"{job.kind}: {job.last_error}"


def suspended(of: Credential, by: User, **changes: Any) -> SuspensionEvent:
    """Suspend for a review of conduct."""
    facts: dict[str, Any] = {"reason": Reason.CONDUCT_REVIEW, "public_text": "A report is looked into."}
    return suspend(credential=of, by=by, **(facts | changes))


def reinstated(of: Credential, by: User, second: User) -> None:
    """Put it back, by two people."""
    proposal = propose_reinstatement(
        credential=of, reason=Reason.REVIEW_ENDED, private_note="Nothing was found.", by=by
    )
    confirm(proposal_id=proposal.pk, by=second)


def asked(of: Credential, by: User, name: str = "Ada Married", **changes: Any) -> ReissueRequest:
    """Ask for another name."""
    facts: dict[str, Any] = {"reason": ReissueRequest.Reason.NAME_CHANGE, "explanation": "Marriage; see my passport."}
    return ask_for_reissue(credential=of, wanted_name=name, by=by, **(facts | changes))


def reissued(of: Credential, by: User, second: User, name: str = "Ada Married") -> Credential:
    """Issue it again: asked by the holder, proposed by one, confirmed by another."""
    proposal = propose_reissue(request=asked(of, of.enrolment.person, name), reason="I saw the passport.", by=by)
    confirm(proposal_id=proposal.pk, by=second)
    newest = of.newer_editions.last()
    assert newest is not None
    return newest


def together(calls: Sequence[Callable[[], str]]) -> list[str]:
    """Do all at once; one after the other where the in-memory SQLite of the suite cannot wait for a writer."""
    return at_once(calls) if connection.vendor == "postgresql" else [call() for call in calls]


def beside_the_log(answer: DocumentAnswer) -> list[bool | None]:
    """Return what was found about a file but for the log, whose next checkpoint may still be to come."""
    return [item.holds for item in answer.findings if item.code != "in_log"]
