"""Items, blueprints and forms from course material into rows. Running it twice changes nothing.

The functions take mappings as `docs/material-format.md` describes them. Unchanged content makes no new version, a
change makes one, and versions in use are never touched.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from content.reader.bank import size_of_drawing
from courses.models import Programme
from exams.bank import newest_usable
from exams.errors import MaterialError
from exams.models import (
    Blueprint,
    BlueprintArea,
    BlueprintMinimum,
    CutAdoption,
    Exam,
    ExamForm,
    FormItem,
    FormStatus,
    Item,
    ItemDrawing,
    ItemVersion,
)
from exams.pool import need_of, placed_items
from exams.rules.form_faults import form_faults
from exams.rules.form_material import SECTIONS, BlueprintMaterial, FormMaterial, read_blueprint, read_exam_form
from exams.rules.form_need import Area, Span
from exams.rules.item_material import ItemKind, ItemMaterial, digest_of, read_item
from exams.rules.item_workflow import ItemStatus
from exams.rules.wording import to_html
from lms.audit.actions import record, record_each
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class ItemsLoaded:
    """Codes of the items that got a new version, and how many stayed as they were."""

    changed: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_items(
    items: Sequence[Mapping[str, Any]],
    *,
    drawings: Mapping[str, bytes] | None = None,
    published: Collection[str] = frozenset(),
) -> ItemsLoaded:
    """Take up items, all or none, with the bytes of their drawings by item code. Raises `MaterialError`.

    `published` are codes that anybody can read; the mark stays when a code is published no more.
    """
    shown = drawings or {}
    materials = [read_item(raw, shown.get(raw["code"])) for raw in items]
    codes = [material.code for material in materials]
    if len(set(codes)) != len(codes):
        raise MaterialError("item_twice", "The same item code stands twice in the material.")
    stored, newest = _loaded_before(codes), _newest_numbers(codes)
    changed = [m for m in materials if m.code not in stored or stored[m.code].content_hash != m.digest]
    if changed:
        _add_versions(changed, drawings_of(changed, shown), newest)
    Item.objects.filter(code__in=published, in_published_bank=False).update(in_published_bank=True)
    return ItemsLoaded(tuple(material.code for material in changed), len(materials) - len(changed))


def _loaded_before(codes: list[str]) -> dict[str, ItemVersion]:
    """Return the newest version of each item that came from material; authors' own versions are left out."""
    loaded = ItemVersion.objects.filter(item__code__in=codes, author__isnull=True).select_related("item")
    return {version.item.code: version for version in loaded.order_by("number")}


def _newest_numbers(codes: list[str]) -> dict[str, int]:
    numbered = ItemVersion.objects.filter(item__code__in=codes).values("item__code").annotate(newest=Max("number"))
    return dict(numbered.values_list("item__code", "newest"))


def _retired(codes: list[str]) -> set[str]:
    """Return the codes of items that were retired: versions of these from material stay so, others are in use."""
    published = ItemVersion.objects.filter(item__code__in=codes, published_at__isnull=False).order_by("number")
    last = dict(published.values_list("item__code", "status"))
    return {code for code, status in last.items() if status == ItemStatus.RETIRED}


def drawings_of(materials: Sequence[ItemMaterial], drawings: Mapping[str, bytes]) -> dict[str, ItemDrawing]:
    """Return the rows of the drawings that these items show, by digest; new ones are added."""
    rows: dict[str, ItemDrawing] = {}
    for material in materials:
        if material.figure is not None and material.figure.digest not in rows:
            svg = drawings[material.code]
            width, height = size_of_drawing(svg) or (None, None)
            if width is None and material.kind is ItemKind.HOTSPOT:
                raise MaterialError("figure_unusable", f"Item {material.code}: its drawing must begin at 0 0.")
            rows[material.figure.digest], _ = ItemDrawing.objects.get_or_create(
                digest=material.figure.digest, defaults={"svg": svg, "width": width, "height": height}
            )
    return rows


