"""Items from files into drafts, and out of the bank with their keys; both leave a trace."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from PIL import Image

from exams.actions.authoring import create_item
from exams.actions.exchange import Opened, Upload, export_items, import_items, open_upload, plan_import
from exams.actions.item_figures import keep_picture
from exams.bank_list import BankFilter
from exams.errors import ExchangeError
from exams.exchange_items import Selection, exchange_item_of
from exams.interchange.checking import Defaults
from exams.interchange.files import Format, read_file, write_file
from exams.interchange.tree import ExchangeItem, Picture
from exams.loading import load_items
from exams.models import Item, ItemDrawing, ItemVersion, KeyRead
from exams.rules.item_kinds import ItemKind, ScoringRule
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.exams.interchange import samples
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, UNIT
from tests.factories.exams import item_material
from tests.factories.items import item_content, make_draft, make_submitted
from tests.factories.material import shipped_material
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db
DEFAULTS = Defaults("D7", "recall", "2027-11-21")
GIFT = b"// [id:D1-800] [tag:area:D1] [tag:level:apply]\nWhich? {=a ~b}\n\nWhich next? {=c ~d}\n"


def opened(data: bytes = GIFT, name: str = "q.gift", **changes: Any) -> Opened:
    return open_upload(Upload(name, data, **{"defaults": DEFAULTS} | changes))


def test_a_plan_says_what_would_come_and_stores_nothing(item_author: User) -> None:
    plan = plan_import(opened())
    assert [(finding.item.code, finding.outcome.value) for finding in plan.findings if finding.item] == [
        ("D1-800", "imported"),
        ("D7-001", "imported"),
    ]
    assert not Item.objects.exists()


def test_an_import_makes_drafts_of_whoever_imports(item_author: User) -> None:
    import_items(opened=opened(), by=item_author)
    first, second = ItemVersion.objects.order_by("item__code")
    assert (first.item.code, first.status, first.author, first.authors) == (
        "D1-800",
        "draft",
        item_author,
        ["Walt Author"],
    )
    assert (first.content_area, first.level, first.published_at) == ("D1", "apply", None)
    assert (second.item.code, second.level, second.review_by.isoformat()) == ("D7-001", "recall", "2027-11-21")
    assert [first.verified_on, second.verified_on] == [None, None]  # nobody checked what a file says
    event = Event.objects.get(verb="items.imported")
    assert (event.actor, event.data["codes"]) == (str(item_author.public_id), ["D1-800", "D7-001"])
    assert Event.objects.filter(verb="item.version_created").count() == 2


def test_a_code_that_is_taken_and_facts_that_are_missing_are_said_item_by_item(item_author: User) -> None:
    load_items([item_material("D1-800")])
    plan = import_items(opened=opened(), by=item_author)
    assert [note.code for note in plan.findings[0].notes] == ["code_taken"]
    assert [item.code for item in plan.items] == ["D7-001"]
    bare = plan_import(opened(defaults=Defaults()))
    assert [note.code for note in bare.findings[1].notes] == ["no_content_area", "no_level"]


def test_what_an_item_refers_to_has_to_be_there(item_author: User) -> None:
    tags = b"// [tag:enemy:D9-001] [tag:enemy:D1-001] [tag:set:case-9] [tag:source:nobody-1900]\nWhich? {=a ~b}"
    load_items([item_material("D1-001")])
    (finding,) = plan_import(opened(tags)).findings
    assert [note.code for note in finding.notes] == ["enemy_dropped", "set_dropped", "source_unknown"]
    assert finding.item is not None
    assert (finding.item.enemies, finding.item.item_set) == (("D1-001",), "")


def test_an_import_needs_an_item_author_and_something_to_import(item_author: User, exam_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        import_items(opened=opened(), by=exam_admin)
    with pytest.raises(ExchangeError, match="No item of the file"):
        import_items(opened=opened(b"Only a text."), by=item_author)
    assert not Event.objects.filter(verb="items.imported").exists()


def test_pictures_come_with_their_items(item_author: User) -> None:
    import_items(opened=opened(samples.qti3_package(), "p.zip"), by=item_author)
    version = ItemVersion.objects.get()
    assert version.drawing == ItemDrawing.objects.get()
    assert (bytes(version.drawing.svg), version.drawing.width) == (samples.SVG, 200)


def test_items_of_every_kind_go_out_and_come_back_as_they_were(item_author: User) -> None:
    items = [HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, ESSAY, UNIT]
    days = {ESSAY["code"]: ""}  # nobody has checked its facts
    load_items([{**item, "verified_on": days.get(item["code"], "2026-11-21"), "review_by": "2027-11-21"}
                for item in items], drawings={HOTSPOT["code"]: HEAD.encode()})  # fmt: skip
    stored = [exchange_item_of(version) for version in ItemVersion.objects.order_by("item__code")]
    assert [item.code for item in stored if not item.verified_on] == [ESSAY["code"]]
    written = write_file(stored, Format.QTI3)
    ItemVersion.objects.all().delete()
    Item.objects.all().delete()
    import_items(opened=opened(written.content, "p.zip"), by=item_author)
    again = [exchange_item_of(version) for version in ItemVersion.objects.order_by("item__code")]
    assert again == stored


@pytest.mark.parametrize("target", [Format.QTI3, Format.MOODLE])
def test_items_of_the_shipped_bank_come_back_as_they_were(target: Format) -> None:
    """One item in four, for the whole bank takes too long here."""
    shipped = [(bank, item) for bank in shipped_material().banks for item in bank.items][::4]
    drawings = {item.code: drawing for bank, item in shipped if (drawing := bank.drawing_of(item)) is not None}
    load_items([item.plain() for _, item in shipped], drawings=drawings)
    stored = [exchange_item_of(v) for v in ItemVersion.objects.select_related("item", "drawing").order_by("item__code")]
    written = write_file(stored, target)
    held = [each.item for each in written.fitted if each.item is not None]
    assert [finding.item for finding in read_file(written.content, "items").findings] == held
    unsaid = [
        each.code for each, item in zip(written.fitted, stored, strict=True) if each.item != item and not each.warnings
    ]
    assert unsaid == []


def test_every_key_that_goes_out_is_in_the_access_log(item_author: User, exam_admin: User) -> None:
    version = make_draft(item_author)
    load_items([item_material("D2-001"), item_material("D2-002")])
    written = export_items(asked=Selection(codes=("D2-001",)), target=Format.GIFT, by=exam_admin)
    assert b"D2-001" in written.content
    (read,) = KeyRead.objects.all()
    assert (read.version.item.code, read.reader, read.page) == ("D2-001", exam_admin, "export")
    assert Event.objects.get(verb="items.exported").data["codes"] == ["D2-001"]
    everything = export_items(asked=Selection(bank=BankFilter(area="D2")), target=Format.CSV, by=exam_admin)
    assert len(everything.fitted) == 2
    drafts = export_items(asked=Selection(bank=BankFilter(status="draft")), target=Format.CSV, by=exam_admin)
    assert [each.code for each in drafts.fitted] == [version.item.code]


def test_photographs_go_out_and_come_back_and_texts_leave_their_items_behind(
    item_author: User,
) -> None:
    """PNG, JPEG and WebP, to look at and to point at; the bytes that the bank has are known again."""
    kinds = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
    for number, kind in enumerate(kinds):
        shown = keep_picture(content=picture(kind), by=item_author)
        content = item_content(figure={"alt": f"A head {number}.", "caption": "From above."})
        create_item(content=content, drawing=shown, by=item_author)
    place = {**HOTSPOT, "verified_on": "2026-11-21", "review_by": "2027-11-21"}
    place = {name: value for name, value in place.items() if name not in ("code", "authors", "review_status")}
    create_item(content=place, drawing=keep_picture(content=picture(), by=item_author), by=item_author)
    stored = [exchange_item_of(version) for version in ItemVersion.objects.order_by("item__code")]
    out = {target: write_file(stored, target) for target in Format}
    ItemVersion.objects.all().delete()
    Item.objects.all().delete()
    for target in (Format.QTI3, Format.QTI21, Format.MOODLE):
        plan = plan_import(opened(out[target].content, f"f.{target}"))
        held = [item for item in stored if target is not Format.MOODLE or item.kind != "hotspot"]
        assert plan.items == held, target
        assert {note.code for finding in plan.findings for note in finding.notes} <= {"source_unknown"}
    for target in (Format.GIFT, Format.CSV, Format.XLSX):
        assert {each.item for each in out[target].fitted} == {None}
        assert all(note.code == "left_out" for each in out[target].fitted for note in each.warnings)
    import_items(opened=opened(out[Format.QTI3].content, "p.zip"), by=item_author)
    versions = ItemVersion.objects.select_related("item", "drawing").order_by("item__code")
    assert [exchange_item_of(version) for version in versions] == stored
    assert {version.drawing.media_type for version in versions if version.drawing} == set(kinds.values())
    assert ItemDrawing.objects.count() == 3


def test_photographs_from_elsewhere_are_written_anew_and_that_is_said(item_author: User) -> None:
    """What the file tells besides its pixels does not come along; what would move a key's areas is refused."""
    exif = Image.Exif()
    exif[0x010E] = "Patient 4711"
    turned = Image.Exif()
    turned[0x0112] = 6
    point = replace(_hotspot(), picture=Picture(picture("JPEG", exif=turned), "A head."))
    files = [
        ("D1-901", _shown(picture("JPEG", exif=exif)), "imported_with_changes", ["picture_rewritten"]),
        ("D1-902", _shown(picture("PNG", (3000, 900))), "imported_with_changes", ["picture_rewritten"]),
        (
            "D1-903",
            point,
            "refused",
            ["picture_moved"],
        ),
        ("D1-904", _shown(picture("PNG", (60, 60))), "refused", ["picture_unusable"]),
    ]
    items = [replace(item, code=code) for code, item, _, _ in files]
    plan = plan_import(opened(write_file(items, Format.QTI3).content, "p.zip"))
    found = {f.written_code: (f.outcome.value, [note.code for note in f.notes]) for f in plan.findings}
    assert found == {code: (outcome, notes) for code, _, outcome, notes in files}
    assert "made smaller" in plan.findings[1].notes[0].sentence
    import_items(opened=opened(write_file(items, Format.QTI3).content, "p.zip"), by=item_author)
    first, second = ItemVersion.objects.select_related("drawing").order_by("item__code")
    assert first.drawing is not None
    assert second.drawing is not None
    assert b"4711" not in first.drawing.content
    assert second.drawing.size == (1600, 480)


