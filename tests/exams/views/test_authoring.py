"""The form of item authors, without script: every kind, nothing typed lost, previews without the key."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from content.models.sources import Source
from exams.actions.authoring import content_of, edit_draft
from exams.editors import EDITORS
from exams.item_forms import typed_item
from exams.loading import load_items
from exams.models import ItemVersion, KeyRead
from exams.rules.item_material import ItemKind
from exams.rules.item_workflow import Step
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson
from tests.exams.test_editors import CONTENTS, WITH_OPTIONS
from tests.factories.exams import item_material
from tests.factories.items import item_content, make_draft, make_submitted, step_on

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
NEW = "/items/new/single_choice/"
KEY, RATIONALE, REASON = "KEYTOKEN right", "RATIONALETOKEN", "REASONTOKEN"


@pytest.fixture(autouse=True)
def register(db: None) -> None:
    """The sources that the items cite."""
    for key in ("someone-2020", "barker-1985"):
        Source.objects.create(key=key, citation=f"A work of {key}.")


@pytest.fixture
def walt(item_author: User, client_for: ClientFor) -> Client:
    return client_for(item_author)


@pytest.fixture
def wilma(make_person: MakePerson) -> User:
    """Another item author."""
    return make_person("Wilma Writer", Role.ITEM_AUTHOR)


def fields(kind: ItemKind = ItemKind.SINGLE_CHOICE, **changes: Any) -> dict[str, Any]:
    """Fill the form as for the sample item of a kind; ids are those of a new item: none."""
    content = item_content(**{n: v for n, v in CONTENTS[kind].items() if n not in ("code", "review_status")})
    content = {name: value for name, value in content.items() if name in CONTENTS[kind]}
    typed = typed_item({"enemies": [], "fixed_order": False, **content}, "")
    return {**typed, "option_id": [""] * len(typed.get("option_id", ())), "go": "save", **changes}


@pytest.fixture
def area(db: None) -> None:
    """An item, so that the area D1 is known."""
    load_items([item_material("D1-001")])


def typed_back(page: HttpResponse, text: str) -> None:
    """The page holds what was typed, in a field."""
    html = page.content.decode()
    assert re.search(rf'(value="|<textarea[^>]*>\s*){re.escape(text)}', html), f"{text} is lost"


@pytest.mark.parametrize("kind", [*WITH_OPTIONS, ItemKind.NUMERIC])
def test_kinds_with_options_and_numbers_can_be_written_without_script(kind: ItemKind, walt: Client, area: None) -> None:
    address = f"/items/new/{kind.value}/"
    assertContains(walt.get(address), EDITORS[kind].sentence)
    page = walt.post(address, fields(kind), follow=True)
    assertContains(page, "D1-002, version 1, is saved as a draft.")
    version = ItemVersion.objects.get(item__code="D1-002")
    stored, sample = content_of(version), CONTENTS[kind]
    texts = {option["id"]: option["text"] for option in stored.get("options", ())}
    expected = {option["id"]: option["text"] for option in sample.get("options", ())}
    if isinstance(sample["key"], dict) and kind is ItemKind.MATCHING:
        assert {prompt: texts[o] for prompt, o in stored["key"].items()} == {
            prompt: expected[o] for prompt, o in sample["key"].items()
        }
    elif kind is ItemKind.NUMERIC:
        assert stored["key"] == sample["key"]
    else:
        assert [texts[option] for option in stored["key"]] == [expected[option] for option in sample["key"]]
    edited = walt.post("/items/D1-002/1/edit/", typed_item(stored, version.content_hash) | {"stem": "Better?"})
    assertRedirects(edited, "/bank/D1-002/?version=1")
    changed = ItemVersion.objects.get(item__code="D1-002")
    assert (changed.stem, changed.key, changed.options) == ("Better?", version.key, version.options)


def test_nothing_typed_is_lost_on_a_refusal(walt: Client, area: None) -> None:
    wrong = fields(
        stem="A long stem",
        right=[],
        option_text=["First text", "Second text", "", "Fourth text"],
        option_reason=["Reason one", "", "", "Reason four"],
        rationale="A long rationale",
        source=["someone-2020", "nobody-1900"],
        enemies="D9-999",
        verified_on="soon",
    )
    page = walt.post(NEW, wrong)
    assert page.status_code == 422
    for text in ("A long stem", "First text", "Second text", "Fourth text", "Reason one", "Reason four"):
        typed_back(page, text)
    for text in ("A long rationale", "someone-2020", "nobody-1900", "D9-999", "soon"):
        typed_back(page, text)
    assertContains(page, "Key: mark the one right option.", status_code=422)
    assertContains(page, "nobody-1900 is not in the register of sources", status_code=422)
    assertContains(page, "There is no item D9-999.", status_code=422)
    assert ItemVersion.objects.count() == 1


def test_nobody_has_checked_the_facts_of_a_new_item_yet(walt: Client, area: None) -> None:
    assertContains(walt.get(NEW), 'name="verified_on"', count=1)
    assert not re.search(r'name="verified_on"[^>]*value=', walt.get(NEW).content.decode())
    assertContains(walt.post(NEW, fields(verified_on="")), "Compare the facts with the sources", status_code=422)


def test_rows_come_and_go_without_saving(walt: Client, area: None) -> None:
    page = walt.post(NEW, fields(go="add_option", stem="Kept"))
    assertContains(page, 'name="option_row"', count=5)
    typed_back(page, "Kept")
    page = walt.post(NEW, fields(go="remove_option:0"))
    assertContains(page, 'name="option_row"', count=3)
    assertNotContains(page, 'value="Choice a to d1-001"')
    typed_back(page, "Choice b to d1-001")
    assertContains(page, 'name="right" value="1" checked')
    assert ItemVersion.objects.count() == 1


@pytest.mark.parametrize("address", [NEW, "/items/preview/single_choice/"])
def test_a_preview_is_what_a_candidate_sees_and_no_more(address: str, walt: Client, area: None) -> None:
    typed = fields(go="preview", stem="A **warm** coil.\n\nWhat now?", rationale=RATIONALE, option_reason=[REASON] * 4)
    html = walt.post(address, typed).content.decode()
    shown = html[html.index("As the candidate sees it") :] if address == NEW else html
    assert "A <strong>warm</strong> coil." in shown
    assert "to read. The options" in shown
    assert all(f"Choice {letter} to d1-001" in shown for letter in "abcd")
    for secret in (RATIONALE, REASON, "checked", "someone-2020", "D1-0"):
        assert secret not in shown
    assert ItemVersion.objects.count() == 1


def test_a_preview_works_with_half_an_item(walt: Client, area: None) -> None:
    page = walt.post("/items/preview/matching/", {"stem": "Half", "option_row": ["0"], "option_text": ["One"]})
    assertContains(page, "Half")
    assertContains(page, "One")


def test_a_conflict_shows_both_and_the_next_save_wins(walt: Client, item_author: User, area: None) -> None:
    draft = make_draft(item_author, stem="The words at first")
    mine = typed_item(content_of(draft), draft.content_hash) | {"stem": ["My own words at last"]}
    elsewhere = item_content(stem="Their words meanwhile")
    edit_draft(version=draft, shown_hash=draft.content_hash, content=elsewhere, by=item_author)
    page = walt.post(f"/items/{draft.item.code}/1/edit/", mine)
    assert page.status_code == 409
    assertContains(page, "This draft was saved elsewhere since you opened it.", status_code=409)
    html = page.content.decode()
    assert "<del>" in html
    assert "Their" in html
    typed_back(page, "My own words at last")
    shown = re.search(r'name="shown" value="(\w+)"', html)
    assert shown is not None
    walt.post(f"/items/{draft.item.code}/1/edit/", mine | {"shown": shown[1]})
    assert ItemVersion.objects.get(pk=draft.pk).stem == "My own words at last"


def test_the_draft_of_another_author_does_not_exist(walt: Client, wilma: User, item_author: User) -> None:
    theirs = make_draft(wilma, stem="WILMATOKEN")
    own = make_draft(item_author)
    place = f"/items/{theirs.item.code}"
    for address in (
        f"/bank/{theirs.item.code}/",
        f"/bank/{theirs.item.code}/figure",
        f"{place}/1/edit/",
        f"{place}/compare/",
        f"{place}/history/",
    ):
        assert walt.get(address).status_code == 404, address
    for address in (f"{place}/1/edit/", f"{place}/1/step/", f"{place}/revise/", f"{place}/1/comments/"):
        assert walt.post(address, {"step": "submit", "text": "Hello"}).status_code == 404, address
    assert walt.get(f"{place}/1/review/").status_code == 404
    listed = walt.get("/bank/")
    assertNotContains(listed, "WILMATOKEN")
    assertNotContains(listed, theirs.item.code)
    assertContains(listed, own.item.code)
    theirs.refresh_from_db()
    assert theirs.status == "draft"


def test_exam_administrators_read_and_do_not_write(exam_admin: User, client_for: ClientFor, item_author: User) -> None:
    draft = make_draft(item_author)
    xenia = client_for(exam_admin)
    assertContains(xenia.get(f"/bank/{draft.item.code}/"), "Which coil is this?")
    assert xenia.get(f"/items/{draft.item.code}/1/edit/").status_code == 403
    assert xenia.post(NEW, fields()).status_code == 403


def test_the_author_sends_to_review_takes_back_and_writes_on(walt: Client, item_author: User) -> None:
    draft = make_draft(item_author, rationale="")
    page, place = f"/bank/{draft.item.code}/?version=1", f"/items/{draft.item.code}/1/step/"
    assertContains(walt.get(page), "Write why the key is right before the item goes to review.")
    edit_draft(version=draft, shown_hash=draft.content_hash, content=item_content(), by=item_author)
    draft.refresh_from_db()
    stale = walt.post(place, {"step": "submit", "shown": "x"}, follow=True)
    assertContains(stale, "changed or decided on since you opened it")
    sent = walt.post(place, {"step": "submit", "shown": draft.content_hash}, follow=True)
    assertContains(sent, "is in review now.")
    assertNotContains(sent, "Edit the draft")
    refused = walt.get(f"/items/{draft.item.code}/1/edit/", follow=True)
    assertContains(refused, "its words can no longer change")
    back = walt.post(place, {"step": "withdraw", "shown": draft.content_hash}, follow=True)
    assertContains(back, "is a draft again.")
    assertContains(back, "Edit the draft")
    assertContains(walt.post(place, {"step": "approve"}, follow=True), "Nothing was changed.")


def test_a_frozen_version_is_followed_by_the_next(walt: Client, item_author: User, exam_admin: User) -> None:
    first = step_on(make_submitted(item_author), Step.APPROVE, exam_admin)
    code = first.item.code
    assertRedirects(walt.post(f"/items/{code}/revise/"), f"/items/{code}/2/edit/")
    assertContains(walt.post(f"/items/{code}/revise/", follow=True), "is being written already")


def test_a_stem_that_is_there_already_is_pointed_out(walt: Client, area: None) -> None:
    page = walt.post(NEW, fields(stem="WHAT is the answer to question D1-001"), follow=True)
    assertContains(page, "D1-001 has the same stem.")


def test_the_form_costs_the_same_for_a_large_bank(walt: Client, item_author: User) -> None:
    draft = make_draft(item_author)
    walt.get(f"/items/{draft.item.code}/1/edit/")
    counts = []
    for start in (200, 300):
        load_items([item_material(f"D1-{number:03}") for number in range(start, start + 20)])
        Source.objects.bulk_create(Source(key=f"s-{start}-{n}", citation="C.") for n in range(30))
        with CaptureQueriesContext(connection) as queries:
            walt.get(f"/items/{draft.item.code}/1/edit/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_opening_a_draft_is_logged_as_a_read_of_its_key(walt: Client, item_author: User) -> None:
    draft = make_draft(item_author)
    walt.get(f"/items/{draft.item.code}/1/edit/")
    walt.get(f"/bank/{draft.item.code}/")
    assert sorted(KeyRead.objects.values_list("page", "reader__full_name")) == [
        ("edit", "Walt Author"),
        ("item", "Walt Author"),
    ]


def test_unknown_kinds_and_versions_are_not_there(walt: Client, item_author: User) -> None:
    draft = make_draft(item_author)
    for address in ("/items/new/juggling/", f"/items/{draft.item.code}/7/edit/", f"/bank/{draft.item.code}/?version=7"):
        assert walt.get(address).status_code == 404
