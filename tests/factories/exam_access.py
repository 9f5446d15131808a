"""Accommodations and policies, through the real actions."""

import plistlib
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.utils import timezone

from exams.actions.accommodations import grant
from exams.actions.policies import Configured, ExamValues, NewSecrets, PolicyValues, configure
from exams.models import Accommodation, Exam, ExamPolicy, Ground, policy_of
from exams.rules.accommodations import Adjustments
from lms.accounts.models import User

HALF_MORE = Adjustments(multiplier=Decimal("1.5"), separate_room=True)
SETTINGS = {"startURL": "https://exams.example.org/", "allowQuit": True, "originatorVersion": "SEB_Win_3.9"}


def grant_to(person: User, by: User, adjustments: Adjustments = HALF_MORE, **changes: Any) -> Accommodation:
    """Grant somebody half as much again in a room of their own, from today."""
    arguments = {"ground": Ground.DOCUMENT, "valid_from": timezone.localdate()} | changes
    return grant(person=person, adjustments=adjustments, by=by, **arguments)


def set_policy(exam: Exam, by: User, *, secrets: NewSecrets | None = None, **changes: Any) -> ExamPolicy:
    """Change some fields of a policy and leave the others; the exam at hand knows the new policy."""
    return change_policy(exam, by, secrets=secrets, **changes).policy


def change_policy(exam: Exam, by: User, *, secrets: NewSecrets | None = None, **changes: Any) -> Configured:
    """Change some fields of a policy or its exam, and tell what waits for a second person as well."""
    stored = Exam.objects.select_related("policy").get(pk=exam.pk)
    current = policy_of(stored)
    of_exam = {field.name: changes.pop(field.name, getattr(stored, field.name)) for field in fields(ExamValues)}
    values = {field.name: getattr(current, field.name) for field in fields(PolicyValues)} | changes
    changed = configure(
        exam=stored,
        seen_revision=current.revision,
        values=PolicyValues(**values),
        exam_values=ExamValues(**of_exam),
        secrets=secrets or NewSecrets(),
        reason="For this test.",
        by=by,
    )
    exam.refresh_from_db()
    return changed


def settings_file(**changes: Any) -> bytes:
    """A settings file as the configuration tool writes it, bare."""
    return plistlib.dumps(SETTINGS | changes)
