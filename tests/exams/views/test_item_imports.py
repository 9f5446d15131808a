"""Importing and exporting on the pages of the bank: the report, the decision, the file of keys."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exams.actions.item_imports import CARRY, MOST_LIVE, READ, forget_files, take_file
from exams.interchange.files import read_file
from exams.loading import load_items
from exams.models import Item, ItemImport, ItemVersion, KeyRead
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.exams.staff import run_jobs
from tests.factories.exams import item_material
from tests.factories.items import make_draft, make_submitted

pytestmark = pytest.mark.django_db
GIFT = (
    b"// [id:D1-800] [tag:area:D1] [tag:level:apply]\nWhich? {=a ~b}\n\n"
    b"// [id:D1-801]\nWhich <b>next</b>? {=c ~d}\n\nOnly a text.\n\n// [id:D1-802]\nWhat? {=e ~f ~%150%g}\n"
)


@pytest.fixture
def desk(item_author, client_for):
    return client_for(item_author)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def upload(desk, content: bytes = GIFT, name: str = "q.gift", **more: str) -> str:
    data = {"file": SimpleUploadedFile(name, content), "area": "D7", "level": "recall", "encoding": "utf-8"}
    answer = desk.post("/items/import/", data | more)
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def decide(desk, url: str, act: str, number: int = 1):
    return desk.post(f"{url}{act}", {"report": number})


def test_from_a_file_over_its_report_to_drafts(desk, item_author, make_person, client_for):
    url = upload(desk)
    taken = ItemImport.objects.get()
    assert "Waiting for a worker" in words(desk.get(url))
    assert decide(desk, url, "confirm").status_code == 409
    run_jobs(READ)
    assert desk.get(f"{url}state").json() == {"state": "reported", "progress": ""}
    page = words(desk.get(url))
    assert "All 4" in page
    assert "Import 2 items as drafts" in page
    refused = words(desk.get(f"{url}?outcome=refused"))
    assert ("D1-802" in refused, "D1-801" in refused) == (True, False)
    assert "D1-801" in words(desk.get(f"{url}?q=d1-801"))
    assert "Nothing matches." in words(desk.get(f"{url}?q=nowhere"))
    assert not Item.objects.exists()
    other = client_for(make_person("Otto Author", Role.ITEM_AUTHOR))
    assert {other.get(url).status_code, decide(other, url, "confirm").status_code} == {404}
    assert decide(desk, url, "confirm").status_code == 302
    # A second click, and a worker that runs twice, change nothing.
    assert decide(desk, url, "confirm").status_code == 409
    assert run_jobs(CARRY) == 1
    drafts = ItemVersion.objects.order_by("item__code")
    assert [(d.item.code, d.status, d.author, d.content_area) for d in drafts] == [
        ("D1-800", "draft", item_author, "D1"),
        ("D1-801", "draft", item_author, "D7"),
    ]
    assert "2 drafts of yours are in the bank" in words(desk.get(url))
    verbs = list(Event.objects.filter(verb__startswith="items.").order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["items.uploaded", "items.import_confirmed", "items.imported"]
    assert storages["private"].exists(taken.storage_name)
    assert forget_files() == 1
    assert not storages["private"].exists(taken.storage_name)


def test_a_report_that_is_no_longer_true_imports_nothing_and_is_made_anew(desk, item_author):
    url = upload(desk)
    run_jobs(READ)
    load_items([item_material("D1-800")])
    decide(desk, url, "confirm")
    run_jobs(CARRY)
    assert list(Item.objects.values_list("code", flat=True)) == ["D1-800"]
    assert not Event.objects.filter(verb="items.imported").exists()
    page = words(desk.get(url))
    assert "The bank has changed since the report was made" in page
    assert "There is an item D1-800 already" in page
    # The old report cannot be confirmed any more, the new one can.
    assert decide(desk, url, "confirm", 1).status_code == 409
    assert decide(desk, url, "confirm", 2).status_code == 302
    run_jobs(CARRY)
    assert Item.objects.filter(code="D1-801").exists()


def test_what_cannot_be_imported_says_why(desk, item_author):
    hostile = upload(desk, b"<!DOCTYPE quiz><quiz/>", "q.xml")
    lost = upload(desk)
    storages["private"].delete(ItemImport.objects.get(name="q.gift").storage_name)
    other = upload(desk, GIFT + b"\n", "changed.gift")
    changed = ItemImport.objects.get(name="changed.gift").storage_name
    with storages["private"].open(changed, "wb") as stored:
        stored.write(GIFT)
    run_jobs(READ)
    for url, said in ((hostile, "document type"), (lost, "not there any more"), (other, "not the one")):
        page = words(desk.get(url))
        assert said in page
        assert "Nothing was imported." in page
    too_large = SimpleUploadedFile("q.gift", b"x" * 50_000_001)
    answer = desk.post("/items/import/", {"file": too_large, "encoding": "utf-8"})
    assert (answer.status_code, "larger than 50 MB" in words(answer)) == (422, True)
    empty = upload(desk, b"// nothing\n", "empty.gift")
    run_jobs(READ)
    assert decide(desk, empty, "confirm").status_code == 409


def test_a_file_lapses_can_be_discarded_and_does_not_pile_up(desk, item_author):
    url = upload(desk)
    run_jobs(READ)
    ItemImport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "no longer kept" in words(decide(desk, url, "confirm"))
    assert forget_files() == 1
    assert ItemImport.objects.get().state == "expired"
    second = upload(desk)
    run_jobs(READ)
    assert "was discarded" in words(desk.post(f"{second}discard", follow=True))
    assert decide(desk, second, "discard").status_code == 409
    facts = {"content": GIFT, "encoding": "utf-8", "area": "", "level": "", "by": item_author}
    for number in range(MOST_LIVE):
        take_file(name=f"{number}.gift", **facts)
    answer = desk.post("/items/import/", {"file": SimpleUploadedFile("q.gift", GIFT), "encoding": "utf-8"})
    assert answer.status_code == 409
    with CaptureQueriesContext(connection) as many:
        desk.get("/items/import/")
    ItemImport.objects.filter(state="reading").delete()
    with CaptureQueriesContext(connection) as few:
        desk.get("/items/import/")
    assert len(many) == len(few)


def test_an_export_asks_who_one_is_says_what_is_lost_and_is_written_down(
    item_author, exam_admin, make_person, client_for
):
    mine = make_draft(item_author)
    make_submitted(make_person("Wilma Writer", Role.ITEM_AUTHOR), item_author, by=exam_admin)
    load_items([item_material("D2-001"), item_material("D2-002")])
    admin, author = client_for(exam_admin), client_for(item_author)
    assert admin.get("/items/export/")["Location"].startswith("/accounts/reauthenticate/")
    assert admin.post("/items/export/", {"format": "gift"})["Location"].startswith("/accounts/reauthenticate/")
    for client in (admin, author):
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = words(admin.get("/items/export/?format=gift&area=D2"))
    assert "2 of 2 items as GIFT" in page
    assert not KeyRead.objects.exists()
    answer = admin.post("/items/export/", {"format": "gift", "area": "D2", "q": "d2-002"})
    assert answer["Content-Disposition"].startswith('attachment; filename="items-gift-')
    assert [f.item.code for f in read_file(answer.content, "q.gift").findings if f.item] == ["D2-002"]
    read = KeyRead.objects.get()
    assert (read.version.item.code, read.reader, read.page) == ("D2-002", exam_admin, "export")
    assert Event.objects.get(verb="items.exported").data["codes"] == ["D2-002"]
    # What an author only reviews stays.
    assert "1 of 1 item as" in words(author.get("/items/export/"))
    taken = author.post("/items/export/", {"format": "qti3"})
    assert [f.item.code for f in read_file(taken.content, "p.zip").findings if f.item] == [mine.item.code]
    assert admin.post("/items/export/", {"area": "D99"}).status_code == 409
