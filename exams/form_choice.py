"""Which of an exam's fixed forms a person gets: at a retake one that they have not seen, if there is one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from exams.models import Attempt, Exam, ExamForm, FormItem, FormUse, assembly_policy_of
from lms.accounts.models import User


@dataclass(frozen=True)
class SeenForm:
    """A form that somebody had before, whatever became of the attempt."""

    pk: int
    code: str


def seen_forms(person: User, exam: Exam) -> list[SeenForm]:
    """Return every form that the person ever started at this exam, in any enrolment, voided attempts included."""
    attempts = Attempt.objects.filter(enrolment__person=person, exam=exam).order_by("started_at")
    return [SeenForm(*row) for row in attempts.values_list("form_id", "form__code")]


def fixed_form_for(person: User, exam: Exam) -> ExamForm | None:
    """Return the form for the next attempt, or None when the exam has none that may be given.

    At first it is the active form. At a retake it is one not seen, the active form before others; versions of one form
    count as the same. Once all are seen it is the active form again, unless the policy demands a different one.
    """
    seen = seen_forms(person, exam)
    if not seen or exam.active_form is None:
        return exam.active_form
    known = {form.code for form in seen}
    unseen = [form for form in _given_out(exam, exam.active_form) if form.code not in known]
    policy = assembly_policy_of(exam)
    if policy.overlap_limit is not None:
        unseen = _sharing_at_most(policy.overlap_limit, unseen, [form.pk for form in seen])
    if unseen:
        return unseen[0]
    return None if policy.different_form_required else exam.active_form


def _given_out(exam: Exam, active: ExamForm) -> list[ExamForm]:
    """Return the forms of an exam, the active one first, the others in the order in which they joined."""
    uses = FormUse.objects.standing(exam).exclude(form=active).select_related("form__blueprint").order_by("pk")
    return [active, *(use.form for use in uses)]


def _sharing_at_most(limit: int, forms: Collection[ExamForm], seen: Collection[int]) -> list[ExamForm]:
    if not forms:
        return []
    items = items_by_form([*(form.pk for form in forms), *seen])
    return [form for form in forms if all(len(items[form.pk] & items[other]) <= limit for other in seen)]


def items_by_form(forms: Iterable[int]) -> dict[int, set[int]]:
    """Return the ids of the items of each form, whatever their versions, in one query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = FormItem.objects.filter(form__in=set(forms)).order_by().values_list("form", "version__item")
    for form, item in rows:
        found[form].add(item)
    return found
