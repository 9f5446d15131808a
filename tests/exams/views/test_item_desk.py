"""Reviewing and looking after items through the pages: blind answers, verdicts, lists, comparison, retiring."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from content.models.sources import Source
from exams.actions.authoring import ask_for_version, edit_draft
from exams.actions.item_remarks import answer_blind, comment
from exams.actions.item_workflow import assign_reviewer, retire
from exams.loading import load_items
from exams.models import BlindAnswer, Item, ItemComment, ItemVersion, KeyRead, ReviewAssignment
from exams.rules.item_workflow import Step
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson
from tests.factories.bank import MATCHING, ORDERING
from tests.factories.exams import item_material, make_exam, numeric_material, start_attempt
from tests.factories.items import item_content, make_draft, make_submitted, step_on

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
SECRETS = ("RATIONALETOKEN", "REASONTOKEN", "COMMENTTOKEN", "someone-2020")


@pytest.fixture
def wilma(make_person: MakePerson) -> User:
    """Another item author."""
    return make_person("Wilma Writer", Role.ITEM_AUTHOR)


@pytest.fixture
def desk(exam_admin: User, client_for: ClientFor) -> Client:
    return client_for(exam_admin)


@pytest.fixture
def reviewer(wilma: User, client_for: ClientFor) -> Client:
    return client_for(wilma)


@pytest.fixture
def asked(item_author: User, wilma: User, exam_admin: User) -> ItemVersion:
    """Walt's item, which Wilma is asked to review, full of what she must not see at first."""
    options = [{"id": letter, "text": f"Choice {letter}", "reason": "REASONTOKEN"} for letter in "abcd"]
    version = make_submitted(item_author, wilma, by=exam_admin, options=options, rationale="RATIONALETOKEN")
    comment(version=version, text="COMMENTTOKEN", by=item_author)
    return version


def at(version: ItemVersion, part: str) -> str:
    return f"/items/{version.item.code}/{version.number}/{part}/"


# Reviewing.


def test_the_key_comes_after_the_reviewers_own_answer(reviewer: Client, asked: ItemVersion) -> None:
    assertContains(reviewer.get("/items/reviews/"), "Asked of you")
    page = reviewer.get(at(asked, "review"))
    assertContains(page, "Record my answer and show the key")
    for secret in SECRETS:
        assertNotContains(page, secret)
    page = reviewer.post(at(asked, "answer"), {"shown": asked.content_hash, "choice": "a"}, follow=True)
    assertContains(page, "You answered: Choice a.")
    assertContains(page, "Differs from the key")
    for secret in SECRETS:
        assertContains(page, secret)
    assert (BlindAnswer.objects.get().value, BlindAnswer.objects.get().points) == (["a"], 0)
    assertContains(reviewer.get("/items/reviews/"), "Answered, key seen")


@pytest.mark.parametrize("address", ["/bank/{}/", "/bank/{}/?version=1", "/items/{}/compare/", "/items/{}/history/"])
def test_there_is_no_way_around_the_blind_answer(address: str, reviewer: Client, asked: ItemVersion) -> None:
    assertRedirects(reviewer.get(address.format(asked.item.code)), at(asked, "review"))
    assert not KeyRead.objects.exists()


def test_the_key_can_be_shown_without_an_answer_but_not_by_chance(reviewer: Client, asked: ItemVersion) -> None:
    page = reviewer.post(at(asked, "answer"), {"shown": asked.content_hash}, follow=True)
    assertContains(page, "Choose an answer first")
    assert not BlindAnswer.objects.exists()
    page = reviewer.post(at(asked, "answer"), {"shown": asked.content_hash, "go": "skip"}, follow=True)
    assertContains(page, "You looked at the key without answering.")
    assertContains(reviewer.get(f"/bank/{asked.item.code}/"), "RATIONALETOKEN")
    assert set(KeyRead.objects.values_list("page", "reader__full_name")) == {
        ("review", "Wilma Writer"),
        ("item", "Wilma Writer"),
    }


@pytest.mark.parametrize(
    ("material", "fields", "words"),
    [
        (ORDERING, {"place-1": "b", "place-2": "c", "place-3": "a"}, "Position 1: Mark the vertex"),
        (MATCHING, {"place-1": "c", "place-2": "a"}, "Chooses the dose: Physician"),
        (numeric_material("D1-001"), {"number": "56.35"}, "56.35"),
    ],
)
def test_every_kind_can_be_answered(material, fields, words, reviewer, item_author, wilma, exam_admin) -> None:
    content = {name: value for name, value in material.items() if name not in ("code", "review_status")}
    if material["type"] == "numeric":
        content = {name: value for name, value in content.items() if name != "options"} | {"options": []}
    version = make_submitted(item_author, wilma, by=exam_admin, **content)
    page = reviewer.post(at(version, "answer"), {"shown": version.content_hash, **fields}, follow=True)
    assertContains(page, words)
    assertContains(page, "Agrees with the key")


