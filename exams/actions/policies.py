"""Changing the policy of an exam. Each change names the revision it saw, has a reason, and leaves a row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from exams.errors import PolicyError
from exams.models import Exam, ExamPolicy, ExamPolicyChange, SafeExamBrowserFile
from exams.rules.safe_exam_browser import SettingsError, config_key, read_settings
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class PolicyValues:
    """The fields of a policy as an administrator wants them; names are those of `ExamPolicy`."""

    opens_at: datetime | None
    closes_at: datetime | None
    accommodation_moves_close: bool
    window_days: int
    wait_days: list[int]
    wait_after_last_days: int
    counts: list[str]
    wait_after_pass_days: int | None
    networks: list[str]
    seb_required: bool
    seb_browser_keys: list[str]


@dataclass(frozen=True)
class NewSecrets:
    """What is not shown again: `password` of None stays as it is, empty removes it; `settings_file` is a new one."""

    password: str | None = None
    settings_file: bytes | None = None


def configure(
    *,
    exam: Exam,
    seen_revision: int,
    maximum_attempts: int,
    values: PolicyValues,
    reason: str,
    by: User,
    secrets: NewSecrets = NewSecrets(),
) -> ExamPolicy:
    """Change the policy of an exam. Attempts in progress keep their time; who comes in is checked by the new policy.

    Raises `PolicyError`: `reason_missing`, `window_empty`, `settings_unusable`, `keys_missing`, `nothing_changed`,
    `changed_meanwhile`.
    """
    demand(by, Permission.EXAM_CONFIGURE)
    if not reason.strip():
        raise PolicyError("reason_missing", "Say why you change the policy.", "reason")
    if values.opens_at and values.closes_at and values.closes_at <= values.opens_at:
        raise PolicyError("window_empty", "The exam closes before it opens. Choose a later close.", "closes_at")
    wanted: dict[str, Any] = asdict(values)
    key = _key_of(secrets.settings_file)
    if key:
        wanted["seb_config_key"] = key
    if secrets.password is not None:
        wanted["password_hash"] = make_password(secrets.password) if secrets.password else ""
    return _store(exam, seen_revision, maximum_attempts, wanted, secrets.settings_file, reason.strip(), by)


def _key_of(settings_file: bytes | None) -> str:
    if settings_file is None:
        return ""
    try:
        return config_key(read_settings(settings_file))
    except SettingsError as error:
        raise PolicyError("settings_unusable", str(error), "settings_file") from error


@transaction.atomic
def _store(
    exam: Exam,
    seen_revision: int,
    maximum_attempts: int,
    wanted: dict[str, Any],
    settings_file: bytes | None,
    reason: str,
    by: User,
) -> ExamPolicy:
    """Write what differs, if the policy is still the one that the administrator saw."""
    policy, _ = ExamPolicy.objects.get_or_create(exam=exam)
    keys = wanted.get("seb_config_key", policy.seb_config_key) or wanted["seb_browser_keys"]
    if wanted["seb_required"] and not keys:
        raise PolicyError(
            "keys_missing",
            "Upload a settings file or paste Browser Exam Keys, or no browser could prove itself.",
            "settings_file",
        )
    changed = _changed(policy, wanted)
    stored_maximum = Exam.objects.values_list("maximum_attempts", flat=True).get(pk=exam.pk)
    if stored_maximum != maximum_attempts:
        changed.append("maximum_attempts")
    if not changed and settings_file is None:
        raise PolicyError("nothing_changed", "Nothing differs from what holds now. Change a field, or leave the page.")
    won = ExamPolicy.objects.filter(pk=policy.pk, revision=seen_revision).update(revision=F("revision") + 1, **wanted)
    if not won:
        raise PolicyError(
            "changed_meanwhile", "Somebody changed this policy meanwhile. Load the page again and decide anew."
        )
    Exam.objects.filter(pk=exam.pk).update(maximum_attempts=maximum_attempts)
    if settings_file is not None:
        SafeExamBrowserFile.objects.create(
            exam=exam, content=settings_file, config_key=wanted["seb_config_key"], uploaded_by=by
        )
        changed.append("settings_file")
    policy.refresh_from_db()
    row = ExamPolicyChange.objects.create(
        exam=exam, revision=policy.revision, fields=changed, reason=reason, changed_by=by
    )
    record(Verb.EXAM_CONFIGURED, by=by, target=exam, data={"exam": exam.code, "change": row.pk, "fields": changed})
    return policy


def _changed(policy: ExamPolicy, wanted: Mapping[str, Any]) -> list[str]:
    return [name for name, value in wanted.items() if getattr(policy, name) != value]
