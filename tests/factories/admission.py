"""Applications, made by the real actions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.actions.admission import submit_application
from courses.models import Application, Programme
from courses.rules.admission import CODE_OF_CONDUCT_VERSION, Facts
from lms.accounts.models import User


def facts(**changes: Any) -> Facts:
    """Facts of pathway A that suffice today, with changes."""
    enough = Facts(
        pathway="academic",
        is_adult=True,
        bls_valid_until=timezone.localdate() + timedelta(days=300),
        conduct_version=CODE_OF_CONDUCT_VERSION,
        can_do_tasks="yes",
        degree="bachelor",
        degree_field="nursing",
    )
    return replace(enough, **changes)


def answers(**changes: Any) -> dict[str, Any]:
    """What a browser sends for `facts()`, with changes; None leaves a name out."""
    declared = facts()
    typed = {
        "bls_valid_until": f"{declared.bls_valid_until}",
        "can_do_tasks": declared.can_do_tasks,
        "accommodations": "",
        "is_adult": "on",
        "conduct_version": declared.conduct_version,
        "degree": declared.degree,
        "degree_field": declared.degree_field,
        **changes,
    }
    return {name: value for name, value in typed.items() if value is not None}


def application(person: User, programme: Programme, **changes: Any) -> Application:
    """An application of a trainee that waits."""
    return submit_application(programme=programme, facts=facts(**changes), by=person)
