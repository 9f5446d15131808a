"""Items of another system in a real browser: a file taken apart by a worker, its report, the drafts, and out again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from lms.demo.people import PASSWORD
from tests.browser.by_keyboard import reach_everything
from tests.browser.conftest import Visit
from tests.house import House, free_port

pytestmark = pytest.mark.browser
GIFT = """\
$CATEGORY: Safety

::Earplugs:: Who wears hearing protection while pulses are given? {
=Everybody in the room #Both ears, each of them.
~The trainee alone
~Nobody
}

::Threshold:: At how many of ten pulses is a response asked for, at least? {#5:0}

::Order:: Whose order does a technician follow?
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with an item author, and a worker that reads the files."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("exchange"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.author_desk", "set_up()")
        house.start_workers(1)
        house.start_web(port)
        yield house
    finally:
        house.close()


def go_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(80):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {target}")


def press(page: Page, name: str) -> None:
    """Reach a button by Tab and press it by Enter."""
    go_to(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def test_a_file_becomes_drafts_and_goes_out_again_by_keyboard(visit: Visit) -> None:
    walt = visit("walt@example.org")
    page = walt.go("/items/import/")
    with walt.expecting("status of 422"):
        press(page, "Upload and read")
        expect(page.locator(".error-summary")).to_be_focused()
        walt.look("import-without-a-file")
    file = {"name": "safety.gift", "mimeType": "text/plain", "buffer": GIFT.encode()}
    page.get_by_label("File").set_input_files(file)
    go_to(page, page.get_by_label("Content area"))
    page.keyboard.type("D1")
    go_to(page, page.get_by_label("Level"))
    page.keyboard.type("A")  # Apply
    press(page, "Upload and read")
    walt.heading("safety.gift")
    expect(page.get_by_role("heading", name="Report")).to_be_visible()  # by itself
    reach_everything(page)
    walt.look("import-report")
    press(page, "Import")
    expect(page.get_by_text("of yours are in the bank")).to_be_visible()  # by itself
    walt.look("import-done")
    page = walt.go("/items/export/")
    page.get_by_label("Password").fill(PASSWORD)  # keys leave the site: once more
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^\d+ of \d+ items? as"))).to_be_visible()
    reach_everything(page)
    walt.look("export")
    page.get_by_label("Format").select_option(label="GIFT")
    press(page, "Look before you export")
    expect(page).to_have_url(re.compile("format=gift"))
    walt.look("export-gift")
    with page.expect_download() as given:
        press(page, "Download")
    assert "Everybody in the room" in given.value.path().read_text()
