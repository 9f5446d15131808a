"""How often items were given, and retired ones that forms in use still hold."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from exams.models import Attempt, Exam, ExamForm, FormItem, FormUse, Item
from exams.models.attempts import OPEN_STATES
from exams.rules.item_workflow import ItemStatus, RetireReason, Step


@dataclass(frozen=True)
class Exposure:
    """One version: on how many forms it stands and in how many attempts it was given."""

    forms: int
    attempts: int


def exposure_of(item: Item) -> dict[int, Exposure]:
    """Count administrations (attempts whose form holds it) of every version of an item, by version id, in one query."""
    counted = (
        FormItem.objects.filter(version__item=item)
        .values("version")
        .annotate(forms=Count("form", distinct=True), attempts=Count("form__attempts"))
    )
    return {row["version"]: Exposure(row["forms"], row["attempts"]) for row in counted.order_by()}


@dataclass(frozen=True)
class HeldRetired:
    """A form that an exam uses, or that somebody sits now, and the retired items on it."""

    form: str
    exams: tuple[str, ...]
    open_attempts: int
    codes: tuple[str, ...]
    compromised: bool


def retired_on_forms(codes: Collection[str] | None = None) -> list[HeldRetired]:
    """List the forms in use that hold retired items, all or those of these codes. Nothing about the forms changes.

    A form is in use when an exam gives it out, at first or at a retake, or an attempt at it is open.
    """
    given_out = Q(form__in=Exam.objects.filter(active_form__isnull=False).values("active_form"))
    given_out |= Q(form__in=FormUse.objects.standing_anywhere().values("form"))
    being_sat = Q(form__in=Attempt.objects.open().values("form"))
    held = FormItem.objects.filter(given_out | being_sat, version__status=ItemStatus.RETIRED.value)
    if codes is not None:
        held = held.filter(version__item__code__in=codes)
    compromised = Q(
        version__decisions__step=Step.RETIRE.value, version__decisions__reason=RetireReason.COMPROMISED.value
    )
    rows = held.annotate(leaked=Count("version__decisions", filter=compromised)).values_list(
        "form", "version__item__code", "leaked"
    )
    on_form: dict[int, dict[str, int]] = {}
    for form, code, leaked in rows.order_by("version__item__code"):
        on_form.setdefault(form, {})[code] = leaked
    exams = _givers_of(on_form)
    forms = ExamForm.objects.filter(pk__in=on_form).annotate(
        open_attempts=Count("attempts", filter=Q(attempts__state__in=OPEN_STATES))
    )
    return [
        HeldRetired(
            form=str(form),
            exams=tuple(sorted(exams.get(form.pk, ()))),
            open_attempts=form.open_attempts,
            codes=tuple(on_form[form.pk]),
            compromised=any(on_form[form.pk].values()),
        )
        for form in forms.order_by("code", "version")
    ]


def _givers_of(forms: Collection[int]) -> dict[int, set[str]]:
    """Return the titles of the exams that give out each form, as the active one or beside it, in two queries."""
    exams: dict[int, set[str]] = {}
    active = Exam.objects.filter(active_form__in=forms).values_list("active_form", "title")
    beside = FormUse.objects.standing_anywhere().filter(form__in=forms).order_by().values_list("form", "exam__title")
    for form, title in (*active, *beside):
        exams.setdefault(form, set()).add(title)
    return exams
