"""What must work when no script runs: practice questions, the exam, the checklist, and checking a certificate."""

import re

import pytest
from playwright.sync_api import expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Tell, Visit

pytestmark = pytest.mark.browser
NO_SCRIPTS = {"java_script_enabled": False}


def test_a_lesson(visit: Visit) -> None:
    sami = visit("sami@example.org", **NO_SCRIPTS)
    page = sami.page
    page.get_by_role("main").get_by_role("link", name=re.compile("^Start")).first.click()
    lesson = page.url
    page.locator("form[data-check]").first.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check answer").first.click()
    sami.heading("Your answer")
    expect(page.get_by_role("main")).to_contain_text(re.compile("Right|Not yet"))
    page.get_by_role("main").get_by_role("link", name=re.compile("Back to the lesson|Try again")).click()
    sami.press("Mark complete and continue")
    assert page.url != lesson


def test_the_words_and_the_search(visit: Visit) -> None:
    stranger = visit(**NO_SCRIPTS)
    page = stranger.page
    stranger.go("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Search").click()
    page.get_by_label("Words to look for").fill("stimulator output")
    stranger.press("Search")
    page.get_by_role("main").get_by_role("link", name="MSO", exact=True).click()
    stranger.heading("Glossary")
    assert page.url.endswith("/glossary/#mso")
    page.get_by_label("Find a word").fill("theta")
    stranger.press("Show")
    expect(page.get_by_role("status")).to_contain_text("with “theta”")


def test_signed_in_again_in_another_tab_a_form_goes_out_with_one_more_click(visit: Visit) -> None:
    rosa = visit("rosa@example.org", **NO_SCRIPTS)
    page = rosa.go("/practical/assign/?q=Paul")
    rosa.press("Paul Nyberg")
    page.get_by_role("textbox", name="Place").fill('Room 5 & "annex"')
    rosa.context.clear_cookies(name="sessionid")  # as after a session that ended
    door = rosa.context.new_page()
    door.goto(f"{rosa.url}/accounts/login/")
    door.get_by_label("Email").fill("rosa@example.org")
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in", exact=True).click()
    expect(door).to_have_url(f"{rosa.url}/home/")
    with rosa.expecting("status of 403"):
        rosa.press("Assign the sitting")
        rosa.heading("The form was out of date")
    expect(page.get_by_text("You are signed in as Rosa Marín.")).to_be_visible()
    rosa.press("Send it again")
    expect(page.get_by_role("alert").first).to_be_visible()  # there is no assessor yet
    expect(page.get_by_role("textbox", name="Place")).to_have_value('Room 5 & "annex"')


def test_an_exam_answer(visit: Visit) -> None:
    tom = visit("tom@example.org", **NO_SCRIPTS)
    page = tom.page
    tom.press("Go to the exam")
    page.get_by_label("I have read this statement").check()
    tom.press("Start exam")
    page.locator("label.choice").first.click()
    tom.press("Save and next")
    expect(page).to_have_title(re.compile("^Question 2 "))
    tom.press("Previous")
    expect(page.locator("[data-options] input:checked")).to_have_count(1)
    page.locator("summary", has_text="All questions: 1 of").click()
    tom.press("Review and submit")
    expect(page.locator(".summary-list")).to_contain_text("1 of ")


def test_the_checklist(visit: Visit) -> None:
    ines = visit("ines@example.org", **NO_SCRIPTS)
    page = ines.page
    ines.press("Sittings to assess")
    ines.press("Paul Nyberg")
    page.get_by_label("The person in front of me is Paul Nyberg").check()
    page.get_by_label("I am Ines Aalto").check()
    page.get_by_label("TMS-trained physician").check()
    ines.press("Open the checklist")
    page.locator('label:has(input[name="P01-1"][value="partly"])').click()
    ines.press("Save station P01")
    expect(page.locator('input[name="P01-1"][value="partly"]')).to_be_checked()
    expect(page.locator("[data-counter]")).to_have_text(re.compile(r"^1 of \d+ rated$"))


def test_checking_a_certificate_by_number(visit: Visit, tell: Tell) -> None:
    certificate = tell("certificate_of('vera')")
    stranger = visit(**NO_SCRIPTS)
    stranger.go("/verify/").get_by_label("Number or link").fill(certificate["number"])
    stranger.press("Check the number")
    stranger.heading("Valid")
