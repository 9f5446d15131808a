"""Writing items: new ones, changes of drafts, new versions of what is frozen.

Content comes as a mapping like an item of material, without its code. The words of a version change only while it is a
draft or was returned; every change names the content hash that the author had before them.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from exams.actions.item_figures import hold_picture
from exams.editors import is_written
from exams.errors import ItemError
from exams.loading import columns_of
from exams.models import Item, ItemDecision, ItemDrawing, ItemVersion
from exams.rules.item_kinds import ItemKind
from exams.rules.item_material import ItemMaterial, read_item
from exams.rules.item_workflow import ItemStatus, Step
from exams.rules.kept_parts import changed_parts
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb

EDITABLE = [ItemStatus.DRAFT.value, ItemStatus.REJECTED.value]


@transaction.atomic
def create_item(*, content: Mapping[str, Any], drawing: ItemDrawing | None = None, by: User) -> ItemVersion:
    """Add an item with its first draft; the code is the content area with the next free number.

    `drawing` is the picture that the content's `figure` describes.

    Raises `PermissionDenied`, `MaterialError` for content that is no item, and `ItemError`: `code_taken` when somebody
    else took the number in the same moment, `picture_gone` when the picture was cleared away meanwhile.
    """
    demand(by, Permission.ITEM_WRITE)
    code = next_code(str(content["content_area"]))
    material = _read(content, code=code, author=by, drawing=drawing)
    if drawing is not None:
        hold_picture(drawing)
    try:
        with transaction.atomic():
            item = Item.objects.create(code=code)
    except IntegrityError as error:
        raise ItemError("code_taken", "Somebody else made an item in the same moment. Save again.") from error
    return add_draft(item, material, drawing, number=1, author=by, by=by)


def next_code(area: str, taken: Collection[str] = ()) -> str:
    """Return the area with the number after the highest in use, in the bank or in `taken`: D1-007 after D1-006."""
    codes = [*Item.objects.filter(code__startswith=f"{area}-").values_list("code", flat=True), *taken]
    endings = [code.removeprefix(f"{area}-") for code in codes if code.startswith(f"{area}-")]
    numbers = [int(ending) for ending in endings if ending.isascii() and ending.isdecimal() and len(ending) < 10]
    return f"{area}-{max(numbers, default=0) + 1:03}"


def _read(content: Mapping[str, Any], *, code: str, author: User, drawing: ItemDrawing | None) -> ItemMaterial:
    known = {"code": code, "authors": [author.full_name], "review_status": "unreviewed"}
    return read_item({**content, **known}, drawing.digest if drawing else None)


def add_draft(
    item: Item, material: ItemMaterial, drawing: ItemDrawing | None, *, number: int, author: User, by: User
) -> ItemVersion:
    """Add a draft to an item, with its event. The caller has asked for the permission."""
    version = ItemVersion.objects.create(
        item=item,
        number=number,
        status=ItemStatus.DRAFT.value,
        author=author,
        **columns_of(material, drawing),
    )
    record(Verb.ITEM_VERSION_CREATED, by=by, target=version, data={"number": number, "hash": material.digest})
    return version


@transaction.atomic
def edit_draft(
    *,
    version: ItemVersion,
    shown_hash: str,
    content: Mapping[str, Any],
    drawing: ItemDrawing | None = None,
    by: User,
) -> ItemVersion:
    """Replace words and picture of one's own draft, or of one that was returned, which makes it a draft again.

    Raises `PermissionDenied`, `MaterialError`, and `ItemError`: `not_yours`; `version_changed` when the draft is no
    longer what the author had before them, or no longer a draft; `rule_kept` for changes of what belongs to a scoring
    rule that came in a file; `picture_gone` when the new picture was cleared away meanwhile.
    """
    demand(by, Permission.ITEM_WRITE)
    if version.author_id != by.pk:
        raise ItemError("not_yours", "Only its author changes a draft.")
    material = _read(content, code=version.item.code, author=by, drawing=drawing)
    held = ItemVersion.objects.filter(pk=version.pk, content_hash=shown_hash, status__in=EDITABLE)
    stored = held.select_related("item", "drawing").first()
    if stored is not None:
        _refuse_changed_rule(stored, content, drawing)
        if drawing is not None and drawing.pk != stored.drawing_id:
            hold_picture(drawing)
    columns = columns_of(material, drawing)
    if not held.update(status=ItemStatus.DRAFT.value, **columns):
        raise ItemError("version_changed", "This draft was changed or sent to review since you opened it.")
    ItemDecision.objects.create(version=version, content_hash=material.digest, person=by, step=Step.REVISE.value)
    record(Verb.ITEM_DRAFT_CHANGED, by=by, target=version, data={"before": shown_hash, "hash": material.digest})
    version.refresh_from_db()
    return version


def _refuse_changed_rule(stored: ItemVersion, content: Mapping[str, Any], drawing: ItemDrawing | None) -> None:
    before, after = content_of(stored), dict(content)
    if stored.drawing != drawing:
        after["figure"] = {**content.get("figure", {}), "picture": drawing.facts if drawing else ""}
    if changed := changed_parts(before, after):
        parts = ", ".join(part.replace("_", " ") for part in changed)
        raise ItemError(
            "rule_kept",
            f"A scoring rule that needs a file comes in a file only, with all that belongs to it. Nothing was saved, "
            f"for this would change: {parts}. Import a corrected file as a new item.",
        )


@transaction.atomic
def revise(*, item: Item, by: User) -> ItemVersion:
    """Open the next version of one's own item, with the words of the newest one; reviews start empty.

    Raises `PermissionDenied`, and `ItemError`: `not_yours`, `being_written`, `kind_not_written`.
    """
    demand(by, Permission.ITEM_WRITE)
    if not item.versions.filter(author=by).exists():
        raise ItemError("not_yours", "Only its author writes the next version of an item.")
    return _next_version(item, author=by, by=by)


@transaction.atomic
def ask_for_version(*, item: Item, author: User, by: User) -> ItemVersion:
    """Open the next version of any item for an author to write, for instance of one that came from material.

    Raises `PermissionDenied`, and `ItemError`: `no_author`, `being_written`, `kind_not_written`.
    """
    demand(by, Permission.ITEM_MANAGE)
    if not author.is_active or not author.has_role(Role.ITEM_AUTHOR):
        raise ItemError("no_author", "Choose somebody who is an item author.")
    return _next_version(item, author=author, by=by)


def _next_version(item: Item, *, author: User, by: User) -> ItemVersion:
    newest = item.versions.select_related("drawing").order_by("-number").first()
    if newest is None or newest.is_unfinished:
        raise ItemError("being_written", "The next version of this item is being written already.")
    if not is_written(newest.kind, newest.scoring):
        raise ItemError("kind_not_written", "Items of this kind come from course material only.")
    material = _read(content_of(newest), code=item.code, author=author, drawing=newest.drawing)
    number = (item.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return add_draft(item, material, newest.drawing, number=number, author=author, by=by)
    except IntegrityError as error:
        raise ItemError("being_written", "Somebody else opened the next version in the same moment.") from error


def content_of(version: ItemVersion) -> dict[str, Any]:
    """Return what the author wrote as a mapping like an item of material, without its code."""
    content: dict[str, Any] = {
        "content_area": version.content_area,
        "level": version.level,
        "type": version.kind,
        "stem": version.stem,
        "scoring": version.scoring,
        "rationale": version.rationale,
        "sources": list(version.sources),
        "enemies": list(version.enemies),
        "verified_on": version.verified_on.isoformat() if version.verified_on else "",
        "review_by": version.review_by.isoformat(),
        "fixed_order": version.fixed_order,
        "key": _written_key(version),
        "item_set": version.set_code,
    }
    if version.options:
        content["options"] = [option | {"reason": version.reasons.get(option["id"], "")} for option in version.options]
    if version.prompts:
        content["prompts"] = list(version.prompts)
    if version.regions:
        content["regions"] = list(version.regions)
    if version.scoring_parameters:
        content["scoring_parameters"] = dict(version.scoring_parameters)
    if words := version.answer_form.get("words"):
        content["words"] = words
    if version.drawing is not None:
        figure = {"alt": version.figure_alt, "caption": version.figure_caption, "picture": version.drawing.facts}
        content["figure"] = figure
    return content


def _written_key(version: ItemVersion) -> Any:
    if version.kind == ItemKind.NUMERIC:
        return version.key | {"unit": version.unit}
    if isinstance(version.key, dict):
        return version.key
    if version.prompts:
        return dict(pair.split(":", 1) for pair in version.key)
    return list(version.key)
