"""Loading material: idempotent, versioned, never touching what is in use."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.models import Programme
from exams.errors import MaterialError
from exams.loading import load_blueprint, load_exam_form, load_items
from exams.models import Blueprint, Exam, ExamForm, FormItem, Item, ItemDrawing, ItemVersion
from exams.rules.item_material import read_item
from exams.rules.item_workflow import ItemStatus
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, UNIT
from tests.factories.bank import PICTURE as PICTURE_OF_BANK
from tests.factories.exams import blueprint_material, item_material, make_exam, multiple_material, numeric_material

pytestmark = pytest.mark.django_db

BLUEPRINT = blueprint_material(code="exam", scored=2, pretest=1)
ITEMS = [item_material(f"D1-00{number}") for number in (1, 2, 3)]
FORM = {
    "code": "exam-A",
    "blueprint": "exam",
    "version": 1,
    "items": [
        {"item": "D1-001", "section": "scored"},
        {"item": "D1-002", "section": "pretest"},
        {"item": "D1-003", "section": "scored"},
    ],
}


def load(programme: Programme, items=ITEMS, blueprint=BLUEPRINT, form=FORM) -> ExamForm:
    load_items(items)
    load_blueprint(blueprint)
    return load_exam_form(form, programme=programme)


def with_changed_first(**changes):
    return [item_material("D1-001", **changes), *ITEMS[1:]]


def test_twice_is_once(programme):
    first = load(programme)
    rows = (ItemVersion, Blueprint, ExamForm, FormItem, Exam, Event)
    counts = [model.objects.count() for model in rows]
    assert load(programme) == first
    assert [model.objects.count() for model in rows] == counts


def test_a_change_makes_a_version_of_item_and_form(programme):
    first = load(programme)
    second = load(programme, with_changed_first(stem="Better?"))
    numbers = Item.objects.get(code="D1-001").versions.order_by("number").values_list("number", "stem")
    assert list(numbers) == [(1, "What is the answer to question d1-001?"), (2, "Better?")]
    assert (second.version, Exam.objects.get().active_form) == (2, second)
    assert first.form_items.get(position=1).version.number == 1


def test_only_what_changed_gets_a_version(programme):
    load(programme)
    loaded = load_items(with_changed_first(key=["c"]))
    assert (loaded.changed, loaded.unchanged) == (("D1-001",), 2)


def test_many_items_take_few_queries_and_one_event_each(db):
    with CaptureQueriesContext(connection) as queries:
        load_items([item_material(f"D1-{number:03}") for number in range(1, 41)])
    assert len(queries) <= 16  # rows are inserted in batches of what the database takes at once
    versions = ItemVersion.objects.order_by("item__code")
    events = Event.objects.filter(verb=Verb.ITEM_VERSION_CREATED).order_by("sequence")
    assert [(event.target_id, event.data) for event in events] == [
        (str(version.pk), {"number": 1, "hash": version.content_hash}) for version in versions
    ]
    assert len(events) == 40


def test_new_words_of_a_retired_item_stay_retired(db):
    load_items(ITEMS)
    ItemVersion.objects.filter(item__code="D1-001").update(status=ItemStatus.RETIRED)
    load_items([item_material(f"D1-00{number}", stem="Better?") for number in (1, 2)])
    newest = dict(ItemVersion.objects.filter(number=2).values_list("item__code", "status"))
    assert newest == {"D1-001": ItemStatus.RETIRED, "D1-002": ItemStatus.OPERATIONAL}


def test_a_changed_blueprint_makes_a_version_and_a_form(programme):
    load(programme)
    form = load(programme, blueprint=BLUEPRINT | {"minutes": 90})
    assert (form.version, form.blueprint.version, form.blueprint.minutes) == (2, 2, 90)


def test_the_number_in_the_material_counts_as_a_minimum(programme):
    form = load(programme, blueprint=BLUEPRINT | {"version": 4}, form=FORM | {"version": 7})
    assert (form.version, form.blueprint.version) == (7, 4)
    assert load(programme, blueprint=BLUEPRINT | {"version": 5}) == form


def test_another_form_does_not_become_active_by_itself(programme):
    first = load(programme)
    load_exam_form(FORM | {"code": "exam-B", "items": FORM["items"][::-1]}, programme=programme)
    assert Exam.objects.get().active_form == first


def test_the_stem_is_rendered_once(programme):
    load_items([item_material("D1-001", stem="A **coil**.\n\nWhat now?")])
    assert ItemVersion.objects.get().stem_html == "<p>A <strong>coil</strong>.</p>\n<p>What now?</p>"


def test_numeric_items_keep_text_not_floats(programme):
    load_items([numeric_material("D1-001")])
    version = ItemVersion.objects.get()
    assert (version.key, version.unit, version.options) == ({"value": "56.4", "tolerance": "0.1"}, "% MSO", [])


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (FORM | {"blueprint": "other"}, "unknown_blueprint"),
        (FORM | {"items": [{"item": "D9-999", "section": "scored"}]}, "unknown_item"),
        (FORM | {"items": FORM["items"][:2]}, "form_breaks_blueprint"),
    ],
)
def test_unusable_forms_leave_nothing(programme, form, code):
    with pytest.raises(MaterialError) as caught:
        load(programme, form=form)
    assert caught.value.code == code
    assert not ExamForm.objects.exists()
    assert not Exam.objects.exists()


def test_one_bad_item_stops_all(programme):
    with pytest.raises(MaterialError):
        load_items([*ITEMS, item_material("D1-004", level="deep")])
    with pytest.raises(MaterialError) as caught:
        load_items([ITEMS[0], ITEMS[0]])
    assert caught.value.code == "item_twice"
    assert not Item.objects.exists()


def test_enemies_cannot_share_a_form(programme):
    with pytest.raises(MaterialError) as caught:
        load(programme, with_changed_first(enemies=["D1-003"]))
    assert "D1-001 and D1-003 must not share a form" in caught.value.sentence


def frozen(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "evidence" in str(error) or "published form" in str(error)
    return False


def test_what_is_in_use_is_frozen_in_the_database(programme):
    form = load(programme)
    version = form.form_items.first().version
    assert frozen(lambda: ItemVersion.objects.filter(pk=version.pk).update(stem="x"))
    assert frozen(lambda: ItemVersion.objects.filter(pk=version.pk)._raw_delete("default"))
    assert frozen(lambda: ExamForm.objects.update(blueprint=form.blueprint))
    assert frozen(lambda: FormItem.objects.update(section="pretest"))
    assert frozen(lambda: FormItem.objects.create(form=form, position=9, version=version, section="scored"))
    assert frozen(lambda: Blueprint.objects.update(minutes=1))


def test_a_version_not_in_use_may_still_change(programme):
    load(programme)
    load_items([item_material("D1-009")])
    assert ItemVersion.objects.filter(item__code="D1-009").update(stem="x") == 1


def test_the_factory_makes_what_it_says(programme):
    exam = make_exam(4, 2)
    sections = list(exam.active_form.form_items.values_list("section", flat=True))
    assert sections == ["scored"] * 4 + ["pretest"] * 2


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><circle r="9"/></svg>'
PICTURE = item_material("D1-007", figure={"file": "figures/a.svg", "alt": "A circle.", "caption": "One."})


def test_a_drawing_is_kept_once_and_a_changed_one_makes_a_new_version(programme):
    both = [PICTURE, PICTURE | {"code": "D1-008"}]
    load_items(both, drawings={"D1-007": DRAWING, "D1-008": DRAWING})
    first = ItemDrawing.objects.get()
    assert (bytes(first.svg), first.width, first.height) == (DRAWING, 200, 100)
    assert load_items(both, drawings={"D1-007": DRAWING, "D1-008": DRAWING}).changed == ()
    turned = DRAWING.replace(b'r="9"', b'r="8"')
    assert load_items(both, drawings={"D1-007": DRAWING, "D1-008": turned}).changed == ("D1-008",)
    same, other = (ItemVersion.objects.filter(item__code=code).latest("number") for code in ("D1-007", "D1-008"))
    assert same.drawing == first
    assert bytes(other.drawing.svg) == turned


def test_a_drawing_is_never_changed_and_not_taken_from_its_items(programme):
    load_items([PICTURE], drawings={"D1-007": DRAWING})
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemDrawing.objects.update(svg=b"<svg/>")
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemDrawing.objects.all().delete()


@pytest.mark.parametrize(("item", "drawings"), [(PICTURE, {}), (item_material("D1-007"), {"D1-007": DRAWING})])
def test_a_figure_and_its_drawing_come_together(programme, item, drawings):
    with pytest.raises(MaterialError) as caught:
        load_items([item], drawings=drawings)
    assert caught.value.code == "figure_unusable"


# Taken from the loader as it was before items had figures.
HASH_OF_A_PLAIN_ITEM = "9db5e89b7106db880e4ecd137a55f3eba129d696dbd3077f81bb7156f8ffcc6a"


def test_fields_that_came_later_leave_older_versions_their_hash(programme):
    load_items([numeric_material("D1-001")])
    assert ItemVersion.objects.get().content_hash == HASH_OF_A_PLAIN_ITEM


@pytest.mark.parametrize(
    ("item", "drawing", "digest"),
    [  # taken from the loader as it was before rules had parameters
        (ORDERING, None, "2649f2a459d055ff280b0334d23ad076ab16df1e838c9ff315c2e5bdc3ebbe2a"),
        (MATCHING, None, "64bfc891b8037add978753f8797343b4f6d4bf19b5635b7f5a4b2a8d2ee30c4f"),
        (PICTURE_OF_BANK, HEAD.encode(), "bece6d1cbf218f587651d289d5623a5bf02af820a4e5f6508f8960a193b0aa4b"),
        (multiple_material("D1-001"), None, "ee83f0c252653563315aedc713cc6e177146d36cad98409abb295ddd8a89d522"),
        (item_material("D1-001"), None, "42b3ac0f542c6b4e29998df034a7b06244c2c73c35429386bafafb7235a4dad5"),
    ],
)
def test_items_without_the_newest_fields_keep_their_hash(item, drawing, digest):
    assert read_item(item, drawing).digest == digest


def test_items_of_a_published_bank_keep_their_mark(programme):
    load_items(ITEMS, published={"D1-001"})
    load_items(ITEMS)
    assert list(Item.objects.filter(in_published_bank=True).values_list("code", flat=True)) == ["D1-001"]


def test_a_blueprint_may_forbid_published_items(programme):
    load_items(ITEMS, published={"D1-002"})
    with pytest.raises(MaterialError) as caught:
        load(programme, blueprint=BLUEPRINT | {"published_items": "forbidden"})
    assert "forbids published items, which anybody can read: D1-002" in caught.value.sentence
    assert not ExamForm.objects.exists()
    assert load(programme).published_at is not None


def test_a_hotspot_keeps_its_areas_as_text_and_its_regions_in_pixels() -> None:
    load_items([HOTSPOT], drawings={HOTSPOT["code"]: DRAWING})
    version = ItemVersion.objects.get()
    assert version.key["areas"][0] == {"shape": "circle", "x": "50", "y": "40", "radius": "10", "score": "1"}
    assert version.key["areas"][2]["points"] == [["0", "0"], ["20", "0"], ["10.5", "9"]]
    assert version.regions[0] == {"id": "a", "label": "Point 1", "x": "50", "y": "40"}
    assert (version.options, version.scoring_parameters, version.answer_form) == ([], {}, {})


def test_the_drawing_of_a_hotspot_must_have_pixels_from_0_0() -> None:
    with pytest.raises(MaterialError) as caught:
        load_items([HOTSPOT], drawings={HOTSPOT["code"]: DRAWING.replace(b"0 0 200", b"-5 0 200")})
    assert caught.value.code == "figure_unusable"


def test_what_a_rule_needs_is_kept_and_only_the_way_of_answering_is_shown() -> None:
    load_items([UNIT, ESSAY])
    typed, essay = ItemVersion.objects.order_by("pk")
    assert typed.scoring_parameters == {"factors": {"T": "1", "mT": "0.001"}, "decimal_comma": True}
    assert (typed.answer_form, typed.unit) == ({"unit": "typed", "decimals": "comma"}, "")
    assert (essay.answer_form, essay.key) == ({"words": 60}, ESSAY["key"])


@pytest.mark.parametrize("place", [0, 1])
def test_an_essay_may_be_scored_and_tried_out(programme, place) -> None:
    items = list(ITEMS)
    items[place] = ESSAY | {"code": f"D1-00{place + 1}"}
    assert load(programme, items=items).published_at is not None
