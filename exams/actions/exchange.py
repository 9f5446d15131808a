"""Taking items in from files of other systems, and giving items out.

An import is planned first: what becomes of every item, and why. Carried out, it plans again and makes all rows in one
transaction, each item a draft of whoever imports it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from content.models.sources import Source
from exams.actions.authoring import add_draft, next_code
from exams.actions.item_remarks import note_keys_read
from exams.errors import ExchangeError
from exams.exchange_items import Selection, exchange_item_of, selected
from exams.exchange_pictures import Photographs
from exams.interchange.checking import Defaults, material_of
from exams.interchange.files import FileFindings, Format, Written, fit_items, read_file, write_file
from exams.interchange.findings import Finding, Note, Outcome
from exams.interchange.fitting import Fitted
from exams.interchange.tree import ExchangeItem
from exams.loading import drawings_of
from exams.models import Item, ItemSet
from exams.rules.item_material import ItemMaterial, read_item
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class Upload:
    """A file as it came, and what its sender says about it: encoding, and facts for items that name none."""

    name: str
    data: bytes
    defaults: Defaults
    encoding: str = "utf-8"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Plan:
    """What an import makes of a file. `findings` have the codes that the items will get."""

    format: str
    digest: str
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many items end how."""
        return {outcome.value: sum(f.outcome is outcome for f in self.findings) for outcome in Outcome}

    @property
    def items(self) -> list[ExchangeItem]:
        """What will be made."""
        return [finding.item for finding in self.findings if finding.item is not None]


@dataclass(frozen=True)
class Opened:
    """A file that was read, with its pictures as they would be stored. Making it takes time and stores nothing."""

    upload: Upload
    read: FileFindings
    photographs: Photographs


def open_upload(upload: Upload) -> Opened:
    """Read a file, outside of any transaction.

    Raises `ExchangeError` when the file as a whole cannot be read, is hostile or too large.
    """
    read = read_file(upload.data, upload.name, upload.encoding)
    return Opened(upload, read, Photographs(read.findings))


def import_items(*, opened: Opened, by: User, shown: Sequence[Mapping[str, Any]] | None = None) -> Plan:
    """Make a draft of every item that can be imported, all or none, and return what was made of the file.

    `shown` are the items of the report that somebody agreed to. Raises `PermissionDenied`, and `ExchangeError`:
    `nothing_to_import` when no item can be, `bank_changed` when the report would be another one by now.
    """
    demand(by, Permission.ITEM_WRITE)
    try:
        return _store(opened, by, shown)
    except IntegrityError as error:
        raise ExchangeError("code_taken", "Somebody else took a code in the same moment. Import again.") from error


@transaction.atomic
def _store(opened: Opened, by: User, shown: Sequence[Mapping[str, Any]] | None) -> Plan:
    plan = plan_import(opened)
    if shown is not None and _told(plan) != list(shown):
        raise ExchangeError(
            "bank_changed", "The bank has changed since the report was made. Nothing was imported; read the new report."
        )
    if not plan.items:
        raise ExchangeError("nothing_to_import", "No item of the file can be imported. Nothing was stored.")
    materials = [_material(item, opened.upload.defaults, by) for item in plan.items]
    pictures = {item.code: item.picture for item in plan.items if item.picture}
    drawn = [m for m in materials if m.code in pictures and not pictures[m.code].is_photograph]
    rows = drawings_of(drawn, {material.code: pictures[material.code].content for material in drawn})
    rows |= opened.photographs.rows(plan.items)
    for material in materials:
        drawing = rows[material.figure.digest] if material.figure else None
        add_draft(Item.objects.create(code=material.code), material, drawing, number=1, author=by, by=by)
    data = {"format": plan.format, "sha256": plan.digest, "codes": [item.code for item in plan.items], **plan.counts}
    record(Verb.ITEMS_IMPORTED, by=by, target=by, data=data)
    return plan


def _material(item: ExchangeItem, defaults: Defaults, author: User) -> ItemMaterial:
    raw = material_of(item, defaults, code=item.code) | {"authors": [author.full_name]}
    return read_item(raw, item.picture.content if item.picture else None)


@dataclass(frozen=True)
class _Bank:
    """What the bank knows already, read once for a file."""

    codes: frozenset[str]
    named: frozenset[str]
    sources: frozenset[str]
    sets: frozenset[str]


