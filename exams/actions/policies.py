"""Changing the policy of an exam. Each change names the revision it saw, has a reason, and leaves a row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, Model

from exams.errors import PolicyError
from exams.models import Attempt, Exam, ExamPolicy, ExamPolicyChange, Release, SafeExamBrowserFile
from exams.rules.safe_exam_browser import SettingsError, config_key, read_settings
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal
from lms.audit.actions import record
from lms.audit.verbs import Verb

RELEASE_AT_ONCE = "exam.release_at_once"
FEWEST_DAYS, MOST_DAYS = 1, 365
BROWSER_FIELDS = {"seb_required", "seb_config_key", "seb_browser_keys"}


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
class ExamValues:
    """What the exam itself tells, as an administrator wants it; names are those of `Exam`. Days are 1 to 365."""

    maximum_attempts: int
    release: str
    appeal_days: int
    decision_days: int
    regrade_may_lower: bool


@dataclass(frozen=True)
class NewSecrets:
    """What is not shown again: `password` of None stays as it is, empty removes it; `settings_file` is a new one."""

    password: str | None = None
    settings_file: bytes | None = None


@dataclass(frozen=True)
class Configured:
    """The policy as it stands now, and what of the change waits for a second person."""

    policy: ExamPolicy
    proposal: Proposal | None = None


@dataclass(frozen=True)
class _Wanted:
    """A change that was looked at: the columns of the policy, those of the exam, the file, who and why."""

    policy: dict[str, Any]
    exam: dict[str, Any]
    settings_file: bytes | None
    reason: str
    by: User


def configure(
    *,
    exam: Exam,
    seen_revision: int,
    values: PolicyValues,
    exam_values: ExamValues,
    reason: str,
    by: User,
    secrets: NewSecrets = NewSecrets(),
) -> Configured:
    """Change the policy of an exam. Attempts in progress keep their time; who comes in is checked by the new policy.

    That results are released by people is set at once; to let them out as soon as they are scored is proposed to a
    second person, and everything else of the change holds already. Raises `PolicyError`: `reason_missing`,
    `window_empty`, `days_impossible`, `settings_unusable`, `keys_missing`, `attempts_open` (new keys would stop every
    browser that is in the exam), `nothing_changed`, `changed_meanwhile`, `already_proposed`.
    """
    demand(by, Permission.EXAM_CONFIGURE)
    if not reason.strip():
        raise PolicyError("reason_missing", "Say why you change the policy.", "reason")
    if values.opens_at and values.closes_at and values.closes_at <= values.opens_at:
        raise PolicyError("window_empty", "The exam closes before it opens. Choose a later close.", "closes_at")
    _check_days(exam_values)
    wanted: dict[str, Any] = asdict(values)
    key = _key_of(secrets.settings_file)
    if key:
        wanted["seb_config_key"] = key
    if secrets.password is not None:
        wanted["password_hash"] = make_password(secrets.password) if secrets.password else ""
    change = _Wanted(wanted, asdict(exam_values), secrets.settings_file, reason.strip(), by)
    return _store(exam, seen_revision, change)


def _check_days(values: ExamValues) -> None:
    for name in ("appeal_days", "decision_days"):
        if not FEWEST_DAYS <= getattr(values, name) <= MOST_DAYS:
            raise PolicyError("days_impossible", f"Choose {FEWEST_DAYS} to {MOST_DAYS} days.", name)


def _key_of(settings_file: bytes | None) -> str:
    if settings_file is None:
        return ""
    try:
        return config_key(read_settings(settings_file))
    except SettingsError as error:
        raise PolicyError("settings_unusable", str(error), "settings_file") from error


@transaction.atomic
def _store(exam: Exam, seen_revision: int, wanted: _Wanted) -> Configured:
    """Write what differs, if the policy is still the one that the administrator saw."""
    policy, _ = ExamPolicy.objects.get_or_create(exam=exam)
    stored = Exam.objects.get(pk=exam.pk)
    at_once_later = stored.release == Release.BY_PEOPLE and wanted.exam["release"] == Release.AT_ONCE
    now_in_exam = wanted.exam | ({"release": stored.release} if at_once_later else {})
    changed = [*_changed(policy, wanted.policy), *_changed(stored, now_in_exam)]
    if wanted.settings_file is not None:
        changed.append("settings_file")
    if not changed and not at_once_later:
        raise PolicyError("nothing_changed", "Nothing differs from what holds now. Change a field, or leave the page.")
    _check_browser(exam, policy, wanted.policy, changed)
    if changed:
        _next_revision(policy, seen_revision, **wanted.policy)
        Exam.objects.filter(pk=exam.pk).update(**now_in_exam)
        _keep_file(exam, wanted)
        _keep_change(exam, policy, changed, wanted.reason, wanted.by)
    elif policy.revision != seen_revision:
        raise _changed_meanwhile()
    return Configured(policy, _propose_at_once(exam, wanted) if at_once_later else None)


def _check_browser(exam: Exam, policy: ExamPolicy, wanted: Mapping[str, Any], changed: Sequence[str]) -> None:
    keys = wanted.get("seb_config_key", policy.seb_config_key) or wanted["seb_browser_keys"]
    if wanted["seb_required"] and not keys:
        raise PolicyError(
            "keys_missing",
            "Upload a settings file or paste Browser Exam Keys, or no browser could prove itself.",
            "settings_file",
        )
    if BROWSER_FIELDS.union(["settings_file"]).isdisjoint(changed):
        return
    if Attempt.objects.open().filter(exam=exam).exists():
        raise PolicyError(
            "attempts_open",
            "Candidates are in this exam now, and a change of Safe Exam Browser would stop all of them. Leave its "
            "fields as they are, or change them when the last attempt has ended.",
            "seb_required",
        )


def _next_revision(policy: ExamPolicy, seen_revision: int, **columns: Any) -> None:
    seen = ExamPolicy.objects.filter(pk=policy.pk, revision=seen_revision)
    if not seen.update(revision=F("revision") + 1, **columns):
        raise _changed_meanwhile()
    policy.refresh_from_db()


def _changed_meanwhile() -> PolicyError:
    return PolicyError(
        "changed_meanwhile", "Somebody changed this policy meanwhile. Load the page again and decide anew."
    )


def _keep_file(exam: Exam, wanted: _Wanted) -> None:
    if wanted.settings_file is not None:
        SafeExamBrowserFile.objects.create(
            exam=exam,
            content=wanted.settings_file,
            config_key=wanted.policy["seb_config_key"],
            uploaded_by=wanted.by,
        )


def _keep_change(exam: Exam, policy: ExamPolicy, changed: Sequence[str], reason: str, by: User) -> None:
    row = ExamPolicyChange.objects.create(
        exam=exam, revision=policy.revision, fields=list(changed), reason=reason, changed_by=by
    )
    record(
        Verb.EXAM_CONFIGURED, by=by, target=exam, data={"exam": exam.code, "change": row.pk, "fields": list(changed)}
    )


def _propose_at_once(exam: Exam, wanted: _Wanted) -> Proposal:
    payload = {"exam": exam.code}
    try:
        return propose(kind=RELEASE_AT_ONCE, target=exam.code, payload=payload, reason=wanted.reason, by=wanted.by)
    except ProposalError as error:
        raise PolicyError(error.code, error.sentence, "release") from error


@transaction.atomic
def release_at_once(proposal: Proposal, by: User) -> None:
    """Carry out a confirmed proposal: from now on results are out as soon as they are scored.

    Runs in the confirmation. Raises `PolicyError` `nothing_changed` when it holds already.
    """
    demand(by, Permission.EXAM_CONFIGURE)
    exam = Exam.objects.get(code=proposal.payload["exam"])
    policy, _ = ExamPolicy.objects.get_or_create(exam=exam)
    # The policy before the exam, as `configure` does it, or the two could wait for each other.
    ExamPolicy.objects.filter(pk=policy.pk).update(revision=F("revision") + 1)
    if not Exam.objects.filter(pk=exam.pk, release=Release.BY_PEOPLE).update(release=Release.AT_ONCE):
        raise PolicyError("nothing_changed", "Results of this exam are released at once already.")
    policy.refresh_from_db()
    _keep_change(exam, policy, ["release"], proposal.reason, by)


def _changed(row: Model, wanted: Mapping[str, Any]) -> list[str]:
    return [name for name, value in wanted.items() if getattr(row, name) != value]
