"""A rubric by keyboard alone: typed text saves itself, entries are added and moved, a second person approves."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Visit
from tests.house import House, free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with two exam administrators and a small rubric; nothing here needs workers or the course."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("rubric"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.rubric_desk", "set_up()")
        house.start_web(port)
        yield house
    finally:
        house.close()


def tab_to(page: Page, name: str, role: Any = "button") -> None:
    """Press Tab until the focus is on what has this name, from wherever it is."""
    target = page.get_by_role(role, name=name, exact=role != "link")  # links back begin with a sign
    expect(target).to_be_visible()
    for _ in range(150):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} cannot be reached by keyboard")


def press(page: Page, name: str, role: Any = "button") -> None:
    """Go to a button or link by Tab and press Enter."""
    tab_to(page, name, role)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, words: str) -> None:
    """Go to a field by Tab and type over what it holds."""
    tab_to(page, name, "textbox")
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def test_a_rubric_by_keyboard_from_the_draft_to_the_approval(visit: Visit, site: House) -> None:
    xenia = visit("xenia@example.org")
    page = xenia.go("/practicals/rubrics/tms-technician-practical/")
    xenia.look("rubric")
    press(page, "Start a draft")
    expect(page.get_by_role("heading", name="Draft of TMS technician practical")).to_be_visible()
    xenia.look("rubric-draft")
    press(page, "P01 Title of P01", "link")
    expect(page.get_by_role("heading", name="Station P01")).to_be_visible()
    xenia.look("rubric-station")

    # What is typed saves itself, shows in the preview, and its fault stands beside it.
    preview = page.locator("[data-preview]")
    fill(page, "Title", "Who is it?")
    fill(page, "Minutes", "ten")
    expect(page.get_by_text("All changes are saved")).to_be_visible()
    expect(preview.get_by_role("heading", name="P01 Who is it?")).to_be_visible()
    expect(page.locator("#field-minutes-fault")).to_have_text("Enter a whole number.")
    assert site.tell("tests.browser.rubric_desk", "stored()")["title"] == "Who is it?"
    page.reload()
    expect(page.get_by_label("Minutes")).to_have_value("ten")
    fill(page, "Minutes", "12")
    expect(page.locator("#field-minutes-fault")).to_be_hidden()

    # A criterion is added, written and moved; the focus stays with it.
    press(page, "Add a criterion")
    expect(page).to_have_url(re.compile("at=new:P01-3"))
    expect(page.get_by_label("Criterion P01-3")).to_be_focused()
    page.keyboard.type("Looks at the wristband")
    press(page, "Up P01-3")
    expect(page.get_by_role("button", name="Up P01-3", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Down P01-3", exact=True)).to_be_focused()
    stored = site.tell("tests.browser.rubric_desk", "stored()")
    assert [row[0] for row in stored["criteria"]] == ["P01-3", "P01-1", "P01-2"]
    assert stored["criteria"][0][1] == "Looks at the wristband"

    press(page, "The draft", "link")
    press(page, "Compare with version 1", "link")
    expect(page.get_by_role("heading", name="What the draft changes")).to_be_visible()
    xenia.look("rubric-compare")
    press(page, "The draft", "link")
    fill(page, "Why this version", "A wristband is looked at first.")
    press(page, "Hand it in")
    expect(page.get_by_text("Waits for a second person")).to_be_visible()
    assert site.tell("tests.browser.rubric_desk", "in_force()")[0] == 1

    yara = visit("yara@example.org")
    page = yara.go("/decisions/")
    yara.press("Approve a rubric")
    page.get_by_label("Password").fill(PASSWORD)
    yara.press("Continue")
    yara.heading("Approve a rubric")
    press(page, "Confirm and do it")
    expect(page.get_by_text("New sittings take this version from now on.")).to_be_visible()
    assert site.tell("tests.browser.rubric_desk", "in_force()") == [2, "Who is it?"]
    yara.go("/practicals/rubrics/tms-technician-practical/2/")
    yara.look("rubric-version")
