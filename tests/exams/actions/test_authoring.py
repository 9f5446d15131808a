"""Writing items: codes, drafts, the next version, and how this meets items from material."""

import pytest
from django.core.exceptions import PermissionDenied

from exams.actions.authoring import ask_for_version, content_of, create_item, edit_draft, revise
from exams.actions.item_workflow import retire, take_step
from exams.bank import newest_usable, stems_like
from exams.errors import ItemError, MaterialError
from exams.loading import load_exam_form, load_items
from exams.models import FormItem, Item, ItemDecision, ItemVersion
from exams.rules.item_material import ItemKind
from exams.rules.item_workflow import ItemStatus, Step
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import MakePerson
from tests.exams.test_editors import CONTENTS
from tests.factories.bank import HEAD
from tests.factories.exams import item_material, make_exam
from tests.factories.items import item_content, make_draft, make_submitted, step_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def wilma(make_person: MakePerson) -> User:
    """Another item author."""
    return make_person("Wilma Writer", Role.ITEM_AUTHOR)


def code_of(caught: pytest.ExceptionInfo[ItemError]) -> str:
    return caught.value.code


def test_a_new_item_gets_the_next_code_of_its_area(item_author: User) -> None:
    load_items([item_material("D1-009"), item_material("D2-001")])
    version = make_draft(item_author)
    assert (version.item.code, version.number, version.status) == ("D1-010", 1, "draft")
    assert (version.author, version.authors, version.published_at) == (item_author, ["Walt Author"], None)
    event = Event.objects.get(verb="item.version_created", target_id=str(version.pk))
    assert event.actor == str(item_author.public_id)


@pytest.mark.parametrize("kind", list(CONTENTS))
def test_every_kind_is_stored_as_the_loader_stores_it(kind: ItemKind, item_author: User) -> None:
    """The loader is the other road: what an author writes and what a file says make the same row."""
    drawings = {"D1-001": HEAD.encode()} if kind is ItemKind.HOTSPOT else {}
    load_items([CONTENTS[kind] | {"code": "D1-001", "authors": ["Walt Author"]}], drawings=drawings)
    (loaded,) = ItemVersion.objects.all()
    written = create_item(content=content_of(loaded), drawing=loaded.drawing, by=item_author)
    same = ["kind", "options", "prompts", "key", "unit", "reasons", "scoring", "stem_html", "sources", "fixed_order"]
    same += ["regions", "answer_form", "scoring_parameters", "drawing", "figure_alt", "figure_caption"]
    assert [getattr(written, name) for name in same] == [getattr(loaded, name) for name in same]


def test_only_item_authors_write(exam_admin: User, instructor: User) -> None:
    for person in (exam_admin, instructor):
        with pytest.raises(PermissionDenied):
            make_draft(person)
    assert not Item.objects.exists()


def test_an_edit_replaces_the_words_and_is_recorded(item_author: User) -> None:
    draft = make_draft(item_author)
    before = draft.content_hash
    edited = edit_draft(version=draft, shown_hash=before, content=item_content(stem="Better?"), by=item_author)
    assert (edited.stem, edited.stem_html, edited.number) == ("Better?", "<p>Better?</p>", 1)
    assert edited.content_hash != before
    assert Event.objects.get(verb="item.draft_changed").data == {"before": before, "hash": edited.content_hash}


def test_an_edit_of_what_was_changed_meanwhile_is_refused(item_author: User) -> None:
    draft = make_draft(item_author)
    shown = draft.content_hash
    edit_draft(version=draft, shown_hash=shown, content=item_content(stem="First"), by=item_author)
    with pytest.raises(ItemError) as caught:
        edit_draft(version=draft, shown_hash=shown, content=item_content(stem="Second"), by=item_author)
    assert code_of(caught) == "version_changed"
    assert ItemVersion.objects.get().stem == "First"


def test_nobody_edits_the_draft_of_another(item_author: User, wilma: User) -> None:
    draft = make_draft(item_author)
    with pytest.raises(ItemError) as caught:
        edit_draft(version=draft, shown_hash=draft.content_hash, content=item_content(), by=wilma)
    assert code_of(caught) == "not_yours"


@pytest.mark.parametrize("status", ["review", "pretest"])
def test_words_under_review_and_later_do_not_change(status: str, item_author: User, exam_admin: User) -> None:
    version = make_submitted(item_author)
    if status == "pretest":
        version = step_on(version, Step.APPROVE, exam_admin)
    assert version.status == status
    with pytest.raises(ItemError) as caught:
        edit_draft(version=version, shown_hash=version.content_hash, content=item_content(), by=item_author)
    assert code_of(caught) == "version_changed"


def test_content_that_is_no_item_leaves_nothing(item_author: User) -> None:
    with pytest.raises(MaterialError):
        make_draft(item_author, key=["z"])
    assert not Item.objects.exists()
    assert not ItemVersion.objects.exists()


def test_the_next_version_starts_with_the_words_and_without_reviews(item_author: User, exam_admin: User) -> None:
    first = step_on(make_submitted(item_author), Step.APPROVE, exam_admin)
    second = revise(item=first.item, by=item_author)
    assert (second.number, second.status, second.author) == (2, "draft", item_author)
    assert content_of(second) == content_of(first)
    assert not second.decisions.exists()
    first.refresh_from_db()
    assert first.status == "pretest"
    with pytest.raises(ItemError) as caught:
        revise(item=first.item, by=item_author)
    assert code_of(caught) == "being_written"


