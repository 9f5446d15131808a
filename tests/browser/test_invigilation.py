"""A supervised exam: admitted, paused with an answer under way, a lost network, a second device, a crashed tab."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Tell, Visit
from tests.browser.test_trainee import choose_by_mouse, step
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
OFFLINE = "ERR_INTERNET_DISCONNECTED"
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")
PAUSED = "Paused by the invigilator"


def test_a_supervised_exam(visit: Visit, tell: Tell) -> None:
    tell("plan_exam_session('otto')")
    otto, ines = visit("otto@example.org"), visit("ines@example.org")
    start_once_admitted(otto, ines)
    answers = tell("right_answers('otto')")
    room = otto.page.url
    pause_with_an_answer_under_way(otto, ines, answers, tell)
    pause_without_a_network(otto, answers, tell)
    get_more_time(otto, tell)
    second = go_on_at_another_device(otto, visit("otto@example.org"), room, tell)
    crash_in_a_pause(second, room, answers, tell)
    assert {"copy", "taken_over"} <= set(tell("signals_of('otto')"))


def start_once_admitted(otto: Visitor, ines: Visitor) -> None:
    otto.go("/home/")
    otto.press("Go to the exam")
    expect(otto.page.get_by_text("Seminar room 2")).to_be_visible()
    otto.look("exam-start-seat")
    ines.go("/invigilation/")
    ines.look("invigilation")
    ines.page.get_by_role("link", name=re.compile("Seminar room 2")).click()
    ines.look("console-before")
    ines.press("Identity checked, admit")
    expect(ines.page.get_by_text("Otto Lindqvist is admitted and can start.")).to_be_visible()
    otto.page.reload()
    expect(otto.page.get_by_text("You are admitted.")).to_be_visible()
    otto.page.get_by_label("I have read this statement").check()
    otto.press("Start exam")
    expect(row(ines).get_by_text("In progress")).to_be_visible()  # without loading the page again


def row(ines: Visitor) -> "Page":
    return ines.page.locator("[data-row]", has_text="Otto Lindqvist")  # type: ignore[return-value]


def pause_with_an_answer_under_way(otto: Visitor, ines: Visitor, answers: list, tell: Tell) -> None:
    page = otto.page
    choose_by_mouse(page, answers[0])
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    page.evaluate("document.dispatchEvent(new ClipboardEvent('copy'))")
    step(page, 2)
    ines.page.get_by_label("Reason").fill("Fire alarm.")
    row(ines).get_by_role("button", name="Pause").click()
    expect(ines.page.get_by_text("The exam of Otto Lindqvist is paused.")).to_be_visible()
    choose_by_mouse(page, answers[1])  # the room does not know yet
    otto.heading(PAUSED)
    expect(page.locator("#answer")).to_be_hidden()
    expect(page.locator("[data-clock]")).to_have_text("Paused")
    assert tell("stored_answers('otto')") == [1]
    otto.look("exam-room-paused")
    ines.look("console-paused")
    row(ines).get_by_role("button", name="Let go on").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("[data-clock]")).to_have_text(re.compile("left$"))
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    assert tell("stored_answers('otto')") == [1, 2]


def pause_without_a_network(otto: Visitor, answers: list, tell: Tell) -> None:
    page = otto.page
    step(page, 3)
    with otto.expecting(OFFLINE):
        otto.context.set_offline(True)
        choose_by_mouse(page, answers[2])
        expect(page.locator("[data-status]")).to_have_text("1 answer waiting")
        tell("pause('otto')")
        otto.context.set_offline(False)
        otto.heading(PAUSED)
    assert tell("stored_answers('otto')") == [1, 2]
    tell("let_go_on('otto')")
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    assert tell("stored_answers('otto')") == [1, 2, 3]


def get_more_time(otto: Visitor, tell: Tell) -> None:
    tell("extend('otto', 60)")
    expect(otto.page.get_by_text("You have been given more time.")).to_be_visible()


def go_on_at_another_device(otto: Visitor, second: Visitor, room: str, tell: Tell) -> Visitor:
    tell("pause('otto')")
    second.page.goto(room)
    second.heading(PAUSED)
    second.look("exam-paused")
    tell("let_go_on('otto')")
    second.heading("Continue here?")  # by itself
    second.press("Continue here")
    expect(second.page.locator("[data-number]")).to_have_text("3")
    expect(otto.page.get_by_text("This attempt goes on at another device.")).to_be_visible()
    return second


def crash_in_a_pause(second: Visitor, room: str, answers: list, tell: Tell) -> None:
    page = second.page
    step(page, 4)
    tell("pause('otto')")
    choose_by_mouse(page, answers[3])
    second.heading(PAUSED)
    with pytest.raises(Error):
        page.goto("chrome://crash")
    again = second.context.new_page()
    page.close()
    second.page = again
    again.goto(room)
    second.heading(PAUSED)
    assert tell("stored_answers('otto')") == [1, 2, 3]
    tell("let_go_on('otto')")
    expect(again.locator("[data-status]")).to_have_text(SAVED)
    assert tell("stored_answers('otto')") == [1, 2, 3, 4]