def test_a_verdict_is_recorded_and_the_way_back_is_the_list(reviewer: Client, asked: ItemVersion, wilma: User) -> None:
    answer_blind(version=asked, shown_hash=asked.content_hash, value=["b"], by=wilma)
    missing = reviewer.post(at(asked, "verdict"), {"shown": asked.content_hash, "step": "return", "text": "Unclear"})
    assertContains(missing, "Say what has to change", status_code=409)
    assertContains(missing, "Unclear", status_code=409)
    gone = reviewer.post(
        at(asked, "verdict"),
        {"shown": asked.content_hash, "step": "return", "text": "Unclear", "reason": "stem"},
        follow=True,
    )
    assertContains(gone, "is recorded: returned.")
    assertContains(gone, "Nothing waits for a review.")
    asked.refresh_from_db()
    assert asked.status == "rejected"


def test_a_verdict_on_words_that_changed_is_refused(
    reviewer: Client, asked: ItemVersion, wilma: User, item_author: User
) -> None:
    answer_blind(version=asked, shown_hash=asked.content_hash, value=["b"], by=wilma)
    read = asked.content_hash
    draft = step_on(asked, Step.WITHDRAW, item_author)
    edited = edit_draft(
        version=draft, shown_hash=draft.content_hash, content=item_content(stem="Other?"), by=item_author
    )
    step_on(edited, Step.SUBMIT, item_author)
    page = reviewer.post(at(asked, "verdict"), {"shown": read, "step": "approve"}, follow=True)
    assertContains(page, "Read it again.")
    assertContains(page, "Record my answer and show the key")
    assert ItemVersion.objects.get().status == "review"


def test_after_the_review_the_item_is_closed_to_its_reviewer(
    reviewer: Client, asked: ItemVersion, wilma: User, exam_admin: User
) -> None:
    pretest = step_on(asked, Step.APPROVE, wilma)
    step_on(step_on(pretest, Step.ENDORSE, wilma), Step.ENDORSE, exam_admin)
    assert reviewer.get(f"/bank/{asked.item.code}/").status_code == 404
    assert reviewer.get(at(asked, "review")).status_code == 404


def test_comments_are_written_and_resolved_where_they_are_read(
    desk: Client, reviewer: Client, asked: ItemVersion
) -> None:
    assert reviewer.post(at(asked, "comments"), {"text": "Too early"}).status_code == 404
    page = desk.post(at(asked, "comments"), {"text": "Is <b>d</b> plausible?"}, follow=True)
    assertContains(page, "Is &lt;b&gt;d&lt;/b&gt; plausible?")
    remark = ItemComment.objects.get(text__startswith="Is")
    page = desk.post(at(asked, f"comments/{remark.pk}/resolve"), follow=True)
    assertContains(page, "Resolved by Xenia Admin")
    other = make_draft(User.objects.get(full_name="Wilma Writer"))
    assert desk.post(at(other, f"comments/{remark.pk}/resolve")).status_code == 404


# Looking after the bank.


def test_reviewers_are_asked_and_released_on_the_item_page(
    desk: Client, item_author: User, wilma: User, exam_admin: User
) -> None:
    version = make_submitted(item_author)
    page = desk.get(f"/bank/{version.item.code}/")
    assertContains(page, f'<option value="{wilma.pk}">Wilma Writer</option>')
    assertContains(desk.get("/items/reviews/"), "Nobody asked yet")
    assertContains(desk.post(at(version, "reviewers"), {"reviewer": ""}, follow=True), "Choose a person.")
    desk.post(at(version, "reviewers"), {"reviewer": str(wilma.pk)})
    assert ReviewAssignment.objects.get().reviewer == wilma
    assertNotContains(desk.get(f"/bank/{version.item.code}/"), f'<option value="{wilma.pk}">')
    desk.post(at(version, "reviewers"), {"reviewer": str(wilma.pk), "go": "release"})
    assert ReviewAssignment.objects.get().ended_at is not None
    desk.post(at(version, "reviewers"), {"reviewer": str(item_author.pk)})
    assert not ReviewAssignment.objects.filter(reviewer=item_author).exists()


