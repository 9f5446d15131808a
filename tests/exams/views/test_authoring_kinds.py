"""Forms for points in pictures, short texts and essays, and pictures for items of every kind; without script."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from content.models.sources import Source
from exams.actions import item_figures
from exams.actions.authoring import ask_for_version, content_of, create_item, revise
from exams.actions.item_figures import has_bytes, keep_picture
from exams.actions.item_workflow import assign_reviewer
from exams.errors import ItemError
from exams.item_forms import typed_item
from exams.loading import load_items
from exams.models import BlindAnswer, ItemDrawing, ItemVersion
from exams.rules.item_workflow import Step
from exams.schedule import clear_unused_pictures
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.registry import schedule
from tests.conftest import MakePerson
from tests.factories.bank import ESSAY, SHORT_TEXT, UNIT
from tests.factories.exams import item_material, numeric_material
from tests.factories.items import item_content, step_on
from tests.factories.pictures import opened, picture

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
Content = dict[str, Any]
ALT = "A grey ground with one dark disc."


@pytest.fixture(autouse=True)
def bank(db: None) -> None:
    """The sources that the items cite, and an item, so that the area D1 is known."""
    for key in ("someone-2020", "barker-1985"):
        Source.objects.create(key=key, citation=f"A work of {key}.")
    load_items([item_material("D1-001")])


@pytest.fixture
def walt(item_author: User, client_for: ClientFor) -> Client:
    return client_for(item_author)


@pytest.fixture
def wilma(make_person: MakePerson, client_for: ClientFor) -> Client:
    """Another item author."""
    return client_for(make_person("Wilma Writer", Role.ITEM_AUTHOR))


def upload(name: str = "scan.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content, "image/png")


def common(**changes: Any) -> Content:
    """What every item has, as typed; ready to save."""
    plain = {"enemies": [], "fixed_order": False, **item_content(), "type": "numeric", "key": {}}
    typed = typed_item({**plain, "key": {"value": "", "tolerance": "", "unit": ""}}, "")
    return {name: values for name, values in typed.items() if values} | {"go": "save", **changes}


def hotspot(**changes: Any) -> Content:
    """A hotspot on a picture of 400 by 300 pixels: a disc of 20 in its middle, and a ring of tolerance."""
    areas = {
        "area_row": ["0", "1"],
        "area_shape": ["circle", "circle"],
        "area_score": ["1", "0.5"],
        "area_x": ["200", "200"],
        "area_y": ["150", "150"],
        "area_radius": ["20", "40.5"],
        "area_width": ["", ""],
        "area_height": ["", ""],
        "area_points": ["", ""],
    }
    return common(**areas, figure_alt=ALT, **changes)


def saved(page: HttpResponse) -> ItemVersion:
    assertContains(page, "is saved as a draft.")
    return ItemVersion.objects.get(item__code="D1-002")


def note_in(page: HttpResponse) -> str:
    found = re.search(r'name="figure" value="([^"]+)"', page.content.decode())
    assert found, "the form lost its picture"
    return found[1]


# Points in pictures.


def test_a_hotspot_is_drawn_from_upload_to_the_next_version(walt: Client, item_author: User) -> None:
    new = "/items/new/hotspot/"
    assertContains(walt.get(new), "Upload the picture first")
    page = walt.post(new, hotspot(go="upload", picture=upload(), stem="Where is the disc?"))
    assertContains(page, "which is 400 wide and 300 high")
    assertContains(page, 'viewBox="0 0 400 300"')
    assertContains(page, '<circle cx="200" cy="150" r="40.5"/>')
    assertContains(page, "Where is the disc?")
    labels = {"region_row": ["0", "1"], "region_label": ["The disc", "The ground"], "region_id": ["", ""]}
    places = {"region_x": ["200", "20"], "region_y": ["150", "20"]}
    version = saved(walt.post(new, hotspot(figure=note_in(page), **labels, **places), follow=True))
    assert version.key == {
        "areas": [
            {"shape": "circle", "score": "1", "x": "200", "y": "150", "radius": "20"},
            {"shape": "circle", "score": "0.5", "x": "200", "y": "150", "radius": "40.5"},
        ]
    }
    assert (version.scoring, version.figure_alt) == ("nested_best", ALT)
    assert [(region["label"], region["x"]) for region in version.regions] == [("The disc", "200"), ("The ground", "20")]
    form = walt.get("/items/D1-002/1/edit/")
    for words in ('value="40.5"', 'value="The ground"', ALT):
        assertContains(form, words)
    item_page = walt.get("/bank/D1-002/?version=1")
    assertContains(item_page, "circle, x 200, y 150, radius 40.5, score 0.5")
    assertContains(item_page, "The picture with the areas of the key")
    step_on(step_on(version, Step.SUBMIT, item_author), Step.WITHDRAW, item_author)
    typed = typed_item(content_of(version), version.content_hash) | {"figure": note_in(form)}
    again = walt.post("/items/D1-002/1/edit/", typed, follow=True)
    assert content_of(saved(again)) == content_of(version)


def test_a_preview_shows_picture_and_labels_and_nothing_of_the_areas(walt: Client) -> None:
    page = walt.post("/items/new/hotspot/", hotspot(go="upload", picture=upload()))
    labels = {"region_row": ["0"], "region_label": ["The disc"], "region_x": ["200"], "region_y": ["150"]}
    typed = hotspot(figure=note_in(page), **labels)
    html = walt.post("/items/preview/hotspot/", typed).content.decode()
    assert f'alt="{ALT}" width="400" height="300"' in html
    assert 'value="200,150"' in html
    for secret in ("<circle", "40.5", "radius", "checked"):
        assert secret not in html
    address = re.search(r'<img src="([^"]+)"', html)
    assert address is not None
    assert walt.get(address[1])["Content-Type"] == "image/png"


def test_a_hotspot_is_refused_with_what_to_do_and_keeps_what_was_typed(walt: Client) -> None:
    refusals: list[tuple[Content, str]] = [
        ({"figure": ""}, "Picture: upload the one that the candidate points at."),
        ({"figure_alt": ""}, "Say in words what the picture shows"),
        ({"area_radius": ["20", "200"]}, "Area 2: it lies partly outside the picture, which is 400 wide and 300 high."),
        ({"area_score": ["0.9", "0.5"]}, "one area has to be worth 1"),
        ({"area_row": []}, "draw one area or more"),
        ({"figure": "forged:note"}, "The picture on this form could not be found again."),
    ]
    note = note_in(walt.post("/items/new/hotspot/", hotspot(go="upload", picture=upload())))
    for changes, words in refusals:
        page = walt.post("/items/new/hotspot/", hotspot(figure=note) | changes)
        assertContains(page, words, status_code=422)
        assertContains(page, "Which coil is this?", status_code=422)
    assert ItemVersion.objects.count() == 1


def test_a_picture_with_too_few_pixels_for_the_areas_says_so_when_it_is_exchanged(walt: Client) -> None:
    page = walt.post("/items/new/hotspot/", hotspot(picture=upload(content=picture(size=(220, 180)))))
    assertContains(page, "Area 2: it lies partly outside the picture, which is 220 wide", status_code=422)
    assert note_in(page)


def test_a_reviewer_marks_the_point_before_the_areas_are_shown(
    walt: Client, item_author: User, exam_admin: User, make_person: MakePerson, client_for: ClientFor
) -> None:
    version = saved(walt.post("/items/new/hotspot/", hotspot(picture=upload()), follow=True))
    reviewer = make_person("Rita Reviewer", Role.ITEM_AUTHOR)
    assign_reviewer(version=step_on(version, Step.SUBMIT, item_author), reviewer=reviewer, by=exam_admin)
    rita, place = client_for(reviewer), "/items/D1-002/1"
    page = rita.get(f"{place}/review/")
    assertContains(page, 'name="point-x"')
    for absent in ("<circle", "40.5", "Show the point", "hotspot__tools"):
        assert absent not in page.content.decode().partition("As the candidate sees it")[2]
    answer = {"go": "answer", "shown": version.content_hash, "point-x": "210", "point-y": "155", "point-was": ""}
    page = rita.post(f"{place}/answer/", answer, follow=True)
    assertContains(page, "You answered: 210 from the left, 155 from the top.")
    assertContains(page, "Agrees with the key")
    assertContains(page, 'r="40.5"')


def test_a_reviewer_answers_an_essay_which_nobody_marks(
    walt: Client, item_author: User, exam_admin: User, make_person: MakePerson, client_for: ClientFor
) -> None:
    version = saved(walt.post("/items/new/essay/", essay(), follow=True))
    reviewer = make_person("Rita Reviewer", Role.ITEM_AUTHOR)
    assign_reviewer(version=step_on(version, Step.SUBMIT, item_author), reviewer=reviewer, by=exam_admin)
    answer = {"go": "answer", "shown": version.content_hash, "text": "I stop the train."}
    page = client_for(reviewer).post("/items/D1-002/1/answer/", answer, follow=True)
    assertContains(page, "You answered: I stop the train.")
    assertNotContains(page, "the key</span>")  # neither agrees nor differs
    assertContains(page, "Your decision")
    assert BlindAnswer.objects.get().points is None


def test_rows_of_areas_come_without_script(walt: Client) -> None:
    page = walt.post("/items/new/hotspot/", hotspot(go="ring:0"))
    assertContains(page, 'name="area_radius" inputmode="decimal" maxlength="8" value="40"')
    page = walt.post("/items/new/hotspot/", hotspot(go="add_polygon"))
    assertContains(page, "Area <span data-number>3</span>, polygon")
    assertNotContains(page, "Error:")


# Pictures of items of every kind.


def choice(**changes: Any) -> Content:
    rows = {"option_row": ["0", "1"], "option_text": ["Round coil", "Double cone coil"], "right": "1"}
    return common(**rows | changes)


def test_a_picture_comes_with_any_item_is_kept_by_its_digest_and_leaves_again(walt: Client, item_author: User) -> None:
    version = saved(walt.post("/items/new/single_choice/", choice(picture=upload(), figure_alt=ALT), follow=True))
    drawing = version.drawing
    assert drawing is not None
    assert (drawing.media_type, drawing.size, drawing.svg) == ("image/png", (400, 300), None)
    assert drawing.storage_name == f"items/{drawing.digest}.png"
    assert drawing.digest in Event.objects.filter(verb="item.figure_uploaded").get().data["sha256"]
    answer = walt.get("/bank/D1-002/figure?version=1")
    assert (answer["Content-Type"], answer.content) == ("image/png", drawing.content)
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert opened(answer.content).size == (400, 300)
    typed = typed_item(content_of(version), version.content_hash)
    gone = walt.post("/items/D1-002/1/edit/", {**typed, "figure_gone": "on"}, follow=True)
    assert (saved(gone).drawing, saved(gone).figure_alt) == (None, "")
    assert keep_picture(content=picture(), by=item_author) == drawing


def test_a_picture_that_was_half_written_is_replaced_when_it_comes_again(item_author: User) -> None:
    drawing = keep_picture(content=picture(), by=item_author)
    whole, storage = drawing.content, storages["private"]
    storage.delete(drawing.storage_name)
    storage.save(drawing.storage_name, ContentFile(whole[:100]))
    again = keep_picture(content=picture(), by=item_author)
    assert (again, again.content) == (drawing, whole)


def test_a_picture_that_nobody_used_for_a_week_goes_and_comes_again(walt: Client, item_author: User) -> None:
    used = saved(walt.post("/items/new/single_choice/", choice(picture=upload(), figure_alt=ALT), follow=True)).drawing
    spare = picture(size=(300, 200))
    note = note_in(walt.post("/items/new/hotspot/", hotspot(go="upload", picture=upload(content=spare))))
    dropped = keep_picture(content=spare, by=item_author)
    assert used is not None
    now = timezone.now()
    assert item_figures.clear_unused(now=now + timedelta(days=7) - timedelta(minutes=1)) == 0
    clear_unused_pictures({})
    assert (has_bytes(used), has_bytes(dropped)) == (True, True)
    assert item_figures.clear_unused(now=now + timedelta(days=7, minutes=1)) == 1
    assert (has_bytes(used), has_bytes(dropped)) == (True, False)
    event = Event.objects.get(verb="item.figure_cleared")
    assert (event.actor, event.target_id, event.data) == ("", str(dropped.pk), {"sha256": dropped.digest})
    assert item_figures.clear_unused(now=now + timedelta(days=8)) == 0  # gone once
    # A form that was open all the time says so, also when the picture went between its check and the save.
    late = hotspot(figure=note) | {"area_x": ["150", "150"], "area_y": ["100", "100"]}
    assertContains(walt.post("/items/new/hotspot/", late), "Upload it once more.", status_code=422)
    content = item_content(figure={"alt": ALT, "caption": ""})
    with pytest.raises(ItemError, match="Upload it once more"):
        create_item(content=content, drawing=dropped, by=item_author)
    assert keep_picture(content=spare, by=item_author).content
    assert create_item(content=content, drawing=dropped, by=item_author).drawing == dropped
    assert item_figures.clear_unused(now=now + timedelta(days=30)) == 0
    assert schedule()["exams.clear_unused_pictures"] == 24 * 3600


def test_a_row_of_a_picture_is_never_changed(walt: Client, item_author: User) -> None:
    drawing = keep_picture(content=picture(), by=item_author)
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemDrawing.objects.filter(pk=drawing.pk).update(width=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemDrawing.objects.create(digest="0" * 64, storage_name="items/0.png", svg=b"<svg/>", media_type="image/png")


def test_a_file_that_cannot_be_used_is_refused_and_the_rest_stays(walt: Client) -> None:
    refusals = [
        ("harmless.png", b"<svg onload='alert(1)'></svg>", "which can hold programs"),
        ("scan.png", b"", "The file is empty."),
        ("scan.png", b"MZ" + b"0" * 300, "It is no PNG, JPEG or WebP picture."),
        ("scan.png", picture()[:400], "Its end is missing."),
        ("scan.png", b"\x89PNG\r\n\x1a\n" + b"0" * (5 * 1024 * 1024), "It is larger than 5 MB."),
    ]
    for number, (name, content, words) in enumerate(refusals):
        go = ("upload", "save")[number % 2]
        typed = choice(go=go, picture=upload(name, content), figure_alt=ALT, stem="A stem that took long")
        page = walt.post("/items/new/single_choice/", typed)
        assertContains(page, words, status_code=422)
        assertContains(page, "<title>Error:", status_code=422)
        for kept in (ALT, "A stem that took long", "Round coil"):
            assertContains(page, kept, status_code=422)
    assert (ItemVersion.objects.count(), ItemDrawing.objects.count()) == (1, 0)


def test_a_picture_survives_another_fault_of_the_form(walt: Client) -> None:
    page = walt.post("/items/new/single_choice/", choice(picture=upload(), figure_alt=ALT, right="7"))
    assertContains(page, "mark the one right option", status_code=422)
    version = saved(walt.post("/items/new/single_choice/", choice(figure=note_in(page), figure_alt=ALT), follow=True))
    assert version.drawing is not None


def test_words_of_a_picture_are_there_and_do_not_tell_the_key(walt: Client) -> None:
    refusals: list[tuple[Content, str]] = [
        ({"figure_alt": "A double cone coil."}, "This gives the key away: it holds “Double cone coil”."),
        ({"figure_caption": "The DOUBLE  CONE COIL, seen from above"}, "This gives the key away"),
        ({"figure_alt": " "}, "Say in words what the picture shows"),
    ]
    for changes, words in refusals:
        page = walt.post("/items/new/single_choice/", choice(picture=upload(), figure_alt=ALT) | changes)
        assertContains(page, words, status_code=422)
    assert ItemVersion.objects.count() == 1


def test_words_without_a_picture_are_not_dropped_in_silence(walt: Client) -> None:
    page = walt.post("/items/new/single_choice/", choice(figure_alt=ALT))
    assertContains(page, "There is no picture to these words.", status_code=422)


def test_nobody_gets_or_uses_a_picture_of_somebody_else(
    walt: Client, wilma: Client, trainee: User, client_for: ClientFor
) -> None:
    note = note_in(walt.post("/items/new/single_choice/", choice(go="upload", picture=upload())))
    address = reverse("exams:item_kept_figure", args=[note])
    assert walt.get(address).status_code == 200
    assert [wilma.get(address).status_code, client_for(trainee).get(address).status_code] == [404, 403]
    assert walt.get(reverse("exams:item_kept_figure", args=["x" + note])).status_code == 404
    page = wilma.post("/items/new/single_choice/", choice(figure=note, figure_alt=ALT))
    assertContains(page, "could not be found again", status_code=422)


def test_a_drawing_of_the_material_stays_through_an_edit(walt: Client, item_author: User, exam_admin: User) -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"/>'
    figure = {"file": "figures/a.svg", "alt": ALT}
    version = create_item(content=item_content(), by=item_author)
    code = version.item.code
    load_items([item_material(code, figure=figure)], drawings={code: drawn})
    for step in (Step.SUBMIT, Step.WITHDRAW, Step.DISCARD):
        step_on(version, step, item_author)
        version.refresh_from_db()
    draft = revise(item=version.item, by=item_author)
    page = walt.get(f"/items/{code}/{draft.number}/edit/")
    assertContains(page, "200 × 100 pixels, SVG")
    typed = typed_item(content_of(draft), draft.content_hash)
    walt.post(f"/items/{code}/{draft.number}/edit/", {**typed, "figure": note_in(page), "stem": "Better?"})
    draft.refresh_from_db()
    assert draft.drawing is not None
    assert (draft.stem, draft.drawing.content) == ("Better?", drawn)


# Short texts.


def short(**changes: Any) -> Content:
    return common(
        text_row=["0", "1"], accepted=["abductor pollicis brevis", "APB"], scoring="normalised_equal", **changes
    )


def test_a_short_text_is_written_tried_and_changed(walt: Client) -> None:
    new = "/items/new/short_text/"
    page = walt.post(new, short(go="try", tries="apb\nAPB muscle\n<b>apb</b>"))
    assertContains(page, "1 point")
    assertContains(page, "Fits “APB”.")
    assertContains(page, "Fits none of the accepted texts.", count=2)
    assertContains(page, "&lt;b&gt;apb&lt;/b&gt;")
    assert ItemVersion.objects.count() == 1
    version = saved(walt.post(new, short(tries="apb"), follow=True))
    assert (version.key, version.scoring) == (SHORT_TEXT["key"], "normalised_equal")
    typed = typed_item(content_of(version), version.content_hash)
    walt.post("/items/D1-002/1/edit/", {**typed, "scoring": "wildcard", "accepted": ["abductor*", "APB"]})
    version.refresh_from_db()
    assert (version.key, version.scoring) == ({"texts": ["abductor*", "APB"]}, "wildcard")
    assertContains(walt.get("/bank/D1-002/?version=1"), "“abductor*” or “APB”")


def test_a_short_text_is_refused_with_what_to_do(walt: Client) -> None:
    refusals: list[tuple[Content, str]] = [
        ({"accepted": ["", " "]}, "write one accepted text or more"),
        ({"accepted": ["APB", "apb"]}, "two of the accepted texts are the same"),
        ({"accepted": ["***"], "scoring": "wildcard"}, "would accept every answer"),
        ({"scoring": "telepathy"}, "Scoring"),
    ]
    for changes, words in refusals:
        page = walt.post("/items/new/short_text/", short() | changes)
        assertContains(page, words, status_code=422)
    assert ItemVersion.objects.count() == 1


# Essays.


def essay(**changes: Any) -> Content:
    lines = {"criterion_row": ["0", "1"], "criterion_text": ["Stops the train", "Says who is told"]}
    return common(
        guidance="What to look for.\r\nAnd how.", criterion_points=["2", "0.5"], words="60", **lines, **changes
    )


def test_an_essay_is_written_and_its_markers_get_the_rubric(walt: Client) -> None:
    version = saved(walt.post("/items/new/essay/", essay(), follow=True))
    assert version.key == {
        "guidance": "What to look for.\nAnd how.",
        "criteria": [
            {"id": "a", "text": "Stops the train", "points": "2"},
            {"id": "b", "text": "Says who is told", "points": "0.5"},
        ],
    }
    assert (version.scoring, version.answer_form) == ("manual", {"words": 60})
    form = walt.get("/items/D1-002/1/edit/")
    assertContains(form, "In all: 2.5 points.")
    typed = typed_item(content_of(version), version.content_hash)
    walt.post("/items/D1-002/1/edit/", {**typed, "criterion_text": ["Stops the train", "Says who is told, and when"]})
    version.refresh_from_db()
    assert [line["id"] for line in version.key["criteria"]] == ["a", "b"]
    preview = walt.post("/items/preview/essay/", essay()).content.decode()
    assert "About 60 words." in preview
    assert "Stops the train" not in preview


def test_an_essay_is_refused_with_what_to_do(walt: Client) -> None:
    refusals: list[tuple[Content, str]] = [
        ({"guidance": ""}, "Guidance: say what a good answer holds"),
        ({"criterion_row": []}, "Rubric: write one line or more."),
        ({"criterion_points": ["2", "12"]}, "is worth 0.5 to 10 points"),
        ({"criterion_text": ["Same", "same"]}, "Rubric: two lines are the same."),
        ({"words": "9999"}, "Length: type a whole number up to 1500"),
    ]
    for changes, words in refusals:
        page = walt.post("/items/new/essay/", essay() | changes)
        assertContains(page, words, status_code=422)
        assertContains(page, "Which coil is this?", status_code=422)
    assert ItemVersion.objects.count() == 1


# Versions compared, and what they cost.


def test_two_versions_show_what_changed_in_picture_areas_and_rubric(walt: Client, item_author: User) -> None:
    figure = {"alt": ALT, "caption": ""}
    first = keep_picture(content=picture(), by=item_author)
    version = saved(walt.post("/items/new/hotspot/", hotspot(picture=upload()), follow=True))
    assert version.drawing == first
    step_on(version, Step.SUBMIT, item_author)
    ItemVersion.objects.filter(pk=version.pk).update(status="operational", published_at=version.created_at)
    draft = revise(item=version.item, by=item_author)
    assert content_of(draft)["figure"] == figure | {"picture": first.facts}
    typed = typed_item(content_of(draft), draft.content_hash) | {"area_radius": ["20", "60"]}
    other = upload(content=picture("JPEG"))
    walt.post(f"/items/D1-002/{draft.number}/edit/", {**typed, "picture": other})
    page = walt.get("/items/D1-002/compare/")
    for part in ("Area 2", "Picture", "Picture in words"):
        assertContains(page, f"<dt>{part}")
    assertContains(page, "with the areas of its key", count=2)
    assertContains(page, 'r="60"')
    html = page.content.decode()
    assert re.search(r"<dt>Area 2 <span[^>]*>Changed", html)
    assert re.search(r"<dt>Picture <span[^>]*>Changed", html)
    assert re.search(r"<dt>Area 1</dt>", html)


def test_every_part_of_text_and_essay_is_compared(walt: Client) -> None:
    walt.post("/items/new/essay/", essay())
    page = walt.get("/items/D1-002/compare/")
    for part in ("Guidance for markers", "Rubric a", "Rubric b", "Length"):
        assertContains(page, f"<dt>{part}")
    walt.post("/items/new/short_text/", short())
    assertContains(walt.get("/items/D1-003/compare/"), "<dt>Accepted text 2")


def test_a_form_with_a_picture_costs_as_little_as_one_without(walt: Client, item_author: User) -> None:
    walt.post("/items/new/hotspot/", hotspot(picture=upload()))
    walt.get("/items/D1-002/1/edit/")
    counts = []
    for size in (0, 12):
        for number in range(size):
            keep_picture(content=picture(size=(120 + number, 120)), by=item_author)
        with CaptureQueriesContext(connection) as queries:
            walt.get("/items/D1-002/1/edit/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
    page = walt.get("/items/D1-002/1/edit/")
    with CaptureQueriesContext(connection) as queries:
        walt.get(reverse("exams:item_kept_figure", args=[note_in(page)]))
    assert len(queries) <= 6


def test_a_comma_before_decimals_is_kept(item_author: User, walt: Client) -> None:
    content = numeric_material("D1-001", scoring_parameters={"decimal_comma": True})
    kept = {name: value for name, value in content.items() if name not in ("code", "review_status")}
    version = create_item(content=kept, by=item_author)
    typed = typed_item(content_of(version), version.content_hash)
    walt.post(f"/items/{version.item.code}/1/edit/", {**typed, "stem": "Better?"})
    version.refresh_from_db()
    assert (version.stem, version.scoring_parameters) == ("Better?", {"decimal_comma": True})
    assert version.answer_form == {"decimals": "comma"}


def test_kinds_of_the_material_alone_are_still_not_written_here(exam_admin: User, item_author: User) -> None:

    load_items([UNIT, ESSAY])
    unit, written = (ItemVersion.objects.get(item__code=code).item for code in ("D1-107", "D1-106"))
    with pytest.raises(ItemError):
        ask_for_version(item=unit, author=item_author, by=exam_admin)
    assert content_of(ask_for_version(item=written, author=item_author, by=exam_admin))["words"] == 60
