"""The warning before a session ends: in every tab, one click to stay, and what was typed is still there afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Tell, Visit

pytestmark = pytest.mark.browser
SIGNED_OUT = "401"  # the browser notes what it was answered


def dialog(page: Page, words: str) -> None:
    expect(page.get_by_role("alertdialog", name=words)).to_be_visible()


def test_one_click_to_stay_in_every_tab(visit: Visit, tell: Tell) -> None:
    sami = visit("sami@example.org")
    page = sami.page
    tell("hurry('sami', 100)")
    page.reload()
    other = sami.context.new_page()
    other.goto(f"{sami.url}/account/")
    for tab in (page, other):
        dialog(tab, "Are you still there?")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    sami.look("session-warning")
    page.get_by_role("button", name="Stay signed in").click()
    for tab in (page, other):
        expect(tab.get_by_role("alertdialog")).to_have_count(0)
    assert page.evaluate("fetch('/account/session/').then(answer => answer.json())")["left"] > 7000


def test_escape_stays_and_the_focus_comes_back(visit: Visit, tell: Tell) -> None:
    sami = visit("sami@example.org")
    page = sami.page
    link = page.get_by_role("link", name="Account")
    tell("hurry('sami', 125)")
    page.reload()
    link.focus()
    dialog(page, "Are you still there?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_signed_out_nothing_that_was_typed_is_lost(visit: Visit, tell: Tell) -> None:
    sami = visit("sami@example.org")
    page = sami.go("/accounts/password/change/")
    page.get_by_label("Current password").fill("typed before the end")
    tell("hurry('sami', 6)")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")  # it asks the server anew
    with sami.expecting(SIGNED_OUT):
        dialog(page, "You are signed out")
        sami.look("session-over")
        come_in_again(page, "sami@example.org")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(page.get_by_label("Current password")).to_have_value("typed before the end")
    page.get_by_role("button", name="Change password").click()
    expect(page).to_have_title(re.compile("^Error: "))  # the form was taken, only the password is wrong


def come_in_again(page: Page, email: str) -> None:
    """Follow the link of the dialog and sign in behind it."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    door = opened.value
    door.get_by_label("Email").fill(email)
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in", exact=True).click()
    expect(door).to_have_url(re.compile("/home/$"))


def test_nothing_goes_out_under_the_name_of_somebody_else(visit: Visit, tell: Tell) -> None:
    sami = visit("sami@example.org")
    page = sami.go("/accounts/password/change/")
    page.get_by_label("Current password").fill("typed by Sami")
    token = page.locator("main [name=csrfmiddlewaretoken]").input_value()
    tell("hurry('sami', 6)")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    with sami.expecting(SIGNED_OUT):
        dialog(page, "You are signed out")
        page.wait_for_timeout(2000)  # the page counts whole seconds: it may be one ahead of the server
        come_in_again(page, "paul@example.org")
    expect(page.get_by_role("alertdialog")).to_contain_text("Somebody else has signed in in this browser.")
    page.get_by_role("button", name="I have signed in again").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("with your own account")
    sami.look("session-somebody-else")
    assert page.locator("main [name=csrfmiddlewaretoken]").input_value() == token  # the server refuses this one


def test_the_exam_room_says_nothing(visit: Visit, tell: Tell) -> None:
    nils = visit("nils@example.org")
    page = nils.page
    nils.press("Go to the exam")
    page.get_by_label("I have read this statement").check()
    nils.press("Start exam")
    expect(page.locator("[data-next]")).to_have_text("Next")  # the script has taken over
    tell("hurry('nils', 2)")
    page.wait_for_timeout(3000)
    page.locator("label.choice").first.click()
    expect(page.locator("[data-status]")).to_have_text(re.compile("^Saved"))
    expect(page.get_by_role("alertdialog")).to_have_count(0)
