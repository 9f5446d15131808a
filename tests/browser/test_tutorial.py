"""The tutorial of the exam room: every control really works, by mouse, by keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_keyboard import judge
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")


def open_tutorial(person: Visitor) -> Page:
    person.press("Go to the exam")
    person.look("exam-start")
    person.press("Try the exam room")
    person.heading("Which of these is a day of the week?")
    return person.page


def test_every_control_can_be_tried(visit: Visit) -> None:
    lea = visit("lea@example.org")
    page = open_tutorial(lea)
    status = page.locator("[data-status]")
    page.get_by_label("Tuesday").check()
    expect(status).to_have_text(SAVED)
    lea.look("tutorial-single-choice")
    page.keyboard.press("d")
    expect(page.get_by_label("Noon")).to_be_checked()
    page.get_by_role("button", name="Strike out option A").click()
    expect(page.get_by_role("button", name="Restore option A")).to_be_visible()
    page.locator("[data-next]").click()
    choose_several_and_flag(page)
    lea.look("tutorial-multiple-response")
    page.locator("[data-next]").click()
    type_a_number_and_hide(page)
    lea.look("tutorial-numeric")
    page.locator("[data-next]").click()
    jump_by_the_list(lea)
    hand_in(lea)


def choose_several_and_flag(page: Page) -> None:
    page.get_by_label("An apple").check()
    page.keyboard.press("e")
    expect(page.get_by_label("A carrot")).to_be_checked()
    page.get_by_role("button", name="Flag for review").click()
    expect(page.get_by_role("button", name="Flagged", exact=True).first).to_have_attribute("aria-pressed", "true")


def type_a_number_and_hide(page: Page) -> None:
    page.get_by_label("Your answer in min").fill("half an hour")
    expect(page.locator("#question-hint")).to_contain_text("is not read as a number")
    page.get_by_label("Your answer in min").fill("30")
    expect(page.locator("[data-clock]")).to_have_text(re.compile("left$"))
    page.get_by_role("button", name="Hide time").click()
    expect(page.locator("[data-clock]")).to_have_text("Time hidden")
    page.get_by_role("button", name="Show time").click()
    page.get_by_role("button", name="Hide number").click()
    expect(page.get_by_role("button", name="Show number")).to_be_visible()


def jump_by_the_list(lea: Visitor) -> None:
    page = lea.page
    page.locator("summary", has_text="All questions").click()
    page.get_by_role("button", name="Flagged", exact=True).last.click()
    expect(page.locator(".places__list li:visible")).to_have_count(1)
    page.locator('[data-place-number="2"]').click()
    lea.heading("Which of these can you eat?")
    page.locator("summary", has_text="Keys and help").click()
    page.keyboard.press("Tab")  # from here on by keyboard, so that the browser draws where one is
    judge(page)
    lea.look("tutorial-all-questions")


def hand_in(lea: Visitor) -> None:
    page = lea.page
    lea.press("Review and submit")
    lea.heading("Review your answers")
    expect(page.locator(".summary-list")).to_contain_text("3 of 4")
    lea.look("tutorial-review")
    lea.press("Go on to the end of the tutorial")
    lea.look("tutorial-end")
    page.get_by_role("button", name="End the tutorial").click()
    expect(page.get_by_text("Your practice answers are deleted.")).to_be_visible()
    expect(page.get_by_role("button", name="Start exam")).to_be_visible()


def test_without_scripts(visit: Visit) -> None:
    tom = visit("tom@example.org", java_script_enabled=False)
    page = tom.page
    tom.press("Go to the exam")
    tom.press("Try the exam room")
    page.get_by_label("Tuesday").check()
    tom.press("Save and next")
    page.get_by_label("An apple").check()
    tom.press("Flag for review")
    expect(page.get_by_role("button", name="Flagged", exact=True).first).to_be_visible()
    expect(page.get_by_label("An apple")).to_be_checked()
    page.locator("summary", has_text="All questions: 2 of 4").click()
    tom.press("Review and submit")
    expect(page.locator(".summary-list")).to_contain_text("2 of 4")
    tom.press("Go on to the end of the tutorial")
    tom.press("End the tutorial")
    expect(page.get_by_text("Your practice answers are deleted.")).to_be_visible()
