"""An instructor at the chair, on a touch screen of 1024×768: from the day list to the signature."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Tell, Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
TARGETS = """() => [...document.querySelectorAll(
    'button, summary, textarea, select, label:has(input), .button, .focus-bar a, .station-index a')]
  .filter(node => node.checkVisibility())
  .map(node => [node.textContent.trim().slice(0, 40), node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.9 || box.width < 43.9))
  .map(([text, box]) => `${text}: ${box.width}×${box.height}`)"""
FIELDS = """() => [...document.querySelectorAll('[data-field]:has(input[type=radio])')]
  .map(box => ({
    field: box.dataset.field,
    rated: Boolean(box.querySelector('input:checked')),
    values: [...box.querySelectorAll('input')].map(input => input.value),
  }))"""


def test_from_the_day_list_to_the_signature(visit: Visit, tell: Tell) -> None:
    ines = visit("ines@example.org", **TABLET)
    ines.look("home-instructor")
    ines.page.get_by_role("link", name="Sittings to assess").tap()
    ines.heading("Your sittings")
    ines.look("day-list")
    open_the_checklist(ines)
    rate_a_station(ines)
    refuse_with_gaps(ines)
    rate_the_rest(ines)
    sign(ines)
    certificate = tell("certificate_of('maya')")
    ines.go(f"/verify/{certificate['number']}")
    expect(ines.page.get_by_text("Maya Lindqvist")).to_be_visible()


def small_targets(page: Page) -> Any:
    return page.evaluate(TARGETS)


def open_the_checklist(ines: Visitor) -> None:
    page = ines.page
    page.get_by_role("link", name="Maya Lindqvist").tap()
    ines.heading("Who is here")
    ines.look("sitting-identity")
    assert small_targets(page) == []
    page.get_by_role("button", name="Open the checklist").tap()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_text("The person in front of me is Maya Lindqvist").last.tap()
    page.get_by_text("I am Ines Aalto").last.tap()
    page.get_by_text("TMS-trained physician").last.tap()
    page.get_by_role("button", name="Open the checklist").tap()
    ines.heading("Practical of Maya Lindqvist")


def tap(page: Page, field: str, value: str) -> None:
    page.locator(f'label:has(input[name="{field}"][value="{value}"])').tap()


def rate_a_station(ines: Visitor) -> None:
    """Rate the first station by taps, one of them taken back and made again."""
    page = ines.page
    first = page.locator("[data-station]").first
    fields = [box.get_attribute("data-field") for box in first.locator("[data-required]").all()]
    code = first.get_attribute("data-station")
    for field in fields:
        assert field
        tap(page, field, {f"{code}.critical": "no", f"{code}.level": "4"}.get(field, "done"))
    expect(first.locator("[data-station-count]")).to_have_text(f"{len(fields)} of {len(fields)} rated")
    tap(page, str(fields[0]), "done")
    expect(first.locator("[data-station-count]")).to_have_text(f"{len(fields) - 1} of {len(fields)} rated")
    tap(page, str(fields[0]), "done")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d"))
    assert small_targets(page) == []
    ines.look("checklist")


def refuse_with_gaps(ines: Visitor) -> None:
    page = ines.page
    page.get_by_role("link", name="Check and sign").tap()
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("cannot be signed yet")
    assert summary.get_by_role("link").count() == 14  # thirteen other stations, and the conclusion
    ines.look("checklist-gaps")
    summary.get_by_role("link").first.tap()
    expect(page.locator("input:focus")).to_have_count(1)


def rate_the_rest(ines: Visitor) -> None:
    """Fill what is left through the address that the page itself saves to, then load the page anew."""
    page = ines.page
    saves = []
    for box in page.evaluate(FIELDS):
        if not box["rated"]:
            value = next(good for good in ("competent", "done", "no", "4") if good in box["values"])
            saves.append({"field": box["field"], "seq": 1, "value": value})
    address = page.locator("[data-checklist]").get_attribute("data-url")
    headers = {"X-CSRFToken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(), "Referer": page.url}
    for start in range(0, len(saves), 50):
        body = {"saves": saves[start : start + 50]}
        answer = ines.context.request.post(f"{ines.url}{address}", data=body, headers=headers)
        assert {reply["reply"] for reply in answer.json()["replies"]} == {"ok"}
    page.get_by_role("link", name="Your sittings").tap()
    page.get_by_role("link", name="Maya Lindqvist").tap()
    page.get_by_role("link", name="Go on with the checklist").tap()
    expect(page.locator("[data-counter]")).to_have_text(re.compile(r"^(\d+) of \1 rated$"))
    page.get_by_role("link", name="Check and sign").tap()


def sign(ines: Visitor) -> None:
    page = ines.page
    ines.heading("Check the record")
    ines.look("practical-summary")
    page.get_by_label("Your password").fill("not my password at all")
    page.get_by_role("button", name="Sign the record").tap()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the record").tap()
    ines.heading("The record of Maya Lindqvist is signed")
    ines.look("practical-signed")
    page.get_by_role("link", name="See and print the record").tap()
    ines.heading("Practical record of Maya Lindqvist")
    expect(page.get_by_text("unchanged since signing")).to_be_visible()
    ines.look("practical-record")
