"""Pictures, words and essays in a real browser: by keyboard, by pointer, by touch, zoomed, and without scripts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.kinds_exam import HEIGHT, WIDTH
from tests.browser.visitor import Visitor
from tests.house import House, free_port

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")
Stored = Callable[[str, int], Any]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with one exam and its candidates; nothing here needs workers or the course."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("kinds"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.kinds_exam", "set_up()")
        house.start_web(port)
        yield house
    finally:
        house.close()


@pytest.fixture
def stored(site: House) -> Stored:
    """What the database holds for one place of somebody's attempt, as JSON text."""

    def ask(name: str, position: int) -> Any:
        rows = site.rows(
            "SELECT value FROM exams_response r JOIN exams_attempt a ON a.id = r.attempt_id"
            " JOIN courses_enrolment e ON e.id = a.enrolment_id JOIN accounts_user u ON u.id = e.person_id"
            f" WHERE u.email = '{name}@example.org' AND r.position = {position}"
        )
        return rows[0][0]

    return ask


def enter(visitor: Visitor) -> Page:
    page = visitor.go("/exam/written-exam/")
    page.get_by_label("I have read this statement").check()
    visitor.press("Start exam")
    return page


def picture(page: Page) -> Locator:
    expect(page.locator("[data-next]")).to_have_text("Next")  # the script has taken over
    return page.locator(".hotspot__surface")


def marked(page: Page) -> list[float]:
    """Where the crosshair stands on the screen, as a share of the picture."""
    return page.locator(".hotspot__mark g").evaluate(
        """mark => {
          const point = mark.getBoundingClientRect(), picture = mark.closest('.hotspot__frame').getBoundingClientRect();
          return [(point.x + point.width / 2 - picture.x) / picture.width,
                  (point.y + point.height / 2 - picture.y) / picture.height];
        }"""
    )


def point_at(page: Page, x: float, y: float, *, tap: bool = False) -> None:
    """Point at a pixel of the drawing, wherever the page shows it."""
    surface = picture(page)
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box
    at = {"x": x * box["width"] / WIDTH, "y": y * box["height"] / HEIGHT}
    (surface.tap if tap else surface.click)(position=at)