def plan_import(opened: Opened) -> Plan:
    """Say what an import would make of a file; nothing is stored."""
    read, defaults = opened.read, opened.upload.defaults
    items = [finding.item for finding in read.findings if finding.item is not None]
    written = {item.code for item in items} - {""}
    enemies = {code for item in items for code in item.enemies}
    bank = _Bank(
        codes=frozenset(Item.objects.filter(code__in=written).values_list("code", flat=True)),
        named=frozenset(Item.objects.filter(code__in=enemies).values_list("code", flat=True)) | written,
        sources=frozenset(Source.objects.values_list("key", flat=True)),
        sets=frozenset(ItemSet.objects.values_list("code", flat=True)),
    )
    judged = opened.photographs.taken([_judged(finding, bank, defaults) for finding in read.findings])
    return Plan(read.format, opened.upload.digest, tuple(_with_codes(judged, defaults)))


def _judged(finding: Finding, bank: _Bank, defaults: Defaults) -> Finding:
    """Hold an item against the bank: its code, the facts that it needs, and what it refers to."""
    item = finding.item
    if item is None:
        return finding
    refusals = []
    if item.code in bank.codes:
        sentence = (
            f"There is an item {item.code} already. Give this one another code, or none to get the next free one."
        )
        refusals.append(Note("code_taken", sentence))
    for name in ("content_area", "level"):
        if not getattr(item, name) and not getattr(defaults, name):
            words = name.replace("_", " ")
            refusals.append(Note(f"no_{name}", f"It names no {words}. Name one in the file, or for all its items."))
    if refusals:
        return finding.refused(*refusals)
    return _with_references(finding, item, bank)


def _with_references(finding: Finding, item: ExchangeItem, bank: _Bank) -> Finding:
    notes = []
    if strangers := [code for code in item.enemies if code not in bank.named]:
        item = replace(item, enemies=tuple(code for code in item.enemies if code in bank.named))
        notes.append(
            Note("enemy_dropped", f"There is no item {', '.join(strangers)} that it could be kept apart from.")
        )
    if item.item_set and item.item_set not in bank.sets:
        notes.append(Note("set_dropped", f"There is no set {item.item_set}. Make it, then put the item into it."))
        item = replace(item, item_set="")
    if unknown := [key for key in item.sources if key not in bank.sources]:
        listed = ", ".join(unknown)
        notes.append(Note("source_unknown", f"The sources {listed} are kept, and are not in the register of sources."))
    outcome = Outcome.CHANGED if notes else finding.outcome
    return replace(finding, item=item, outcome=outcome, notes=(*finding.notes, *notes))


def _with_codes(findings: Sequence[Finding], defaults: Defaults) -> list[Finding]:
    """Give the next free codes to items that bring none."""
    taken = [finding.item.code for finding in findings if finding.item]
    coded = []
    for finding in findings:
        item = finding.item
        if item is not None and not item.code:
            item = replace(item, code=next_code(item.content_area or defaults.content_area, taken))
            taken.append(item.code)
        coded.append(replace(finding, item=item))
    return coded


def report_of(plan: Plan, *, file: str, dry_run: bool) -> Mapping[str, Any]:
    """Return a plan as plain values for JSON (docs/exchange.md)."""
    return {
        "file": file,
        "sha256": plan.digest,
        "format": plan.format,
        "dry_run": dry_run,
        "counts": plan.counts,
        "items": _told(plan),
    }


def _told(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "place": finding.place,
            "written_code": finding.written_code,
            "title": finding.title,
            "code": finding.item.code if finding.item else None,
            "kind": finding.item.kind.value if finding.item else None,
            "outcome": finding.outcome.value,
            "notes": [asdict(note) for note in finding.notes],
        }
        for finding in plan.findings
    ]


def preview_export(*, asked: Selection, target: Format, by: User) -> list[Fitted]:
    """Say what a format would hold of each item asked for. Nothing goes out. Raises `PermissionDenied`."""
    demand(by, Permission.BANK_READ)
    return list(fit_items((exchange_item_of(version) for version in selected(asked, by)), target))


@transaction.atomic
def export_items(*, asked: Selection, target: Format, by: User) -> Written:
    """Write items with their keys into a file; every key that goes out is in the access log.

    Raises `PermissionDenied`, and `ExchangeError`: `nothing_to_export`, `text_broken`,
    `export_too_large`.
    """
    demand(by, Permission.BANK_READ)
    versions = list(selected(asked, by))
    if not versions:
        raise ExchangeError("nothing_to_export", "No item of yours fits. Nothing was written.")
    written = write_file([exchange_item_of(version) for version in versions], target)
    held = {each.code for each in written.fitted if each.item is not None}
    given = [version for version in versions if version.item.code in held]
    note_keys_read(versions=given, page="export", by=by)
    data = {
        "format": target.value,
        "codes": [v.item.code for v in given],
        "sha256": hashlib.sha256(written.content).hexdigest(),
    }
    record(Verb.ITEMS_EXPORTED, by=by, target=by, data=data)
    return written
