"""Addresses of the project package."""

from typing import Any

from django.utils import timezone

from lms.accounts.permissions import Permission
from lms.approvals.actions import propose
from lms.approvals.registry import KINDS, Description, Kind
from lms.jobs.models import Job, JobState
from tests.project.endpoints import Endpoint


def dead_job(request: Any) -> dict[str, Any]:
    """A job that has failed for good."""
    request.getfixturevalue("db")
    job = Job.objects.create(kind="mail", key="walk", state=JobState.DEAD, finished_at=timezone.now())
    return {"job_id": job.pk}


def waiting_proposal(request: Any) -> dict[str, Any]:
    """An act of exam administrators that waits for a second person."""
    kind = Kind("walk", "Walk", Permission.PROPOSALS_READ, lambda proposal: Description("It walks."), lambda *_: None)
    request.getfixturevalue("monkeypatch").setitem(KINDS, "walk", kind)
    made = propose(kind="walk", target="1", payload={}, reason="To walk.", by=request.getfixturevalue("exam_admin"))
    return {"proposal_id": made.pk}


def someone(request: Any) -> dict[str, Any]:
    """The trainee, whose roles are to be changed."""
    return {"public_id": request.getfixturevalue("trainee").public_id}


ENDPOINTS = [
    Endpoint("accounts:account", Permission.ACCOUNT_READ),
    Endpoint("accounts:details", Permission.ACCOUNT_READ),
    Endpoint("accounts:session", Permission.ACCOUNT_READ, methods=("GET", "POST")),
    Endpoint("accounts:people", Permission.ROLE_GRANT),
    Endpoint("accounts:roles_of", Permission.ROLE_GRANT, someone),
    Endpoint("cms_door", Permission.PAGES_EDIT),
    Endpoint("dashboard:home", Permission.HOME_READ),
    Endpoint("dashboard:jobs", Permission.JOBS_READ),
    Endpoint("dashboard:job_retry", Permission.JOBS_RETRY, dead_job, methods=("POST",)),
    Endpoint("dashboard:audit", Permission.AUDIT_READ),
    Endpoint("dashboard:reviews", Permission.REVIEWS_READ),
    Endpoint("dashboard:proposals", Permission.PROPOSALS_READ),
    Endpoint("dashboard:proposal", Permission.PROPOSALS_READ, waiting_proposal, methods=("GET", "POST")),
    Endpoint("dashboard:styleguide", Permission.STYLEGUIDE_READ),
    Endpoint("dashboard:live", None),
    Endpoint("dashboard:ready", None),
    Endpoint("dashboard:robots", None),
]
