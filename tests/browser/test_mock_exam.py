"""A mock exam from home to its reasons, with a network that goes away, a reload and a second device."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tell, Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d")
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def test_a_mock_exam_is_the_exam_room_with_reasons_at_the_end(visit: Visit, tell: Tell) -> None:
    ella = visit("ella@example.org")
    page = ella.page
    ella.press("Take a mock exam")
    ella.heading("Mock exam")
    ella.look("mock-start")
    ella.press("Start the mock exam")
    ready(page)
    ella.look("mock-room")
    given = [answer(page)]
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    page.reload()
    ready(page)
    assert shown(page) == given[0]
    given += lose_the_network(ella)
    page.get_by_role("button", name="Flag for review").click()
    assert tell("mock_answers_of('ella')") == given
    phone = go_on_at_another_device(visit, ella)
    hand_in(phone, len(given))
    read_the_reasons(phone)
    phone.go("/home/")
    phone.press("Take a mock exam")
    expect(phone.page.get_by_text(re.compile(r"of 74 points"))).to_be_visible()
    phone.look("mock-start-again")


def ready(page: Page) -> None:
    """Wait until the script has taken over: before that a press loads another page."""
    expect(page.locator("[data-next]")).to_have_text(re.compile("^(Next|Review)"))


def answer(page: Page) -> list[str]:
    """Give some answer to the question on the page, and return it."""
    number = page.locator("input[name=number]")
    if number.count():
        number.fill("12")
    else:
        page.locator("[data-options] label.choice").nth(1).click()
    return shown(page)


def shown(page: Page) -> list[str]:
    """The answer on the page."""
    return page.locator("[data-options] input:checked, [data-options] input[name=number]").evaluate_all(
        "nodes => nodes.map(node => node.value)"
    )


def lose_the_network(ella: Visitor) -> list[list[str]]:
    """Answer two questions without a network; both arrive when it is back."""
    page, given = ella.page, []
    with ella.expecting(OFFLINE):
        ella.context.set_offline(True)
        for number in (2, 3):
            page.locator("[data-next]").click()
            expect(page.locator("[data-number]")).to_have_text(str(number))
            given.append(answer(page))
        expect(page.locator("[data-status]")).to_have_text("2 answers waiting")
        ella.context.set_offline(False)
        expect(page.locator("[data-status]")).to_have_text(SAVED)
    return given


def go_on_at_another_device(visit: Visit, ella: Visitor) -> Visitor:
    """Take the mock exam over on a phone; the first device says so with its next answer."""
    phone = visit("ella@example.org")
    phone.press("Take a mock exam")
    phone.press("Continue the mock exam")
    phone.heading("Continue here?")
    phone.look("mock-claim")
    phone.press("Continue here")
    ready(phone.page)
    expect(phone.page.locator("[data-number]")).to_have_text("3")
    ella.page.locator("[data-next]").click()
    ella.page.locator("[data-next]").click()  # question 4 was seen and left empty, which is a save
    expect(ella.page.get_by_text("This attempt goes on at another device.")).to_be_visible()
    return phone


def hand_in(phone: Visitor, answered: int) -> None:
    page = phone.page
    page.locator("summary", has_text="All questions").click()
    phone.press("Review and submit")
    phone.heading("Review your answers")
    expect(page.locator(".summary-list")).to_contain_text(f"{answered} of 74")
    phone.look("mock-review")
    phone.press("Go on to submit")
    phone.heading("Submit the mock exam?")
    phone.look("mock-submit")
    phone.press("Submit mock exam")


def read_the_reasons(phone: Visitor) -> None:
    page = phone.page
    phone.heading("of 74 points")
    phone.look("mock-result")
    page.get_by_role("link", name="Flagged").click()
    expect(page.locator(".mock-question")).to_have_count(1)
    page.locator(".mock-question summary").click()
    phone.look("mock-result-open")
    page.locator(".mock-question").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/m\d\d/|/m\d\d-"))