def test_an_item_from_material_gets_an_author(desk: Client, wilma: User) -> None:
    load_items([item_material("D1-001")])
    page = desk.post("/items/D1-001/ask/", {"author": str(wilma.pk)}, follow=True)
    assertContains(page, "Version 2 is open for its author")
    assertContains(page, "Compare versions")


def test_retiring_says_which_forms_hold_the_item(desk: Client, enrolment) -> None:
    exam = make_exam(3, programme=enrolment.programme)
    start_attempt(enrolment, exam)
    assertContains(desk.get("/items/D1-002/retire/"), "version 1 (operational)")
    assert desk.post("/items/D1-002/retire/", {"reason": "compromised"}).status_code == 422
    page = desk.post("/items/D1-002/retire/", {"reason": "compromised", "text": "Seen outside."}, follow=True)
    announced = "A compromised item stands on a form in use: D1-002"
    assertContains(page, announced)
    assertContains(page, "1 attempt is open.")
    assertContains(desk.get("/bank/"), announced)
    assertContains(desk.get("/home/"), "A retired item stands on a form in use.")
    again = desk.post("/items/D1-002/retire/", {"reason": "compromised", "text": "Again."})
    assertContains(again, "This item is not in use.", status_code=409)


def test_sets_are_made_and_list_their_items(desk: Client) -> None:
    load_items([item_material("D1-001", item_set="case-1")])
    page = desk.post("/items/sets/", {"code": "case-1", "title": "One case"}, follow=True)
    assertContains(page, "One case")
    assertContains(page, "/bank/D1-001/")
    assertContains(desk.post("/items/sets/", {"code": "case-1", "title": "Twice"}), "already", status_code=409)
    assert desk.post("/items/sets/", {"code": "not a code", "title": ""}).status_code == 422


def test_enemies_are_listed_once_for_each_pair(desk: Client) -> None:
    load_items(
        [
            item_material("D1-001", enemies=["D1-002"]),
            item_material("D1-002", enemies=["D1-001", "D2-001"]),
            item_material("D2-001"),
        ]
    )
    page = desk.get("/items/enemies/")
    assertContains(page, "2 pairs")
    assert page.content.decode().count('href="/bank/D1-002/"') == 2


def test_versions_are_compared_word_by_word_with_labels(desk: Client, item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001", stem="Hold the coil")])
    draft = ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin)
    content = item_content(stem="Hold the handle", key=["c"], sources=["someone-2020"])
    content["options"] = item_material("D1-001")["options"]
    edit_draft(version=draft, shown_hash=draft.content_hash, content=content, by=item_author)
    page = desk.get("/items/D1-001/compare/?a=1&b=2").content.decode()
    for mark, label, word in (("del", "removed", "coil"), ("ins", "added", "handle"), ("ins", "added", "c")):
        assert f'<{mark}><span class="visually-hidden">[{label}: </span>{word}<' in page
    assert desk.get("/items/D1-001/compare/?a=1&b=9").status_code == 404
    same = desk.get("/items/D1-001/compare/?a=1&b=1").content.decode()
    assert "Changed" not in same


def test_history_names_people_words_and_reasons(desk: Client, asked: ItemVersion, wilma: User) -> None:
    step_on(asked, Step.RETURN, wilma, reason="key", text="Two are right.")
    desk.get(f"/bank/{asked.item.code}/")
    page = desk.get(f"/items/{asked.item.code}/history/")
    for words in ("Sent to review, version 1", "Returned, version 1", "Two are right.", "The key is wrong", "Wilma"):
        assertContains(page, words)
    assertContains(page, asked.content_hash[:8])
    assertContains(page, "Who was shown the key")


def test_an_author_is_not_told_who_read_the_key(item_author: User, client_for: ClientFor, asked: ItemVersion) -> None:
    page = client_for(item_author).get(f"/items/{asked.item.code}/history/")
    assertContains(page, "Sent to review")
    assertNotContains(page, "Who was shown the key")


# The list.


