"""The page of an exam question by keyboard alone: everything can be reached, and one sees where one is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.by_keyboard import reach_everything
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def open_room(lea: Visitor) -> Page:
    lea.press("Go to the exam")
    lea.page.get_by_label("I have read this statement").check()
    lea.press("Start exam")
    expect(lea.page.locator("[data-letter-keys]")).to_be_attached()
    expect(lea.page.locator("[data-next]")).to_have_text("Next")  # the script has taken over
    return lea.page


def test_an_exam_question_by_keyboard_alone(visit: Visit) -> None:
    lea = visit("lea@example.org")
    page = open_room(lea)
    reach_everything(page)
    for details in ("[data-places]", "[data-keys]"):
        page.locator(f"{details} summary").focus()
        page.keyboard.press("Enter")
    reach_everything(page)
    lea.look("exam-room-all-questions")