def columns_of(material: ItemMaterial, drawing: ItemDrawing | None) -> dict[str, Any]:
    """Return the columns of a version that hold what its author wrote, with the row of its drawing."""
    figure = material.figure
    return {
        "content_hash": material.digest,
        "kind": material.kind.value,
        "stem_html": to_html(material.stem),
        "options": [{"id": option.id, "text": option.text} for option in material.options],
        "unit": material.shown_unit,
        "prompts": [{"id": prompt.id, "text": prompt.text} for prompt in material.prompts],
        "regions": [asdict(region) for region in material.regions],
        "answer_form": material.answer_form,
        "drawing": drawing,
        "figure_alt": figure.alt if figure else "",
        "figure_caption": figure.caption if figure else "",
        "fixed_order": material.fixed_order,
        "stem": material.stem,
        "key": material.stored_key,
        "scoring": material.scoring.value,
        "scoring_parameters": dict(material.scoring_parameters),
        "reasons": {option.id: option.reason for option in material.options},
        "rationale": material.rationale,
        "content_area": material.content_area,
        "level": material.level.value,
        "sources": list(material.sources),
        "enemies": list(material.enemies),
        "set_code": material.set_code,
        "review_status": material.review_status.value,
        "authors": list(material.authors),
        "reviews": [dict(review) for review in material.reviews],
        "verified_on": date.fromisoformat(material.verified_on) if material.verified_on else None,
        "review_by": date.fromisoformat(material.review_by),
    }


def _add_versions(
    materials: Sequence[ItemMaterial], drawings: Mapping[str, ItemDrawing], newest: Mapping[str, int]
) -> None:
    codes = [material.code for material in materials]
    retired, now = _retired(codes), timezone.now()
    known = set(Item.objects.filter(code__in=codes).values_list("code", flat=True))
    Item.objects.bulk_create(Item(code=code) for code in codes if code not in known)
    items = Item.objects.in_bulk(codes, field_name="code")
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(
            item=items[material.code],
            number=newest.get(material.code, 0) + 1,
            status=ItemStatus.RETIRED if material.code in retired else ItemStatus.OPERATIONAL,
            published_at=now,
            **columns_of(material, drawings[material.figure.digest] if material.figure else None),
        )
        for material in materials
    )
    facts = [(version, {"number": version.number, "hash": version.content_hash}) for version in versions]
    record_each(Verb.ITEM_VERSION_CREATED, by=None, facts=facts)


@transaction.atomic
def load_blueprint(raw: Mapping[str, Any]) -> Blueprint:
    """Take up a blueprint; changed content gets the next version number, at least the one in the material.

    Raises `MaterialError`.
    """
    material = read_blueprint(raw)
    newest = Blueprint.objects.filter(code=material.code).order_by("-version").first()
    if newest is not None and newest.content_hash == material.digest:
        return newest
    if newest is not None and _cut_was_adopted(newest, material):
        return newest
    return _add_blueprint(material, version=max(material.version, newest.version + 1 if newest else 1))


def _cut_was_adopted(newest: Blueprint, material: BlueprintMaterial) -> bool:
    """Whether the newest version is a known one but for the cut that a board adopted since; then it stands.

    Raises `MaterialError` cut_adopted for new material that would bring back the cut which was replaced.
    """
    adoption = CutAdoption.objects.filter(made=newest).select_related("replaced").first()
    if adoption is None:
        return False
    if Blueprint.objects.filter(code=newest.code, content_hash=material.digest).exists():
        return True
    if material.cut_raw == adoption.replaced.cut_raw != adoption.cut_raw:
        raise MaterialError(
            "cut_adopted",
            f"Blueprint {newest.code}: the board adopted a cut of {adoption.cut_raw} points for version "
            f"{newest.version}, and the material still says {material.cut_raw}. Write the adopted cut into cut_score.",
        )
    return False


def _add_blueprint(material: BlueprintMaterial, *, version: int) -> Blueprint:
    blueprint = Blueprint.objects.create(
        code=material.code,
        version=version,
        content_hash=material.digest,
        title=material.title,
        minutes=material.minutes,
        pretest_count=material.need.pretest,
        scored_count=material.need.length if any(area.most is not None for area in material.need.areas) else None,
        kinds=_limits(material.need.kinds),
        word_limit=material.need.word_limit,
        key_percent=material.need.key_percent,
        exposure_percent=material.need.exposure_percent,
        cut_raw=material.cut_raw,
        cut_method=material.cut_method,
        cut_note=material.cut_note,
        honour_statement=material.honour_statement,
        honour_html=to_html(material.honour_statement),
        allows_published_items=material.allows_published_items,
        scale_lowest=material.scale.lowest if material.scale else None,
        scale_cut=material.scale.cut if material.scale else None,
        scale_highest=material.scale.highest if material.scale else None,
    )
    BlueprintArea.objects.bulk_create(
        _area_row(blueprint, position, area) for position, area in enumerate(material.need.areas, start=1)
    )
    BlueprintMinimum.objects.bulk_create(
        BlueprintMinimum(
            blueprint=blueprint,
            position=position,
            title=minimum.title,
            areas=list(minimum.areas),
            points=minimum.points,
        )
        for position, minimum in enumerate(material.minimums, start=1)
    )
    return blueprint