@pytest.fixture
def bank(item_author: User, exam_admin: User) -> None:
    """Items that differ in every filter."""
    drawing = {"file": "figures/a.svg", "alt": "A circle."}
    today = timezone.localdate().isoformat()
    load_items(
        [
            item_material("D1-001", stem="Where is the vertex?", figure=drawing),
            item_material("D1-002", level="judge", review_by=today),
            numeric_material("D2-001"),
        ],
        drawings={"D1-001": b"<svg/>"},
        published={"D2-001"},
    )
    make_draft(item_author, stem="A draft of Walt?")
    step_on(make_submitted(item_author, stem="Tried out?"), Step.APPROVE, exam_admin)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["D1-001", "D1-002", "D1-003", "D1-004", "D2-001"]),
        ("q=VERTEX", ["D1-001"]),
        ("q=d2-0", ["D2-001"]),
        ("area=D2", ["D2-001"]),
        ("level=judge", ["D1-002"]),
        ("kind=numeric", ["D2-001"]),
        ("status=draft", ["D1-003"]),
        ("status=pretest", ["D1-004"]),
        ("status=operational&area=D1", ["D1-001", "D1-002"]),
        ("mark=figure", ["D1-001"]),
        ("mark=published", ["D2-001"]),
        ("mark=due", ["D1-002"]),
        ("mark=unreviewed&area=D2", ["D2-001"]),
        ("status=nonsense", []),
        ("q=%00vertex", ["D1-001"]),
    ],
)
def test_the_list_is_searched_and_filtered(query: str, codes: list[str], desk: Client, bank: None) -> None:
    rows = desk.get(f"/bank/?{query}").context["rows"]
    assert [version.item.code for version, _ in rows] == codes


def test_a_status_finds_the_version_that_has_it(desk: Client, item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001")])
    ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin)
    for status, number in (("", 2), ("draft", 2), ("operational", 1)):
        ((version, _),) = desk.get(f"/bank/?status={status}").context["rows"]
        assert version.number == number


def test_the_item_page_shows_what_is_in_use_unless_asked(desk: Client, item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001", stem="In use now?")])
    draft = ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin)
    edit_draft(version=draft, shown_hash=draft.content_hash, content=item_content(stem="Draft yet?"), by=item_author)
    assertContains(desk.get("/bank/D1-001/"), "In use now?")
    assertContains(desk.get("/bank/D1-001/?version=2"), "Draft yet?")


def test_fifty_rows_a_page_at_the_same_cost(desk: Client) -> None:
    desk.get("/bank/")
    counts = []
    for start in (1, 30):
        load_items([item_material(f"D1-{number:03}") for number in range(start, start + 50)])
        with CaptureQueriesContext(connection) as queries:
            page = desk.get("/bank/")
        assert len(page.context["rows"]) == 50
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
    assertContains(page, "79 items, page 1 of 2")
    assert len(desk.get("/bank/?page=2").context["rows"]) == 29


def test_the_item_page_costs_the_same_with_more_of_everything(
    desk: Client, make_person: MakePerson, item_author: User, exam_admin: User
) -> None:
    version = make_submitted(item_author)
    address = f"/bank/{version.item.code}/"
    desk.get(address)
    counts = []
    for turn in range(2):
        for number in range(3):
            person = make_person(f"Author {turn} {number}", Role.ITEM_AUTHOR)
            assign_reviewer(version=version, reviewer=person, by=exam_admin)
            comment(version=version, text="A remark.", by=exam_admin)
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_queue_of_reviews_costs_the_same_when_it_is_long(
    desk: Client, item_author: User, wilma: User, exam_admin: User
) -> None:
    desk.get("/items/reviews/")
    counts = []
    for _ in range(2):
        for number in range(3):
            make_submitted(item_author, wilma, by=exam_admin, stem=f"Number {number}?")
        with CaptureQueriesContext(connection) as queries:
            desk.get("/items/reviews/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_an_item_that_is_retired_stays_readable(desk: Client, exam_admin: User) -> None:
    load_items([item_material("D1-001", stem="Once in use?")])
    retire(item=Item.objects.get(), reason="outdated", text="Practice changed.", by=exam_admin)
    assertContains(desk.get("/bank/D1-001/"), "Once in use?")
    assertContains(desk.get("/bank/?status=retired"), "Once in use?")


def test_sources_are_shown_with_their_titles(desk: Client, item_author: User, client_for: ClientFor) -> None:
    Source.objects.create(key="known-2020", citation="Known K. A work on coils.", url="https://example.org/known")
    version = make_draft(item_author, sources=["known-2020", "gone-1999"])
    page = desk.get(f"/bank/{version.item.code}/")
    assertContains(page, '<a href="https://example.org/known" rel="external noreferrer">Known K. A work on coils.</a>')
    assertContains(page, "gone-1999, which is not in the register")
    compared = desk.get(f"/items/{version.item.code}/compare/")
    assertContains(compared, "Known K. A work on coils. (known-2020); gone-1999")
    form = client_for(item_author).get(f"/items/{version.item.code}/{version.number}/edit/")
    assertContains(form, '<p class="small muted" id="source-1-title">Known K. A work on coils.</p>')