def test_an_item_from_material_gets_an_author_for_its_next_version(
    item_author: User, wilma: User, exam_admin: User
) -> None:
    load_items([item_material("D1-001")])
    item = Item.objects.get()
    with pytest.raises(ItemError) as caught:
        revise(item=item, by=item_author)
    assert code_of(caught) == "not_yours"
    with pytest.raises(ItemError) as caught:
        ask_for_version(item=item, author=exam_admin, by=exam_admin)
    assert code_of(caught) == "no_author"
    with pytest.raises(PermissionDenied):
        ask_for_version(item=item, author=wilma, by=item_author)
    version = ask_for_version(item=item, author=wilma, by=exam_admin)
    assert (version.number, version.author, version.authors) == (2, wilma, ["Wilma Writer"])


def test_a_drawing_travels_to_the_next_version(item_author: User, exam_admin: User) -> None:
    figure = {"file": "figures/a.svg", "alt": "A circle.", "caption": "One."}
    load_items([item_material("D1-001", figure=figure)], drawings={"D1-001": b"<svg/>"})
    first = ItemVersion.objects.get()
    second = ask_for_version(item=first.item, author=item_author, by=exam_admin)
    assert (second.drawing, second.figure_alt, second.figure_caption) == (first.drawing, "A circle.", "One.")
    content = content_of(second) | {"figure": {"alt": "A round circle.", "caption": ""}}
    edited = edit_draft(
        version=second, shown_hash=second.content_hash, content=content, drawing=second.drawing, by=item_author
    )
    assert (edited.drawing, edited.figure_alt) == (first.drawing, "A round circle.")


# Material and the desk beside each other.


def test_material_comes_in_as_operational() -> None:
    load_items([item_material("D1-001")])
    version = ItemVersion.objects.get()
    assert (version.status, version.author) == ("operational", None)
    assert version.published_at is not None


def test_loading_the_same_material_again_leaves_an_authors_version_alone(item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001")])
    draft = ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin)
    edit_draft(version=draft, shown_hash=draft.content_hash, content=item_content(stem="New words"), by=item_author)
    assert load_items([item_material("D1-001")]).changed == ()
    loaded = load_items([item_material("D1-001", stem="Changed in the file")])
    assert loaded.changed == ("D1-001",)
    assert list(ItemVersion.objects.order_by("number").values_list("number", "status")) == [
        (1, "operational"),
        (2, "draft"),
        (3, "operational"),
    ]


def test_a_retired_item_stays_retired_when_its_file_changes(exam_admin: User) -> None:
    load_items([item_material("D1-001")])
    retire(item=Item.objects.get(), reason="compromised", text="Seen outside.", by=exam_admin)
    load_items([item_material("D1-001", stem="A typing error less")])
    assert list(ItemVersion.objects.values_list("status", flat=True)) == ["retired", "retired"]
    assert not newest_usable("pretest").exists()


def test_a_draft_given_up_does_not_keep_an_item_out_of_use(item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001")])
    step_on(ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin), Step.DISCARD, item_author)
    load_items([item_material("D1-001", stem="A typing error less")])
    assert newest_usable("scored").get().number == 3


def test_a_form_takes_the_newest_version_that_its_section_allows(item_author, exam_admin, programme) -> None:
    exam = make_exam(2, 1, programme=programme)
    item = Item.objects.get(code="D1-001")
    draft = ask_for_version(item=item, author=item_author, by=exam_admin)
    assert newest_usable("pretest").get(item=item).number == 1
    step_on(step_on(draft, Step.SUBMIT, item_author), Step.APPROVE, exam_admin)
    assert newest_usable("pretest").get(item=item).number == 2
    assert newest_usable("scored").get(item=item).number == 1
    entries = [("D1-003", "scored"), ("D1-002", "scored"), ("D1-001", "pretest")]
    form = {
        "code": "written-exam-B",
        "blueprint": exam.code,
        "version": 1,
        "items": [{"item": code, "section": section} for code, section in entries],
    }
    made = load_exam_form(form, programme=programme)
    placed = FormItem.objects.filter(form=made).values_list("version__item__code", "version__number")
    assert list(placed) == [("D1-003", 1), ("D1-002", 1), ("D1-001", 2)]


def test_what_is_retired_or_a_draft_joins_no_form(item_author, exam_admin, programme) -> None:
    exam = make_exam(2, programme=programme)
    fresh = make_draft(item_author)
    retire(item=Item.objects.get(code="D1-002"), reason="outdated", text="Practice changed.", by=exam_admin)
    for code in ("D1-002", fresh.item.code):
        form = {
            "code": "written-exam-B",
            "blueprint": exam.code,
            "version": 1,
            "items": [{"item": "D1-001", "section": "scored"}, {"item": code, "section": "scored"}],
        }
        with pytest.raises(MaterialError) as caught:
            load_exam_form(form, programme=programme)
        assert caught.value.code == "unknown_item"
        assert code in caught.value.sentence


def test_stems_of_other_items_are_compared_by_their_newest_words(item_author: User) -> None:
    stem = "Which finding at the vertex makes the technician stop the session at once?"
    load_items([item_material("D2-001", stem="Something else entirely stood here before.")])
    load_items([item_material("D2-001", stem=stem.upper()), item_material("D2-002", stem=stem)])
    draft = make_draft(item_author, stem=stem)
    assert [(likeness.code, likeness.is_equal) for likeness in stems_like(draft)] == [
        ("D2-001", True),
        ("D2-002", True),
    ]


def test_a_discarded_draft_stays_readable_and_makes_room(item_author: User) -> None:
    draft = make_draft(item_author)
    gone = take_step(step=Step.DISCARD, version=draft, shown_hash=draft.content_hash, by=item_author)
    assert (gone.status, gone.published_at) == (ItemStatus.RETIRED, None)
    assert ItemDecision.objects.get().step == "discard"
    assert revise(item=draft.item, by=item_author).number == 2
