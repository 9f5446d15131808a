"""Questions with a figure, an order and a match in a real browser, and the item bank of those who run exams."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.house import House, free_port

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with one exam and two people; nothing here needs workers or the course."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("pictures"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.picture_exam", "set_up()")
        house.start_web(port)
        yield house
    finally:
        house.close()


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Saved")


def test_e16_figure_order_and_match_from_first_look_to_points(visit: Visit, site: House) -> None:
    ada = visit("ada@example.org", viewport=PHONE)
    page = ada.go("/exam/written-exam/")
    page.get_by_label("I have read this statement").check()
    ada.press("Start exam")
    expect(page.locator("[data-next]")).to_have_text("Next")  # the script has taken over
    look_at_the_figure(ada)
    page.locator("[name=number]").fill("6")
    saved(page)
    ada.press("Next")
    with ada.expecting("ERR_INTERNET_DISCONNECTED"):
        lose_the_network_and_look_back(page)
    put_in_order(ada)
    ada.press("Next")
    page.get_by_label("Chooses the dose").select_option("c")
    page.get_by_label("Holds the coil").select_option("a")
    saved(page)
    ada.look("exam-match")
    page.reload()
    assert page.get_by_label("Chooses the dose").input_value() == "c"
    page.locator("[data-next]").click()
    ada.heading("Review your answers")
    stored = site.rows("SELECT value FROM exams_response ORDER BY position")
    assert [row[0] for row in stored] == ['"6"', '["1:b", "2:c", "3:a"]', '["1:c", "2:a"]']


def look_at_the_figure(ada: Visitor) -> None:
    page = ada.page
    image = page.get_by_role("img", name="Ten numbered sweeps")
    assert image.evaluate("node => node.complete && node.naturalWidth > 0")
    ada.look("exam-figure")
    page.locator("[data-zoom]").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Figure, enlarged")
    frame = dialog.get_by_role("region")
    assert frame.locator("img").evaluate("node => node.decode().then(() => node.naturalWidth > 0)")
    assert frame.evaluate("node => node.scrollWidth > node.clientWidth")  # larger than the phone, so it scrolls
    dialog.get_by_role("button", name="Fit to screen").click()
    assert frame.evaluate("node => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('[data-zoom]')")


def lose_the_network_and_look_back(page: Page) -> None:
    page.wait_for_load_state("networkidle")  # all drawings are held in memory by then
    page.context.set_offline(True)
    page.locator("[data-previous]").click()
    image = page.get_by_role("img", name="Ten numbered sweeps")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    assert image.evaluate("node => node.decode().then(() => node.naturalWidth > 0)")
    page.locator("[data-next]").click()
    page.context.set_offline(False)


def put_in_order(ada: Visitor) -> None:
    page = ada.page
    for place, option in (("Position 1", "b"), ("Position 2", "b"), ("Position 3", "a")):
        page.get_by_label(place).select_option(option)
    expect(page.locator("#question-hint")).to_contain_text("stands at two positions")
    ada.look("exam-order")
    page.get_by_label("Position 2").focus()
    page.keyboard.press("c")  # letters choose inside the box and are no keys of the room there
    page.get_by_label("Position 2").select_option("c")
    expect(page.locator("#question-hint")).to_contain_text("Give each position one option")
    saved(page)


def test_the_item_bank_is_fit_to_be_looked_at(visit: Visit) -> None:
    eve = visit("eve@example.org")
    eve.press("Item bank")
    eve.heading("Item bank")
    eve.look("item-bank")
    eve.press("D1-031")
    eve.heading("D1-031")
    assert eve.page.get_by_role("img", name="Ten numbered sweeps").evaluate("node => node.complete")
    eve.look("item-of-the-bank")
