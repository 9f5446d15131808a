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
from exams.exchange_items import Selection, exchange_item_of, has_photograph, selected
from exams.interchange.checking import Defaults, material_of
from exams.interchange.files import FileFindings, Format, Written, read_file, write_file
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

PHOTOGRAPH = Note("left_out", "Left out: its picture is no SVG drawing, and only drawings go out.")


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


def plan_import(upload: Upload) -> Plan:
    """Say what an import would make of a file; nothing is stored.

    Raises `ExchangeError` when the file as a whole cannot be read, is hostile or too large.
    """
    read = read_file(upload.data, upload.name, upload.encoding)
    return _plan(upload, read)


def import_items(*, upload: Upload, by: User) -> Plan:
    """Make a draft of every item that can be imported, all or none, and return what was made of the file.

    Raises `PermissionDenied`, and `ExchangeError`; `nothing_to_import` when no item can be.
    """
    demand(by, Permission.ITEM_WRITE)
    read = read_file(upload.data, upload.name, upload.encoding)
    try:
        return _store(upload, read, by)
    except IntegrityError as error:
        raise ExchangeError("code_taken", "Somebody else took a code in the same moment. Import again.") from error


@transaction.atomic
def _store(upload: Upload, read: FileFindings, by: User) -> Plan:
    plan = _plan(upload, read)
    if not plan.items:
        raise ExchangeError("nothing_to_import", "No item of the file can be imported. Nothing was stored.")
    materials = [_material(item, upload.defaults, by) for item in plan.items]
    rows = drawings_of(materials, {item.code: item.picture.svg for item in plan.items if item.picture})
    for material in materials:
        drawing = rows[material.figure.digest] if material.figure else None
        add_draft(Item.objects.create(code=material.code), material, drawing, number=1, author=by, by=by)
    data = {"format": plan.format, "sha256": plan.digest, "codes": [item.code for item in plan.items], **plan.counts}
    record(Verb.ITEMS_IMPORTED, by=by, target=by, data=data)
    return plan


def _material(item: ExchangeItem, defaults: Defaults, author: User) -> ItemMaterial:
    raw = material_of(item, defaults, code=item.code) | {"authors": [author.full_name]}
    return read_item(raw, item.picture.svg if item.picture else None)


@dataclass(frozen=True)
class _Bank:
    """What the bank knows already, read once for a file."""

    codes: frozenset[str]
    named: frozenset[str]
    sources: frozenset[str]
    sets: frozenset[str]


def _plan(upload: Upload, read: FileFindings) -> Plan:
    items = [finding.item for finding in read.findings if finding.item is not None]
    written = {item.code for item in items} - {""}
    enemies = {code for item in items for code in item.enemies}
    bank = _Bank(
        codes=frozenset(Item.objects.filter(code__in=written).values_list("code", flat=True)),
        named=frozenset(Item.objects.filter(code__in=enemies).values_list("code", flat=True)) | written,
        sources=frozenset(Source.objects.values_list("key", flat=True)),
        sets=frozenset(ItemSet.objects.values_list("code", flat=True)),
    )
    judged = [_judged(finding, bank, upload.defaults) for finding in read.findings]
    return Plan(read.format, upload.digest, tuple(_with_codes(judged, upload.defaults)))


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
        return replace(finding, outcome=Outcome.REFUSED, item=None, notes=(*finding.notes, *refusals))
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
        "items": [
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
        ],
    }


@transaction.atomic
def export_items(*, asked: Selection, target: Format, by: User) -> Written:
    """Write items with their keys into a file; every key that goes out is in the access log.

    Raises `PermissionDenied`, and `ExchangeError`: `nothing_to_export`, `text_broken`.
    """
    demand(by, Permission.BANK_READ)
    versions = list(selected(asked, by))
    if not versions:
        raise ExchangeError("nothing_to_export", "No item of yours fits. Nothing was written.")
    written = write_file([exchange_item_of(version) for version in versions if not has_photograph(version)], target)
    left = tuple(Fitted(version.item.code, None, (PHOTOGRAPH,)) for version in versions if has_photograph(version))
    written = replace(written, fitted=written.fitted + left)
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
