"""The page of an exam question by keyboard alone: everything can be reached, and one sees where one is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
# One stop for each group of radio buttons, as browsers do it.
REACHABLE = """() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(node => node.checkVisibility() && !node.disabled && node.tabIndex >= 0 && node.type !== 'hidden')
    .filter(node => node.type !== 'radio' || !groups.has(node.name) && groups.add(node.name))
    .map(node => node.type === 'radio' ? `group ${node.name}` : node.outerHTML.slice(0, 120));
}"""
HERE = """() => {
  const node = document.activeElement, style = getComputedStyle(node), label = node.closest('label');
  const drawn = look => look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  return {
    name: node.type === 'radio' ? `group ${node.name}` : node.outerHTML.slice(0, 120),
    shown: drawn(style) || Boolean(label && drawn(getComputedStyle(label))),
    ended: node === document.body,
  };
}"""


def open_room(lea: Visitor) -> Page:
    lea.press("Go to the exam")
    lea.page.get_by_label("I have read this statement").check()
    lea.press("Start exam")
    expect(lea.page.locator("[data-letter-keys]")).to_be_attached()
    expect(lea.page.locator("[data-next]")).to_have_text("Next")  # the script has taken over
    return lea.page


def walk(page: Page) -> list[dict[str, object]]:
    """Press Tab from the first link until the page ends."""
    page.locator(".skip-link").focus()
    stops = []
    while len(stops) < 200:
        stop = page.evaluate(HERE)
        if stop["ended"] or stop in stops:
            return stops
        stops.append(stop)
        page.keyboard.press("Tab")
    pytest.fail("the walk does not end")


def judge(page: Page) -> None:
    """Everything that can be operated is a stop, and each stop is drawn as one."""
    stops = walk(page)
    assert [stop["name"] for stop in stops if not stop["shown"]] == []
    assert set(page.evaluate(REACHABLE)) - {stop["name"] for stop in stops} == set()


def test_an_exam_question_by_keyboard_alone(visit: Visit) -> None:
    lea = visit("lea@example.org")
    page = open_room(lea)
    judge(page)
    for details in ("[data-places]", "[data-keys]"):
        page.locator(f"{details} summary").focus()
        page.keyboard.press("Enter")
    judge(page)
    lea.look("exam-room-all-questions")
