"""The tutorial of the exam room: every control really works, by mouse, by keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.by_keyboard import reach_everything
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")


def open_tutorial(person: Visitor) -> Page:
    person.press("Go to the exam")
    person.look("exam-start")
    person.press("Try the exam room")
    person.heading("Which of these is a day of the week?")
    return person.page


def test_an_answer_given_while_the_script_is_on_its_way_is_kept(visit: Visit) -> None:
    person = visit("ella@example.org")
    page = person.page
    held: list[Route] = []
    page.route("**/tutorial/items", lambda route: held.append(route))
    page.goto(f"{person.url}/exam/tms-technician-written/tutorial/")
    page.get_by_label("Tuesday").check()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    expect(page.get_by_label("Tuesday")).to_be_checked()
    page.reload()
    expect(page.get_by_label("Tuesday")).to_be_checked()


def test_e1_every_control_can_be_tried_before_the_clock(visit: Visit) -> None:
    ella = visit("ella@example.org")
    page = open_tutorial(ella)
    status = page.locator("[data-status]")
    page.get_by_label("Tuesday").check()
    expect(status).to_have_text(SAVED)
    ella.look("tutorial-single-choice")
    page.keyboard.press("d")
    expect(page.get_by_label("Noon")).to_be_checked()
    page.get_by_role("button", name="Strike out option A").click()
    expect(page.get_by_role("button", name="Restore option A")).to_be_visible()
    page.locator("[data-next]").click()
    choose_several_and_flag(page)
    ella.look("tutorial-multiple-response")
    page.locator("[data-next]").click()
    type_a_number_and_hide(page)
    ella.look("tutorial-numeric")
    page.locator("[data-next]").click()
    put_in_order(ella)
    page.locator("[data-next]").click()
    match(ella)
    page.locator("[data-next]").click()
    point_and_write(ella)
    page.locator("[data-next]").click()
    jump_by_the_list(ella)
    hand_in(ella)


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


def put_in_order(ella: Visitor) -> None:
    """One place twice is said at once; a place left empty is told on the review page."""
    page = ella.page
    page.get_by_label("Position 1").select_option(label=lettered(page, "Breakfast"))
    page.get_by_label("Position 2").select_option(label=lettered(page, "Breakfast"))
    expect(page.locator("#question-hint")).to_contain_text("stands at two positions")
    page.get_by_label("Position 2").select_option("Choose an option")
    expect(page.locator("#question-hint")).to_contain_text("Give each position one option")
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    ella.look("tutorial-ordering")


def match(ella: Visitor) -> None:
    page = ella.page
    for animal, deed in (("A dog", "Barks"), ("A cat", "Purrs"), ("A sparrow", "Flies")):
        page.get_by_label(animal).select_option(label=lettered(page, deed))
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    ella.look("tutorial-matching")


def point_and_write(ella: Visitor) -> None:
    page = ella.page
    page.locator(".hotspot__surface").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hotspot__said")).to_have_text("Your point: 240 from the left, 165 from the top.")
    page.get_by_role("button", name="20 px").click()
    page.get_by_role("button", name="Move the point left").click()
    expect(page.locator(".hotspot__said")).to_have_text("Your point: 220 from the left, 165 from the top.")
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    ella.look("tutorial-picture")
    page.locator("[data-next]").click()
    page.get_by_label("Your answer").fill("A cat")
    page.locator("[data-next]").click()
    page.get_by_label("Your answer").fill("First I take the bus. Then I walk.")
    expect(page.locator(".text-answer__count")).to_have_text("8 words of about 40")


def lettered(page: Page, words: str) -> str:
    """Return an option as the boxes show it, with its letter."""
    row = page.locator(".lettered li", has_text=words)
    return f"{row.locator('.option__letter').text_content()}. {words}"


def jump_by_the_list(ella: Visitor) -> None:
    page = ella.page
    page.locator("summary", has_text="All questions").click()
    page.get_by_role("button", name="Flagged", exact=True).last.click()
    expect(page.locator(".places__list li:visible")).to_have_count(1)
    page.locator('[data-place-number="2"]').click()
    ella.heading("Which of these can you eat?")
    page.locator("summary", has_text="Keys and help").click()
    page.keyboard.press("Tab")  # from here on by keyboard, so that the browser draws where one is
    reach_everything(page)
    ella.look("tutorial-all-questions")


def hand_in(ella: Visitor) -> None:
    page = ella.page
    ella.press("Review and submit")
    ella.heading("Review your answers")
    expect(page.locator(".summary-list")).to_contain_text("8 of 9")
    expect(page.locator(".review-list li", has_text="Question 8:")).to_contain_text(
        "First I take the bus. Then I walk."
    )
    row = page.locator(".review-list li", has_text="Question 4:")
    expect(row).to_contain_text("Not all places filled")
    ella.look("tutorial-review")
    ella.press("Go on to the end of the tutorial")
    ella.look("tutorial-end")
    page.get_by_role("button", name="End the tutorial").click()
    expect(page.get_by_text("Your practice answers are deleted.")).to_be_visible()
    expect(page.get_by_role("button", name="Start exam")).to_be_visible()


def test_without_scripts(visit: Visit) -> None:
    ella = visit("ella@example.org", java_script_enabled=False)
    page = ella.page
    ella.press("Go to the exam")
    ella.press("Try the exam room")
    page.get_by_label("Tuesday").check()
    ella.press("Save and next")
    page.get_by_label("An apple").check()
    ella.press("Flag for review")
    expect(page.get_by_role("button", name="Flagged", exact=True).first).to_be_visible()
    expect(page.get_by_label("An apple")).to_be_checked()
    ella.press("Save and next")
    page.get_by_label("Your answer in min").fill("30")
    ella.press("Save and next")
    for position, meal in enumerate(("Breakfast", "Lunch", "Supper"), start=1):
        page.get_by_label(f"Position {position}").select_option(label=lettered(page, meal))
    ella.press("Save and next")
    page.get_by_label("A dog").select_option(label=lettered(page, "Barks"))
    ella.press("Save and next")
    ella.press("Previous")
    assert page.get_by_label("A dog").locator("option:checked").text_content() == lettered(page, "Barks")
    page.locator("summary", has_text="All questions: 5 of 9").click()
    ella.press("Review and submit")
    expect(page.locator(".summary-list")).to_contain_text("5 of 9")
    expect(page.locator(".review-list li", has_text="Question 5:")).to_contain_text("Not all places filled")
    ella.press("Go on to the end of the tutorial")
    ella.press("End the tutorial")
    expect(page.get_by_text("Your practice answers are deleted.")).to_be_visible()
