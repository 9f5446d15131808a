"""The rubric editor through its pages: nothing typed is lost, faults stand beside their fields, two people decide."""

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.reader.assessment_shapes import Practical
from exams.actions.rubric_drafts import proposal_of
from exams.models import RubricDraft
from exams.rules.rubric_edits import part_digest
from lms.accounts.roles import Role
from tests.exams.test_proposals import shown_again
from tests.factories.practicals import rubric_content
from tests.factories.rubrics import SOURCE, begin_draft, hand_in_changed, make_source, sound_stations

pytestmark = pytest.mark.django_db


class Desk:
    """Xenia's browser at a draft."""

    def __init__(self, browser: Client, draft: RubricDraft) -> None:
        self.browser, self.draft = browser, draft
        self.page = reverse("exams:rubric_draft", args=[draft.pk])

    def url(self, part: str = "") -> str:
        return f"{self.page}{part or 'general'}/"

    def form(self, part: str, **changes: str) -> dict[str, object]:
        """Return what the page of a station would send."""
        self.draft.refresh_from_db()
        station = next(row for row in self.draft.content["stations"] if row["code"] == part)
        rows = [*station["criteria"], *station["critical_failures"]]
        sent: dict[str, object] = {f"text:{row['code']}": row["text"] for row in rows}
        sent |= {f"critical:{row['code']}": "yes" for row in rows if row.get("critical")}
        sent |= {name: str(station[name]) for name in ("title", "task", "setting", "minutes")}
        sent |= {"sources": " ".join(station["sources"]), "seen": part_digest(self.draft.content, part), "act": "save"}
        return sent | changes

    def send(self, part: str, **changes: str):
        return self.browser.post(self.url(part), self.form(part, **changes))

    def station(self, code: str) -> dict[str, object]:
        self.draft.refresh_from_db()
        return next(row for row in self.draft.content["stations"] if row["code"] == code)

    def act(self, act: str, **fields: str):
        return self.browser.post(self.page, {"act": act} | fields)

    def text(self, url: str = "") -> str:
        return " ".join(self.browser.get(url or self.page).content.decode().split())


@pytest.fixture
def desk(enrolment, exam_admin, client_for) -> Desk:
    """Xenia at her draft of a rubric with two stations."""
    return Desk(client_for(exam_admin), begin_draft(enrolment, exam_admin))


def test_from_the_list_to_a_draft_and_only_for_who_may_write(desk, instructor, client_for) -> None:
    rubric = desk.draft.rubric
    desk.act("discard")
    assert "Version 1 is in force" in desk.text(reverse("exams:rubrics"))
    page = reverse("exams:rubric", args=[rubric.code])
    assert "Start a draft" in desk.text(page)
    assert "Discarded drafts" in desk.text(page)
    read = client_for(instructor).get(page).content.decode()
    assert "Start a draft" not in read
    assert "Discarded drafts" not in read
    started = desk.browser.post(reverse("exams:rubric_start", args=[rubric.code]))
    assert started.url == reverse("exams:rubric_draft", args=[RubricDraft.objects.get(state="open").pk])
    again = desk.browser.post(reverse("exams:rubric_start", args=[rubric.code]), follow=True)
    assert "There is a draft already" in again.content.decode()


def test_what_is_typed_is_stored_with_its_fault_beside_the_field(desk) -> None:
    answer = desk.send("P01", minutes="ten", **{"text:P01-1": ""})
    assert answer.status_code == 302
    assert (desk.station("P01")["minutes"], desk.station("P01")["criteria"][0]["text"]) == ("ten", "")
    page = desk.text(desk.url("P01"))
    assert 'value="ten"' in page
    assert '<span class="field__error" id="field-minutes-fault" data-fault>Enter a whole number.</span>' in page
    assert 'href="/practicals/drafts/' in page
    overview = desk.text()
    assert "Station P01, minutes" in overview
    assert "Station P01, P01-1" in overview
    refused = desk.act("hand_in", reason="Plainer words.")
    assert refused.status_code == 422
    assert "2 things have to be mended first" in refused.content.decode()
    assert "Plainer words." in refused.content.decode()


def test_every_button_of_a_station_saves_what_is_typed_and_leads_to_its_entry(desk) -> None:
    added = desk.send("P01", title="Kept", act="add:criteria")
    assert added.url == f"{desk.url('P01')}?at=new:P01-3"
    assert desk.station("P01")["title"] == "Kept"
    assert 'name="text:P01-3" value="" maxlength="400" autofocus' in desk.text(added.url)
    moved = desk.send("P01", act="up:P01-3", **{"text:P01-3": "Looks"})
    assert "autofocus" in desk.browser.get(moved.url).content.decode()
    desk.send("P01", act="remove:P01-1")
    assert [(row["code"], row["text"]) for row in desk.station("P01")["criteria"]] == [
        ("P01-3", "Looks"), ("P01-2", "Step 2 of P01")
    ]  # fmt: skip
    desk.send("P01", act="add:critical_failures")
    assert [row["code"] for row in desk.station("P01")["critical_failures"]] == ["P01-C1", "P01-C2", "P01-C3"]
    assert desk.send("P01", act="remove:P02-1").status_code == 404