def _area_row(blueprint: Blueprint, position: int, area: Area) -> BlueprintArea:
    return BlueprintArea(
        blueprint=blueprint,
        position=position,
        code=area.code,
        title=area.title,
        scored=area.scored,
        scored_most=area.most,
        levels=_limits(area.levels),
    )


def _limits(spans: Mapping[str, Span]) -> dict[str, list[int]]:
    return {name: [span.least, span.most] for name, span in spans.items()}


@transaction.atomic
def load_exam_form(raw: Mapping[str, Any], *, programme: Programme, is_required: bool = True) -> ExamForm:
    """Take up and publish a fixed form of the newest item versions, and let the programme's exam use it.

    The exam has the code of the blueprint. The new form becomes active when the exam had none or an older version of
    this same form; `is_required` says of a new exam whether the certificate asks for it. Raises `MaterialError` for
    unknown items and when the form does not keep to its blueprint.
    """
    material = read_exam_form(raw)
    blueprint = Blueprint.objects.filter(code=material.blueprint).order_by("-version").first()
    if blueprint is None:
        raise MaterialError("unknown_blueprint", f"Form {material.code}: there is no blueprint {material.blueprint}.")
    versions = _versions_of(material)
    _check(material, versions, blueprint)
    placed = [[versions[entry.item].pk, entry.section] for entry in material.entries]
    digest = digest_of({"blueprint": blueprint.pk, "items": placed})
    versions_of_form = ExamForm.objects.filter(code=material.code).order_by("-version")
    form = versions_of_form.filter(status=FormStatus.LOCKED).first()
    if form is None or form.content_hash != digest:
        # A draft of the next version, made by hand, keeps its number and waits for its review.
        last = versions_of_form.values_list("version", flat=True).first() or 0
        number = max(material.version, last + 1)
        form = ExamForm.objects.create(code=material.code, version=number, blueprint=blueprint, content_hash=digest)
        _publish(form, material, versions)
    _use_in_exam(form, programme, is_required)
    return form


def _versions_of(material: FormMaterial) -> dict[str, ItemVersion]:
    versions: dict[str, ItemVersion] = {}
    for section in SECTIONS:
        codes = [entry.item for entry in material.entries if entry.section == section]
        usable = newest_usable(section).filter(item__code__in=codes).select_related("item")
        versions |= {version.item.code: version for version in usable}
    if unknown := sorted({entry.item for entry in material.entries} - versions.keys()):
        raise MaterialError("unknown_item", f"Form {material.code}: there is no usable item {', '.join(unknown)}.")
    return versions


def _check(material: FormMaterial, versions: Mapping[str, ItemVersion], blueprint: Blueprint) -> None:
    placed = placed_items((versions[entry.item], entry.section) for entry in material.entries)
    allows = blueprint.allows_published_items
    if faults := form_faults(placed, need_of(blueprint), allows_published=allows):
        raise MaterialError("form_breaks_blueprint", f"Form {material.code}: {'; '.join(faults)}.")


def _publish(form: ExamForm, material: FormMaterial, versions: Mapping[str, ItemVersion]) -> None:
    """Fill the form, freeze its item versions, then the form itself; from here on the database refuses changes."""
    FormItem.objects.bulk_create(
        FormItem(form=form, position=position, version=versions[entry.item], section=entry.section)
        for position, entry in enumerate(material.entries, start=1)
    )
    now = timezone.now()
    used = [version.pk for version in versions.values()]
    ItemVersion.objects.filter(pk__in=used, locked_at__isnull=True).update(locked_at=now)
    ExamForm.objects.filter(pk=form.pk, published_at__isnull=True).update(published_at=now, status=FormStatus.LOCKED)
    form.published_at, form.status = now, FormStatus.LOCKED
    record(Verb.FORM_PUBLISHED, by=None, target=form, data={"code": form.code, "version": form.version})


def _use_in_exam(form: ExamForm, programme: Programme, is_required: bool) -> None:
    title = form.blueprint.title
    facts = {"title": title, "programme": programme, "active_form": form, "is_required": is_required}
    exam, _ = Exam.objects.get_or_create(code=form.blueprint.code, defaults=facts)
    if exam.active_form is None or exam.active_form.code == form.code:
        Exam.objects.filter(pk=exam.pk).exclude(active_form=form, title=title).update(active_form=form, title=title)
