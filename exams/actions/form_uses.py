"""Which forms an exam gives out: the active one, further ones, and how forms per attempt are made."""

from dataclasses import dataclass

from django.db import transaction

from exams.errors import FormError
from exams.models import AssemblyPolicy, Blueprint, Exam, ExamForm, FormAct, FormKind, FormMode, FormUse
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

VERBS = {
    FormAct.ACTIVATED: Verb.FORM_ACTIVATED,
    FormAct.ADDED: Verb.FORM_ADDED_TO_POOL,
    FormAct.WITHDRAWN: Verb.FORM_WITHDRAWN,
}


@transaction.atomic
def activate_form(*, exam: Exam, form: ExamForm, reason: str, by: User) -> FormUse:
    """Give a locked form to the next first attempts; the one before stays in use beside it, until it is withdrawn.

    Raises `FormError`: no_reason, not_usable, already_active, changed_meanwhile.
    """
    _check(exam, form, reason, by)
    before = exam.active_form
    if before == form:
        raise FormError("already_active", "This form is the active one already.")
    if not Exam.objects.filter(pk=exam.pk, active_form=before).update(active_form=form):
        raise FormError("changed_meanwhile", "The active form changed since you opened the page. Look again.")
    exam.active_form = form
    if before is not None and not FormUse.objects.filter(exam=exam, form=before).exists():
        FormUse.objects.create(exam=exam, form=before, act=FormAct.ADDED, reason="Was the active form.", decided_by=by)
    return _decide(exam, form, FormAct.ACTIVATED, reason, by)


@transaction.atomic
def add_to_pool(*, exam: Exam, form: ExamForm, reason: str, by: User) -> FormUse:
    """Give out a locked form beside the active one, to those who have seen that. Raises `FormError` as above."""
    _check(exam, form, reason, by)
    if exam.active_form == form or FormUse.objects.standing(exam).filter(form=form).exists():
        raise FormError("already_active", "The exam gives this form out already.")
    return _decide(exam, form, FormAct.ADDED, reason, by)


@transaction.atomic
def withdraw_form(*, exam: Exam, form: ExamForm, reason: str, by: User) -> FormUse:
    """Give a form out no more. Attempts that hold it go on. Raises `FormError`: no_reason, is_active, not_in_use."""
    _check(exam, form, reason, by)
    if exam.active_form == form:
        raise FormError("is_active", "This is the active form. Make another one active first.")
    if not FormUse.objects.standing(exam).filter(form=form).exists():
        raise FormError("not_in_use", "The exam does not give this form out.")
    return _decide(exam, form, FormAct.WITHDRAWN, reason, by)


def _check(exam: Exam, form: ExamForm, reason: str, by: User) -> None:
    demand(by, Permission.FORM_WRITE)
    if not reason.strip():
        raise FormError("no_reason", "Say why. The reason is kept.")
    if not form.is_locked or form.kind != FormKind.FIXED or form.blueprint.code != exam.code:
        raise FormError("not_usable", "Only a locked form of this exam's own blueprint can be given out.")


def _decide(exam: Exam, form: ExamForm, act: FormAct, reason: str, by: User) -> FormUse:
    use = FormUse.objects.create(exam=exam, form=form, act=act, reason=reason.strip(), decided_by=by)
    record(VERBS[act], by=by, target=form, data={"exam": exam.code, "code": form.code, "use": use.pk})
    return use


@dataclass(frozen=True)
class PolicyWish:
    """How an exam is to give out forms; see `AssemblyPolicy`."""

    form_mode: FormMode
    different_form_required: bool
    overlap_limit: int | None
    exposure_days: int


@transaction.atomic
def set_policy(*, exam: Exam, wish: PolicyWish, by: User) -> AssemblyPolicy:
    """Decide how an exam gives out forms; those per attempt follow the newest blueprint of the exam.

    Raises `FormError` no_blueprint.
    """
    demand(by, Permission.FORM_WRITE)
    blueprint = Blueprint.objects.filter(code=exam.code).order_by("-version").first()
    if wish.form_mode is FormMode.PER_ATTEMPT and blueprint is None:
        raise FormError("no_blueprint", "Forms per attempt need a blueprint with the code of the exam.")
    fields = {
        "form_mode": wish.form_mode,
        "blueprint": blueprint if wish.form_mode is FormMode.PER_ATTEMPT else None,
        "different_form_required": wish.different_form_required,
        "overlap_limit": wish.overlap_limit,
        "exposure_days": wish.exposure_days,
    }
    policy, _ = AssemblyPolicy.objects.update_or_create(exam=exam, defaults=fields)
    data = {name: value for name, value in fields.items() if name != "blueprint"}
    record(Verb.FORM_POLICY_CHANGED, by=by, target=exam, data=data | {"blueprint": policy.blueprint_id})
    return policy