@pytest.mark.parametrize(("name", "size"), [("ada", DESK), ("ben", PHONE)])
def test_a_point_by_keyboard_and_by_pointer(visit: Visit, stored: Stored, name: str, size: dict) -> None:
    visitor = visit(f"{name}@example.org", viewport=size, has_touch=size is PHONE)
    page = enter(visitor)
    said = page.locator(".hotspot__said")
    picture(page).focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Your point: 220 from the left, 260 from the top.")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")  # 20 each
    page.keyboard.press("ArrowDown")  # 5, as chosen to begin with
    page.get_by_role("button", name="1 px", exact=True).click()
    picture(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(said).to_have_text("Your point: 180 from the left, 262 from the top.")
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    assert marked(page) == pytest.approx([180 / WIDTH, 262 / HEIGHT], abs=0.005)
    visitor.look(f"hotspot-{name}")
    assert stored(name, 1) == '["180,262"]'
    point_at(page, 100, 400, tap=size is PHONE)
    expect(said).to_contain_text("from the left")
    wait_for(page, lambda: near(stored(name, 1), 100, 400))
    assert marked(page) == pytest.approx([100 / WIDTH, 400 / HEIGHT], abs=0.005)
    # Twice as large and scrolled, the same place is the same pixel.
    page.get_by_role("button", name="Larger picture").click()
    point_at(page, 330, 120, tap=size is PHONE)
    wait_for(page, lambda: near(stored(name, 1), 330, 120))
    page.get_by_role("button", name="Move the point right").click()
    expect(said).to_contain_text(re.compile(r"Your point: 33[0-2] from the left"))
    page.get_by_label("From the left").fill("9999")
    expect(said).to_have_text("This is not a point in the picture.")
    page.locator("summary", has_text="Choose from a list").click()
    page.get_by_label("5 cm from Cz towards the left ear").check()
    expect(said).to_have_text("Your point: 5 cm from Cz towards the left ear.")
    wait_for(page, lambda: stored(name, 1) == '["178.3,262"]')
    page.get_by_role("button", name="Clear answer").click()
    expect(said).to_have_text("No point marked yet.")
    wait_for(page, lambda: stored(name, 1) in (None, "null"))


def near(value: str, x: int, y: int) -> bool:
    """Whether a stored point is this one, give or take the pixel of the screen that was hit."""
    found = re.fullmatch(r'\["(\d+),(\d+)"\]', value or "")
    return found is not None and abs(int(found[1]) - x) <= 1 and abs(int(found[2]) - y) <= 1


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to be stored")


def test_a_zoomed_page_gives_the_same_pixels(visit: Visit, stored: Stored) -> None:
    """Zoom of the browser: less room and more device pixels, and the page scrolled."""
    page = enter(visit("zoe@example.org", viewport={"width": 640, "height": 400}, device_scale_factor=2))
    picture(page)
    page.evaluate("document.documentElement.style.setProperty('zoom', '1.5')")
    point_at(page, 180, 262)
    wait_for(page, lambda: near(stored("zoe", 1), 180, 262))


def test_words_numbers_boxes_and_an_essay(visit: Visit, stored: Stored) -> None:
    visitor = visit("eve@example.org")
    page = enter(visitor)
    point_at(page, 180, 262)
    page.locator("[data-next]").click()
    page.get_by_label("Your answer").fill("APB")
    wait_for(page, lambda: stored("eve", 2) == '"APB"')
    visitor.look("short-text")
    page.locator("[data-next]").click()
    answer = page.get_by_label("Your answer with its unit")
    answer.fill("1500")
    expect(page.locator("#question-hint")).to_contain_text("The unit is missing")
    answer.fill("1,5 T")
    expect(page.locator("#question-hint")).to_contain_text("Type a number and its unit")
    page.locator("[data-next]").click()
    page.get_by_label("Choice a").check()
    page.get_by_label("Choice a").uncheck()
    wait_for(page, lambda: stored("eve", 4) == "[]")  # none of them is an answer
    page.get_by_role("button", name="Clear answer").click()
    wait_for(page, lambda: stored("eve", 4) in (None, "null"))
    page.locator("[data-next]").click()
    write_an_essay(visitor, stored)
    page.locator("[data-next]").click()
    visitor.heading("Review your answers")
    rows = page.locator(".review-list li")
    expect(rows.nth(0)).to_contain_text("from the left")
    expect(rows.nth(2)).to_contain_text("1,5 T")
    expect(rows.nth(4)).to_contain_text("I stop the train.")
    visitor.look("review-in-words")


def write_an_essay(visitor: Visitor, stored: Stored) -> None:
    page = visitor.page
    box = page.get_by_label("Your answer")
    box.press_sequentially("I stop the train. abcde")
    expect(page.locator("[data-count], .text-answer__count")).to_have_text("5 words of about 60")
    wait_for(page, lambda: stored("eve", 5) == '"I stop the train. abcde"')
    box.fill("I stop the train.\nThe physician is told, and I write down what happened.")
    page.keyboard.press("Tab")  # leaving the box saves at once
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    visitor.look("essay")


def test_without_scripts(visit: Visit, stored: Stored) -> None:
    visitor = visit("una@example.org", viewport=PHONE, java_script_enabled=False)
    page = enter(visitor)
    assert page.get_by_role("button", name="Larger picture").count() == 0
    page.get_by_label("From the left").fill("120")
    page.get_by_label("From the top").fill("300")
    visitor.press("Show the point")
    expect(page.locator(".hotspot__said")).to_have_text("Your point: 120 from the left, 300 from the top.")
    assert marked(page) == pytest.approx([120 / WIDTH, 300 / HEIGHT], abs=0.005)
    page.locator("summary", has_text="Choose from a list").click()
    page.get_by_label("5 cm from Cz towards the back").check()
    visitor.press("Save and next")
    assert stored("una", 1) == '["220,312.6"]'
