"""Rows of forms: filled, and locked with the versions of their items. Callers ask for permission and record events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from exams.models import Blueprint, ExamForm, FormItem, FormKind, FormStatus, ItemVersion
from exams.rules.item_material import digest_of
from lms.accounts.models import User

Placement = tuple[int, str]


def add_form(
    *,
    code: str,
    blueprint: Blueprint,
    placements: Sequence[Placement],
    kind: FormKind,
    assembly: dict[str, Any],
    assembled_by: User | None,
    version: int = 1,
) -> ExamForm:
    """Store a draft with its items in order, each by the id of its version and its section."""
    form = ExamForm.objects.create(
        code=code,
        version=version,
        blueprint=blueprint,
        content_hash=content_hash(blueprint.pk, placements),
        kind=kind,
        assembly=assembly,
        assembled_by=assembled_by,
    )
    FormItem.objects.bulk_create(
        FormItem(form=form, position=position, version_id=item, section=section)
        for position, (item, section) in enumerate(placements, start=1)
    )
    return form


def content_hash(blueprint: int, placements: Sequence[Placement]) -> str:
    """Return what forms of equal items in equal order have in common."""
    return digest_of({"blueprint": blueprint, "items": [list(placement) for placement in placements]})


def placements_of(form: ExamForm) -> list[Placement]:
    """Read version and section of each place, in order."""
    return list(FormItem.objects.filter(form=form).order_by("position").values_list("version", "section"))


def lock(rows: QuerySet[ExamForm], placements: Sequence[Placement], *, now: datetime, by: User | None) -> bool:
    """Freeze the item versions and the one form that `rows` narrow to; False when it is not there any more."""
    used = [version for version, _ in placements]
    ItemVersion.objects.filter(pk__in=used, locked_at__isnull=True).update(locked_at=now)
    return bool(rows.update(status=FormStatus.LOCKED, published_at=now, locked_by=by))
