"""Pages of measurement in a real browser: asked for, made by a worker, walked through by keyboard and looked at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.by_keyboard import reach_everything
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.house import House, free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with answers of many people, and a worker that counts."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("measured"), settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.measurement_room", "set_up()")
        house.start_workers(1)
        house.start_web(port)
        yield house
    finally:
        house.close()


def study(xenia: Visitor, name: str) -> None:
    """Look at a page and walk through it."""
    reach_everything(xenia.page)
    xenia.look(name)


def test_the_analysis_of_a_form_and_an_item(visit: Visit) -> None:
    xenia = visit("xenia@example.org")
    page = xenia.go("/forms/")
    page.get_by_role("link", name="written-exam-A version 1").first.click()
    xenia.press("How it measures")
    xenia.press("Analyse")
    expect(page.get_by_role("heading", name="Reliability")).to_be_visible()  # by itself
    expect(page.get_by_text("536 persons").first).to_be_visible()
    study(xenia, "analysis")
    page.get_by_role("link", name="D1-003").first.click()
    xenia.heading("D1-003")
    study(xenia, "analysis-item")


def test_studies_of_an_exam(visit: Visit) -> None:
    xenia = visit("xenia@example.org")
    page = xenia.go("/forms/exams/written-exam/studies/")
    study(xenia, "studies")
    xenia.press("Calibrate")
    xenia.heading("Calibration of")
    study(xenia, "calibration")
    page = xenia.go("/forms/exams/written-exam/studies/")
    page.locator("#id_fairness-form").select_option(label="written-exam-A version 1")
    xenia.press("Compare groups")
    xenia.heading("Groups on")
    study(xenia, "groups")
    page.get_by_role("main").get_by_role("link", name=re.compile("Provider|provider")).first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    study(xenia, "groups-of-one-kind")
    page = xenia.go("/forms/exams/written-exam/studies/")
    page.get_by_label("New form").select_option(label="written-exam-B version 1")
    page.get_by_label("Old form").select_option(label="written-exam-A version 1")
    xenia.press("Equate")
    xenia.heading("on the scale of")
    study(xenia, "equating")


def test_years_and_their_evidence(visit: Visit) -> None:
    xenia = visit("xenia@example.org")
    xenia.go("/results/by-year/")
    study(xenia, "by-year")
    page = xenia.go("/results/evidence/")
    xenia.press("Pack the year")
    expect(page.get_by_role("link", name=re.compile("download")).first).to_be_visible()  # by itself
    study(xenia, "evidence")