def test_more_pixels_than_can_be_written_anew_are_refused_before_any_is_opened(monkeypatch: Any) -> None:
    monkeypatch.setattr("exams.exchange_pictures.MOST_PIXELS", 400 * 300)
    two = [replace(_shown(picture("PNG", (400, 300 + number))), code=f"D1-91{number}") for number in range(2)]
    with pytest.raises(ExchangeError, match="pixels together"):
        opened(write_file(two, Format.QTI21).content, "p.zip")
    assert opened(write_file([two[0], replace(two[0], code="D1-919")], Format.QTI21).content, "p.zip")


def _shown(content: bytes) -> ExchangeItem:
    """An item of two options that shows a picture."""
    (finding,) = read_file(b"// [tag:area:D1] [tag:level:recall]\nWhich? {=a ~b}\n", "q.gift").findings
    assert finding.item is not None
    return replace(finding.item, picture=Picture(content, "A head."))


def _hotspot() -> ExchangeItem:
    areas = [{"shape": "circle", "x": "50", "y": "40", "radius": "10", "score": "1"}]
    kind, rule = ItemKind.HOTSPOT, ScoringRule.NESTED_BEST
    return replace(_shown(b""), kind=kind, scoring=rule, key={"areas": areas}, options=())


def test_authors_take_out_what_they_wrote_and_not_what_they_review(
    item_author: User, exam_admin: User, make_person: Any, trainee: User
) -> None:
    wilma = make_person("Wilma Writer", Role.ITEM_AUTHOR)
    mine = make_draft(item_author)
    make_submitted(wilma, item_author, by=exam_admin)
    written = export_items(asked=Selection(), target=Format.QTI21, by=item_author)
    assert [each.code for each in written.fitted] == [mine.item.code]
    with pytest.raises(PermissionDenied):
        export_items(asked=Selection(), target=Format.QTI21, by=trainee)