def test_a_page_that_saves_itself_gets_faults_and_preview(desk) -> None:
    sent = desk.form("P01", minutes="0", title="Seen at once")
    answer = desk.browser.post(desk.url("P01"), sent, headers={"accept": "application/json"})
    said = answer.json()
    assert said["faults"] == {"field-minutes": "Enter at least 1."}
    assert "Seen at once" in said["preview"]
    assert said["seen"] == part_digest(RubricDraft.objects.get().content, "P01") != sent["seen"]
    stale = desk.browser.post(desk.url("P01"), sent, headers={"accept": "application/json"})
    assert (stale.status_code, stale.json()["code"]) == (409, "overtaken")


def test_whoever_was_overtaken_sees_both_and_may_replace(desk, make_person, client_for) -> None:
    mine = desk.form("P01", title="Mine")
    yara = Desk(client_for(make_person("Yara Second", Role.EXAM_ADMIN)), desk.draft)
    yara.send("P01", title="Theirs")
    answer = desk.browser.post(desk.url("P01"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Yara Second changed this part" in page
    assert 'value="Mine"' in page
    assert desk.station("P01")["title"] == "Theirs"
    desk.send("P01", title="Mine")  # with the digest of what is stored now, as the page has it
    assert desk.station("P01")["title"] == "Mine"
    assert part_digest({"stations": [yara.station("P01")]}, "P01") != mine["seen"]


def test_stations_are_added_moved_and_removed_on_the_page_of_the_draft(desk) -> None:
    assert desk.act("add").url == desk.url("P03")
    assert "without a title yet" in desk.text()
    desk.act("up:P03")
    desk.act("remove:P01")
    desk.draft.refresh_from_db()
    assert [row["code"] for row in desk.draft.content["stations"]] == ["P03", "P02"]
    assert desk.act("remove:P77").status_code == 422
    assert desk.browser.get(desk.url("P01")).status_code == 404
    assert desk.act("nothing").status_code == 302


def test_levels_and_rules_on_the_general_page(desk) -> None:
    seen = part_digest(desk.draft.content, "")
    sent = {
        "seen": seen,
        "rules": "shown",
        "title": "Renamed",
        "label:3": "",
        "rule:days_after_critical_failure": "999",
    }
    desk.browser.post(desk.url(), sent)
    page = desk.text(desk.url())
    assert "Enter at most 365." in page
    assert "Write something here." in page
    assert 'value="Renamed"' in page
    assert "General, days to wait after a critical failure" in desk.text()


def test_the_preview_is_the_checklist_of_the_assessor(desk) -> None:
    page = desk.text(desk.url("P01"))
    assert "Step 1 of P01" in page
    assert "Was there a critical failure?" in page
    assert "Label 4" in page


def test_comparing_handing_in_deciding(desk, make_person, client_for) -> None:
    desk.send("P02", title="Renamed station")
    compared = desk.text(reverse("exams:rubric_compare", args=[desk.draft.pk]))
    assert "Station P02" in compared
    assert "not to be used for assessing" in compared
    desk.act("hand_in", reason="Plainer.")
    assert "Waits for a second person" in desk.text()
    kept = desk.send("P02", title="Too late")
    assert kept.status_code == 409
    assert "Too late" in kept.content.decode()
    desk.act("take_back")
    desk.act("hand_in", reason="Plainer still.")
    yara = shown_again(client_for(make_person("Yara Second", Role.EXAM_ADMIN)))
    decision = reverse("dashboard:proposals")
    assert "Approve a rubric" in yara.get(decision).content.decode()
    draft = desk.draft.rubric.drafts.get()
    page = reverse("dashboard:proposal", args=[proposal_of(draft).pk])
    assert "This draft becomes version 2" in yara.get(page).content.decode()
    yara.post(page, {"act": "confirm"})
    version = reverse("exams:rubric_version", args=[desk.draft.rubric.code, 2])
    assert "Renamed station" in desk.text(version)
    assert "Written here, approved by Yara Second" in desk.text(reverse("exams:rubric", args=[desk.draft.rubric.code]))
    assert "Renamed" in desk.text(f"{version}?with=1")
    assert "Approved as version 2 by Yara Second" in desk.text()


def test_the_file_of_a_version_is_one_that_the_reader_takes(desk) -> None:
    answer = desk.browser.get(reverse("exams:rubric_file", args=[desk.draft.rubric.code, 1]))
    assert answer["Content-Disposition"].endswith('tms-technician-practical-1.yaml"')
    content = yaml.safe_load(answer.content)
    assert Practical.model_validate(content).version == 1
    assert content["stations"][0]["sources"] == [SOURCE]


def test_no_page_of_the_editor_grows_with_the_rubric(enrolment, exam_admin, client_for) -> None:
    make_source()
    draft = begin_draft(enrolment, exam_admin, stations=2)
    desk = Desk(client_for(exam_admin), draft)
    pages = [desk.page, desk.url(), desk.url("P01"), f"{desk.page}compare/", reverse("exams:rubrics"),
             reverse("exams:rubric", args=[draft.rubric.code])]  # fmt: skip

    def count() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert desk.browser.get(page).status_code == 200
            found.append(len(queries))
        return found

    count()
    few = count()
    RubricDraft.objects.filter(pk=draft.pk).update(
        content=rubric_content(stations=12) | {"stations": sound_stations(12), "programme": enrolment.programme.code}
    )
    for title in ("One", "Two", "Three"):
        desk.send("P01", title=title)
    desk.draft.refresh_from_db()
    assert count() == few
    assert max(few) <= 11


def test_a_draft_that_waits_says_so_everywhere(desk, exam_admin) -> None:
    hand_in_changed(desk.draft, exam_admin)
    for page in (desk.url(), desk.url("P01")):
        assert "waits for a second person and does not change until then" in desk.text(page)
