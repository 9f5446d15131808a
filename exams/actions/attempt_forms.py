"""The form of one attempt: a fixed one, or one made for it from the same demands (LOFT, exams.md 4.9)."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from exams.actions.assembly import assembly_note
from exams.actions.form_rows import Placement, add_form, lock
from exams.errors import AttemptError
from exams.form_choice import fixed_form_for, seen_forms
from exams.models import Blueprint, Exam, ExamForm, FormItem, FormKind, FormStatus, assembly_policy_of
from exams.pool import closed_to_new_forms, need_of, pool_of
from exams.rules import attempt_policy
from exams.rules.assembly import assemble
from exams.rules.assembly_facts import Assembly, Family, Order
from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.verbs import Verb

# The candidate waits for the exam to begin; a form takes a few hundredths of a second.
SECONDS = 5.0
# Forms per attempt need no best choice among good ones, only one that the seed decides.
GAP = 0.2
NOT_POSSIBLE = attempt_policy.Reason(
    "no_form_possible",
    "No exam can be put together for you at the moment. Nothing was started, and no attempt was used. "
    "The exam office sees it in its records; ask when you can try again.",
)
ITEM_OUTDATED = attempt_policy.Reason(
    "item_outdated",
    "At this moment an item of your exam went out of use, so it has to be put together again. "
    "Nothing was started, and no attempt was used. Start again.",
)


@dataclass(frozen=True)
class PlannedForm:
    """A form that was put together and is not stored yet."""

    code: str
    blueprint: Blueprint
    placements: tuple[Placement, ...]
    note: dict[str, Any]


def plan_form(*, exam: Exam, person: User) -> PlannedForm:
    """Put together a form that shares few items with those the person saw. Nothing is stored, no lock is held.

    Raises `AttemptError`: no_other_form when only the overlap stands in the way, else no_form_possible; both are
    recorded with the report.
    """
    policy = assembly_policy_of(exam)
    blueprint = policy.blueprint
    if blueprint is None:
        raise AttemptError(attempt_policy.NO_FORM.code, attempt_policy.NO_FORM.sentence)
    pool = pool_of(blueprint, exam)
    seed = secrets.token_hex(16)
    seen = _seen_items(exam, person) if policy.overlap_limit is not None else ()
    order = Order(
        need_of(blueprint), pool.items, seed, overlap=policy.overlap_limit, seen=seen, seconds=SECONDS, gap=GAP
    )
    result = assemble(order)
    if not result.succeeded:
        _refuse(exam, person, result)
    placements = tuple((pool.versions[place.code], place.section) for place in result.forms[0])
    code = f"{exam.code[:40]}-{seed[:20]}"
    return PlannedForm(code, blueprint, placements, assembly_note(order, result))


def _seen_items(exam: Exam, person: User) -> tuple[frozenset[str], ...]:
    """Return the codes of the items of each form that the person saw, in two queries."""
    seen = {form.pk for form in seen_forms(person, exam)}
    if not seen:
        return ()
    items: dict[int, set[str]] = {form: set() for form in seen}
    for form, code in FormItem.objects.filter(form__in=seen).order_by().values_list("form", "version__item__code"):
        items[form].add(code)
    return tuple(frozenset(items[form]) for form in sorted(items))


@transaction.atomic
def _record_refusal(exam: Exam, person: User, result: Assembly) -> None:
    lacks = [{"family": shortage.family.value, "lacks": shortage.lacks} for shortage in result.shortages]
    record(Verb.FORM_NOT_POSSIBLE, by=person, target=exam, data={"exam": exam.code, "lacks": lacks})


def _refuse(exam: Exam, person: User, result: Assembly) -> None:
    _record_refusal(exam, person, result)
    only_overlap = {shortage.family for shortage in result.shortages} == {Family.OVERLAP}
    reason = attempt_policy.NO_OTHER_FORM if only_overlap else NOT_POSSIBLE
    raise AttemptError(reason.code, reason.sentence)


def form_for_attempt(*, exam: Exam, person: User, planned: PlannedForm | None) -> ExamForm:
    """Return the form of an attempt that starts now: the planned one, stored and locked like any other, or a fixed one.

    Belongs into the transaction of the start. Raises `AttemptError`: exam_not_open; item_outdated when an item that was
    planned may not be given out any more, so that one which was retired in between never is.
    """
    if planned is None:
        form = fixed_form_for(person, exam)
        if form is None:
            raise AttemptError(attempt_policy.NO_FORM.code, attempt_policy.NO_FORM.sentence)
        return form
    if closed_to_new_forms(planned.placements):
        raise AttemptError(ITEM_OUTDATED.code, ITEM_OUTDATED.sentence)
    form = add_form(
        code=planned.code,
        blueprint=planned.blueprint,
        placements=planned.placements,
        kind=FormKind.PER_ATTEMPT,
        assembly=planned.note,
        assembled_by=None,
    )
    now = timezone.now()
    lock(ExamForm.objects.filter(pk=form.pk), planned.placements, now=now, by=None)
    form.status, form.published_at = FormStatus.LOCKED, now
    return form