def test_the_commands(item_author: User, exam_admin: User, tmp_path: Path) -> None:
    file, out = tmp_path / "q.gift", tmp_path / "q.zip"
    file.write_bytes(GIFT)
    told = StringIO()
    call_command("import_items", file, "--dry-run", "--json", "--area=D7", "--level=recall", stdout=told)
    report = json.loads(told.getvalue())
    assert (report["dry_run"], report["format"], report["counts"]["imported"]) == (True, "GIFT", 2)
    assert report["items"][0]["code"] == "D1-800"
    with pytest.raises(CommandError, match="--by"):
        call_command("import_items", file, "--area=D7", "--level=recall")
    call_command("import_items", file, f"--by={item_author.email}", "--area=D7", "--level=recall", stdout=StringIO())
    assert Item.objects.count() == 2
    arguments = ["--format=qti3", f"--out={out}", f"--by={exam_admin.email}"]
    call_command("export_items", *arguments, stdout=StringIO())
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists"):
        call_command("export_items", *arguments)
    told = StringIO()
    call_command("import_items", out, "--dry-run", stdout=told)
    assert "2 refused" in told.getvalue()


def test_a_hostile_file_is_an_error_with_a_code(tmp_path: Path) -> None:
    file = tmp_path / "q.xml"
    file.write_text("<!DOCTYPE quiz><quiz/>")
    told = StringIO()
    with pytest.raises(CommandError, match="xml_doctype"):
        call_command("import_items", file, "--dry-run", "--json", stdout=told)
    assert json.loads(told.getvalue())["error"]["code"] == "xml_doctype"


def test_no_key_is_recorded_as_taken_out_when_there_is_nowhere_to_put_it(
    item_author: User, exam_admin: User, trainee: User, tmp_path: Path
) -> None:
    make_draft(item_author)
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("export_items", "--format=csv", f"--out={tmp_path / 'no' / 'q.csv'}", f"--by={exam_admin.email}")
    assert not KeyRead.objects.exists()
    assert not Event.objects.filter(verb="items.exported").exists()
    out = tmp_path / "q.csv"
    with pytest.raises(CommandError, match="may not"):
        call_command("export_items", "--format=csv", f"--out={out}", f"--by={trainee.email}")
    with pytest.raises(CommandError, match="nothing_to_export"):
        call_command("export_items", "--format=csv", f"--out={out}", f"--by={exam_admin.email}", "--area=D12")
    assert not out.exists()
