"""Items from files into drafts, and out of the bank with their keys; both leave a trace."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from exams.actions.authoring import create_item
from exams.actions.exchange import Upload, export_items, import_items, plan_import
from exams.actions.item_figures import keep_picture
from exams.errors import ExchangeError
from exams.exchange_items import Selection, exchange_item_of
from exams.interchange.checking import Defaults
from exams.interchange.files import Format, read_file, write_file
from exams.loading import load_items
from exams.models import Item, ItemDrawing, ItemVersion, KeyRead
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


def upload(data: bytes = GIFT, name: str = "q.gift", **changes: Any) -> Upload:
    return Upload(name, data, **{"defaults": DEFAULTS} | changes)


def test_a_plan_says_what_would_come_and_stores_nothing(item_author: User) -> None:
    plan = plan_import(upload())
    assert [(finding.item.code, finding.outcome.value) for finding in plan.findings if finding.item] == [
        ("D1-800", "imported"),
        ("D7-001", "imported"),
    ]
    assert not Item.objects.exists()


def test_an_import_makes_drafts_of_whoever_imports(item_author: User) -> None:
    import_items(upload=upload(), by=item_author)
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
    plan = import_items(upload=upload(), by=item_author)
    assert [note.code for note in plan.findings[0].notes] == ["code_taken"]
    assert [item.code for item in plan.items] == ["D7-001"]
    bare = plan_import(upload(defaults=Defaults()))
    assert [note.code for note in bare.findings[1].notes] == ["no_content_area", "no_level"]


def test_what_an_item_refers_to_has_to_be_there(item_author: User) -> None:
    tags = b"// [tag:enemy:D9-001] [tag:enemy:D1-001] [tag:set:case-9] [tag:source:nobody-1900]\nWhich? {=a ~b}"
    load_items([item_material("D1-001")])
    (finding,) = plan_import(upload(tags)).findings
    assert [note.code for note in finding.notes] == ["enemy_dropped", "set_dropped", "source_unknown"]
    assert finding.item is not None
    assert (finding.item.enemies, finding.item.item_set) == (("D1-001",), "")


def test_an_import_needs_an_item_author_and_something_to_import(item_author: User, exam_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        import_items(upload=upload(), by=exam_admin)
    with pytest.raises(ExchangeError, match="No item of the file"):
        import_items(upload=upload(b"Only a text."), by=item_author)
    assert not Event.objects.filter(verb="items.imported").exists()


def test_pictures_come_with_their_items(item_author: User) -> None:
    import_items(upload=upload(samples.qti3_package(), "p.zip"), by=item_author)
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
    import_items(upload=upload(written.content, "p.zip"), by=item_author)
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
    everything = export_items(asked=Selection(area="D2"), target=Format.CSV, by=exam_admin)
    assert len(everything.fitted) == 2
    drafts = export_items(asked=Selection(status="draft"), target=Format.CSV, by=exam_admin)
    assert [each.code for each in drafts.fitted] == [version.item.code]


def test_items_with_photographs_stay_and_are_named(item_author: User, exam_admin: User) -> None:
    photograph = keep_picture(content=picture(), by=item_author)
    shown = create_item(content=item_content(figure={"alt": "A head."}), drawing=photograph, by=item_author)
    make_draft(item_author)
    written = export_items(asked=Selection(), target=Format.QTI3, by=exam_admin)
    assert {each.code for each in written.fitted if each.item is None} == {shown.item.code}
    assert not KeyRead.objects.filter(version=shown).exists()


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
