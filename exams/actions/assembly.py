"""Forms by people: assembled as drafts, looked through, sent to review, and locked by somebody else."""

import secrets
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.form_rows import add_form, content_hash, lock, placements_of
from exams.errors import FormError, InfeasibleError
from exams.models import Blueprint, Exam, ExamForm, FormChange, FormItem, FormKind, FormStatus, ItemVersion
from exams.pool import need_of, outdated_in, placed_items, pool_of, usable_versions
from exams.rules.assembly import assemble
from exams.rules.assembly_facts import PRETEST, SCORED, Assembly, Objective, Order
from exams.rules.form_faults import form_faults
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_FORMS = 6
# A person waits for the page meanwhile.
SECONDS = 20.0


def assemble_forms(
    *, blueprint: Blueprint, name: str, count: int, overlap: int | None, seed: str = "", by: User
) -> list[ExamForm]:
    """Assemble `count` parallel forms as drafts, named `name` with the next free letters; equal seeds give equal forms.

    Any two share at most `overlap` items; None leaves it open. `seed` is hex and drawn when empty. The search holds no
    lock on the database. Raises `InfeasibleError` with its report, `FormError`: bad_number, names_used_up.
    """
    demand(by, Permission.FORM_WRITE)
    if not 1 <= count <= MOST_FORMS:
        raise FormError("bad_number", f"Assemble between 1 and {MOST_FORMS} forms at once.")
    exam = Exam.objects.filter(code=blueprint.code).first()
    pool = pool_of(blueprint, exam)
    order = Order(
        need=need_of(blueprint),
        pool=pool.items,
        seed=seed or secrets.token_hex(16),
        forms=count,
        overlap=overlap if count > 1 else None,
        objective=Objective.ALIKE if count > 1 else Objective.RANDOM,
        seconds=SECONDS,
    )
    result = assemble(order)
    if not result.succeeded:
        raise InfeasibleError(result.shortages)
    placed = [[(pool.versions[place.code], place.section) for place in form] for form in result.forms]
    note = assembly_note(order, result)
    try:
        with transaction.atomic():
            codes = _free_codes(name, count)
            return [
                _add_draft(code, blueprint, placements, note | {"form": number}, by)
                for number, (code, placements) in enumerate(zip(codes, placed, strict=True), start=1)
            ]
    except IntegrityError as error:
        raise FormError("names_taken", "Somebody else took these names a moment ago. Assemble again.") from error


def assembly_note(order: Order, result: Assembly) -> dict[str, Any]:
    """Return what is kept of an assembly: solver, seed, demands, objective and the end of the search."""
    need = asdict(order.need)
    return {
        "solver": result.solver,
        "status": result.status,
        "seed": order.seed,
        "objective": order.objective.value,
        "value": None if result.value is None else f"{result.value:.6f}",
        "forms": order.forms,
        "overlap": order.overlap,
        "seen_forms": len(order.seen),
        "pool": len(order.pool),
        "capped": sum(item.capped for item in order.pool),
        "gap": f"{order.gap:g}",
        "seconds": f"{order.seconds:g}",
        "need": need | {"areas": [{k: v for k, v in area.items() if k != "title"} for area in need["areas"]]},
    }


def _free_codes(name: str, forms: int) -> list[str]:
    taken = set(ExamForm.objects.filter(code__startswith=f"{name}-").values_list("code", flat=True))
    free = [code for letter in LETTERS if (code := f"{name}-{letter}") not in taken]
    if len(free) < forms:
        raise FormError("names_used_up", f"All letters behind {name} are used. Choose another name.")
    return free[:forms]


def _add_draft(
    code: str, blueprint: Blueprint, placements: list[tuple[int, str]], note: dict[str, Any], by: User
) -> ExamForm:
    form = add_form(
        code=code,
        blueprint=blueprint,
        placements=placements,
        kind=FormKind.FIXED,
        assembly=note,
        assembled_by=by,
    )
    record(
        Verb.FORM_ASSEMBLED, by=by, target=form, data={"code": code, "seed": note["seed"], "hash": form.content_hash}
    )
    return form


def faults_of(form: ExamForm, exchanged: tuple[int, ItemVersion] | None = None) -> list[str]:
    """Say where a form breaks its blueprint, as it stands or with another version at one position."""
    places = FormItem.objects.filter(form=form).select_related("version__item").order_by("position")
    entries = [
        (exchanged[1] if exchanged and exchanged[0] == place.position else place.version, place.section)
        for place in places
    ]
    blueprint = form.blueprint
    return form_faults(placed_items(entries), need_of(blueprint), allows_published=blueprint.allows_published_items)


