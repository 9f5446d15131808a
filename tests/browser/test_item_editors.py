"""Items written in a real browser: areas drawn by pointer and by keys, short texts tried, a rubric."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.factories.pictures import picture
from tests.house import House, free_port

pytestmark = pytest.mark.browser
SIZE = (400, 300)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with an item author; nothing here needs workers or the course."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("desk"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.author_desk", "set_up()")
        house.start_web(port)
        yield house
    finally:
        house.close()


def begin(walt: Visitor, kind: str, stem: str) -> Page:
    page = walt.go(f"/items/new/{kind}/")
    page.get_by_label("Stem").fill(stem)
    page.get_by_label("Facts checked on").fill("2026-11-21")
    return page


def bring_the_picture(walt: Visitor) -> Locator:
    """Upload the picture and return the surface that lies on it."""
    page = walt.page
    page.get_by_label("File").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": picture(size=SIZE)})
    walt.press("Upload the picture")
    page.get_by_label("The picture in words").fill("A grey ground with one dark disc.")
    return page.get_by_role("application", name="Picture with areas")


def drag(page: Page, surface: Locator, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag from one pixel of the picture to another, however large the picture is on the screen."""
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    scale = box["width"] / SIZE[0]
    for number, (x, y) in enumerate((start, end)):
        page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=4)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def keys_of_newest(site: House) -> list[dict[str, str]]:
    ((key,),) = site.rows("SELECT key FROM exams_itemversion ORDER BY id DESC LIMIT 1")
    areas: list[dict[str, str]] = json.loads(key)["areas"]
    return areas


def numbers(area: dict[str, str], *names: str) -> list[int]:
    return [int(area[name]) for name in names]


def near(found: list[int], wanted: list[int]) -> bool:
    """Whether pixels of the picture agree; one pixel of the screen may be more than one of them."""
    return all(abs(one - other) <= 3 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("width", [1280, 390])
def test_areas_are_drawn_moved_and_resized_by_pointer(visit: Visit, site: House, width: int) -> None:
    walt = visit("walt@example.org", viewport={"width": width, "height": 900})
    page = begin(walt, "hotspot", f"Where is the disc at {width}?")
    surface = bring_the_picture(walt)
    page.get_by_role("button", name="Circle", exact=True).click()
    drag(page, surface, (100, 100), (130, 100))
    expect(page.get_by_label("Radius")).not_to_have_value("")
    assert near([int(page.get_by_label("Radius").input_value())], [30])
    drag(page, surface, (100, 100), (200, 150))  # moves it
    drag(page, surface, (230, 150), (220, 150))  # takes the handle
    walt.press("Add a ring of tolerance")
    expect(page.get_by_label("Worth")).to_have_count(2)
    page.get_by_role("button", name="Rectangle", exact=True).click()
    drag(page, surface, (20, 30), (80, 90))
    page.get_by_role("button", name="Polygon", exact=True).click()
    for corner in ((300, 200), (380, 200), (340, 280), (300, 200)):
        drag(page, surface, corner, corner)
    expect(page.locator("[data-area]")).to_have_count(4)
    expect(page.locator(".areas__marks .area")).to_have_count(4)
    preview = page.locator("[data-preview]")
    expect(preview.get_by_role("img", name="A grey ground")).to_be_visible()
    assert preview.locator("circle").count() == 0
    walt.look(f"hotspot-editor-{width}")
    walt.press("Save the draft")
    walt.heading("D1-")
    target, ring, rectangle, polygon = keys_of_newest(site)
    assert near(numbers(target, "x", "y", "radius"), [200, 150, 20])
    assert numbers(ring, "x", "y") == numbers(target, "x", "y")
    assert (int(ring["radius"]), ring["score"]) == (2 * int(target["radius"]), "0.5")
    assert near(numbers(rectangle, "x", "y", "width", "height"), [20, 30, 60, 60])
    assert len(polygon["points"]) == 3
    walt.look(f"hotspot-item-{width}")


def test_an_area_is_drawn_and_placed_by_keys_alone(visit: Visit, site: House) -> None:
    walt = visit("walt@example.org")
    page = begin(walt, "hotspot", "Where is the disc, by keys?")
    bring_the_picture(walt)
    page.get_by_role("button", name="Circle", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_have_text(
        "Area 1, circle: 200 from the left, 150 from the top, radius 30, worth 1."
    )
    for key in ("ArrowLeft", "Shift+ArrowLeft", "ArrowDown", "-", "-"):
        page.keyboard.press(key)
    expect(page.locator("[data-said]")).to_have_text(
        "Area 1, circle: 194 from the left, 155 from the top, radius 20, worth 1."
    )
    for _ in range(60):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Middle from the top")).to_have_value("20")  # as far as the picture goes
    page.get_by_role("button", name="Label", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-said]")).to_contain_text("Label 1: 200 from the left, 150 from the top.")
    walt.press("Remove label 1")
    expect(page.locator("[data-region]")).to_have_count(0)
    page.get_by_role("button", name="Save the draft").focus()
    page.keyboard.press("Enter")
    walt.heading("D1-")
    assert keys_of_newest(site) == [{"shape": "circle", "x": "194", "y": "20", "radius": "20", "score": "1"}]


def test_texts_are_tried_and_rubrics_grow_in_place(visit: Visit) -> None:
    walt = visit("walt@example.org")
    page = begin(walt, "short_text", "Which muscle?")
    page.get_by_label("Text 1").fill("APB")
    page.get_by_label("Answers as candidates may type them").fill("apb\nthe APB")
    walt.press("Try these answers")
    expect(page.locator("#tried")).to_contain_text("Fits “APB”.")
    expect(page.locator("#tried")).to_contain_text("Fits none of the accepted texts.")
    walt.press("Add a text")
    expect(page.get_by_label("Text 3")).to_be_focused()
    walt.look("short-text-editor")
    page = begin(walt, "essay", "What do you do?")
    page.get_by_label("Guidance for markers").fill("Who is told.")
    page.get_by_label("What to look for").first.fill("Stops the train")
    page.get_by_label("Points").first.select_option("2.5")
    page.get_by_label("About how many words").fill("60")
    walt.press("Add a line")
    expect(page.get_by_text("In all: 2.5 points.")).to_be_visible()
    expect(page.locator("[data-preview]")).to_contain_text("About 60 words.")
    walt.look("essay-editor")


def test_right_options_are_chosen_by_the_words_that_were_typed(visit: Visit) -> None:
    page = begin(visit("walt@example.org"), "matching", "Which coil has which field?")
    for number, words in enumerate(("Focal", "Deep", "x" * 80), 1):
        page.get_by_role("group", name=f"Option {number}").get_by_label("Text").fill(words)
    choice = page.get_by_role("group", name="Line 1").get_by_label("Right option")
    shown = ["Choose", "1. Focal", "2. Deep", f"3. {'x' * 59}…", "4. (empty)"]
    expect(choice.locator("option")).to_have_text(shown)
    choice.select_option(label="2. Deep")
    page.get_by_role("button", name="Remove option 1").click()
    expect(choice.locator("option:checked")).to_have_text("1. Deep")