@transaction.atomic
def swap_item(*, form: ExamForm, position: int, put_in: str, reason: str, by: User) -> FormChange:
    """Exchange one item of a draft for the usable version of another, if the form still keeps to its blueprint.

    Raises `FormError`: not_a_draft, unknown_place, unknown_item, no_reason, breaks_blueprint, changed_meanwhile.
    """
    demand(by, Permission.FORM_WRITE)
    if form.status != FormStatus.DRAFT:
        raise FormError("not_a_draft", "Items can be exchanged in a draft only.")
    if not reason.strip():
        raise FormError("no_reason", "Say why the item is exchanged.")
    place = FormItem.objects.filter(form=form, position=position).select_related("version").first()
    if place is None:
        raise FormError("unknown_place", f"The form has no place {position}.")
    wanted = _usable(put_in, place.section)
    if faults := faults_of(form, (position, wanted)):
        raise FormError("breaks_blueprint", f"The form would break its blueprint: {'; '.join(faults)}.")
    placements = placements_of(form)
    placements[position - 1] = (wanted.pk, place.section)
    fresh = content_hash(form.blueprint_id, placements)
    unchanged = ExamForm.objects.filter(pk=form.pk, status=FormStatus.DRAFT, content_hash=form.content_hash)
    if not unchanged.update(content_hash=fresh):
        raise FormError("changed_meanwhile", "The form changed since you opened it. Look at it again.")
    FormItem.objects.filter(pk=place.pk).update(version=wanted)
    form.content_hash = fresh
    change = FormChange.objects.create(
        form=form, position=position, taken_out=place.version, put_in=wanted, reason=reason.strip(), changed_by=by
    )
    data = {"position": position, "out": place.version_id, "in": wanted.pk, "hash": fresh}
    record(Verb.FORM_CHANGED, by=by, target=form, data=data)
    return change


def _usable(code: str, section: str) -> ItemVersion:
    allowed = {SCORED: "as_scored", PRETEST: "as_pretest"}[section]
    version = usable_versions().filter(item__code=code, **{allowed: True}).select_related("item").first()
    if version is None:
        raise FormError("unknown_item", f"There is no item {code} that a form may take up here.")
    return version


def send_to_review(*, form: ExamForm, by: User) -> None:
    """Close a draft and hand it to somebody else. Raises `FormError`: not_a_draft, outdated, breaks_blueprint."""
    demand(by, Permission.FORM_WRITE)
    _refuse_unready(form)
    _move(form, FormStatus.DRAFT, FormStatus.IN_REVIEW, Verb.FORM_SENT_TO_REVIEW, by, "not_a_draft")


def return_to_draft(*, form: ExamForm, by: User) -> None:
    """Open a form in review again, so that items can be exchanged. Raises `FormError` not_in_review."""
    demand(by, Permission.FORM_WRITE)
    _move(form, FormStatus.IN_REVIEW, FormStatus.DRAFT, Verb.FORM_RETURNED, by, "not_in_review")


def _refuse_unready(form: ExamForm) -> None:
    if faults := faults_of(form):
        raise FormError("breaks_blueprint", f"The form breaks its blueprint: {'; '.join(faults)}.")
    if outdated := outdated_in(form):
        raise FormError("outdated", f"Exchange what has a newer version or is out of use: {', '.join(outdated)}.")


@transaction.atomic
def _move(form: ExamForm, before: FormStatus, after: FormStatus, verb: Verb, by: User, refusal: str) -> None:
    seen = ExamForm.objects.filter(pk=form.pk, status=before, content_hash=form.content_hash)
    if not seen.update(status=after):
        raise FormError(refusal, "The form changed since you opened it. Look at it again.")
    form.status = after
    record(verb, by=by, target=form, data={"code": form.code, "hash": form.content_hash})


@transaction.atomic
def lock_form(*, form: ExamForm, by: User) -> None:
    """Freeze a reviewed form and the versions of its items for good; attempts may use it from now on.

    Raises `FormError`: own_form for whoever assembled or changed it (the database refuses the former too),
    not_in_review, outdated, breaks_blueprint.
    """
    demand(by, Permission.FORM_WRITE)
    if form.assembled_by_id == by.pk or FormChange.objects.filter(form=form, changed_by=by).exists():
        raise FormError("own_form", "You put this form together. Somebody else has to review and lock it.")
    _refuse_unready(form)
    now = timezone.now()
    reviewed = ExamForm.objects.filter(pk=form.pk, status=FormStatus.IN_REVIEW, content_hash=form.content_hash)
    if not lock(reviewed, placements_of(form), now=now, by=by):
        raise FormError("not_in_review", "Only a form in review can be locked, as you were shown it. Look at it again.")
    form.status, form.published_at, form.locked_by = FormStatus.LOCKED, now, by
    record(Verb.FORM_LOCKED, by=by, target=form, data={"code": form.code, "hash": form.content_hash})
