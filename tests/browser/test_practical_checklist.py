"""The checklist on a 1024×768 touch screen: rows I1 to I15 of the conventions, with the network going away."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from courses.models import Enrolment
from exams.actions.practicals import observe
from exams.models import SignOff, Sitting
from exams.rules.practical_saves import Save
from exams.verification import verify_sign_offs
from lms.accounts.models import User
from tests.conftest import PASSWORD
from tests.factories.practicals import complete_and_sign, good_values, make_rubric, make_sitting, save_values

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SAVES = "**/observations/"
BOUNCE = 600  # milliseconds; the page takes a second tap within 500 for a bounce


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Playwright runs an event loop in this thread, which Django must tolerate."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM, "--no-first-run"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sitting(enrolment: Enrolment, instructor: User) -> Sitting:
    """Ada's sitting with Ines, opened."""
    make_rubric(enrolment, stations=3, criteria=3)
    return make_sitting(enrolment, instructor)


@pytest.fixture
def tablet(
    chromium: Browser, live_server: Any, instructor: User, client_for: Callable[[User], Client]
) -> Iterator[BrowserContext]:
    """A touch screen on which Ines is signed in."""
    context = chromium.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, base_url=live_server.url, locale="en-GB"
    )
    session = client_for(instructor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context
    context.close()


@pytest.fixture
def checklist(tablet: BrowserContext, sitting: Sitting) -> Page:
    """The open checklist."""
    page = tablet.new_page()
    page.goto(f"/practical/{sitting.pk}/checklist/")
    return page


def tap(page: Page, field: str, value: str) -> None:
    page.locator(f'label:has(input[name="{field}"][value="{value}"])').tap()


def state(page: Page) -> Any:
    return expect(page.locator("[data-save-state]"))


def kept(page: Page) -> Any:
    return page.evaluate("Object.values(localStorage).join()")


def all_sent(page: Page) -> None:
    """Wait until the device keeps nothing more (the page's own policy forbids waiting inside the page)."""
    for _ in range(600):
        if kept(page) == "":
            return
        page.wait_for_timeout(100)
    pytest.fail(f"still kept: {kept(page)}")


def test_a_tap_saves_and_a_second_tap_clears(checklist: Page, sitting: Sitting) -> None:
    tap(checklist, "P01-1", "done")
    state(checklist).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    expect(checklist.locator("[data-counter]")).to_have_text("1 of 15 rated")
    assert sitting.values() == {"P01-1": "done"}
    checklist.wait_for_timeout(BOUNCE)
    tap(checklist, "P01-1", "done")
    expect(checklist.locator("[data-counter]")).to_have_text("0 of 15 rated")
    all_sent(checklist)
    assert sitting.values() == {}


def test_a_tap_that_bounces_clears_nothing(checklist: Page, sitting: Sitting) -> None:
    label = checklist.locator('[data-field="P01-1"] label').first
    label.dblclick()
    expect(checklist.locator("[data-counter]")).to_have_text("1 of 15 rated")
    all_sent(checklist)
    assert list(sitting.values()) == ["P01-1"]


def test_keys_answer_too(checklist: Page, sitting: Sitting) -> None:
    checklist.locator("#P01-1").focus()
    checklist.keyboard.press("Space")
    checklist.keyboard.press("ArrowRight")
    state(checklist).to_have_text(re.compile("Saved"))
    all_sent(checklist)
    assert sitting.values() == {"P01-1": "partly"}


def test_comments_are_saved_and_quick_phrases_help(checklist: Page, sitting: Sitting) -> None:
    tap(checklist, "P01-2", "not_done")
    box = checklist.locator('[data-field="P01-2.comment"] textarea')
    expect(box).to_be_visible()
    box.fill("Seen by MRN 448812")
    checklist.get_by_role("button", name="Calm and clear").first.tap()
    expect(checklist.locator('[data-field="P01-2.comment"] [data-warning]')).to_contain_text("a record number")
    assert sitting.values()["P01-2.comment"] == "Seen by MRN 448812. Calm and clear"


def test_without_network_nothing_is_lost_and_nothing_doubled(
    checklist: Page, tablet: BrowserContext, sitting: Sitting
) -> None:
    tablet.set_offline(True)
    for field in ("P01-1", "P01-2", "P01-3"):
        tap(checklist, field, "done")
    tap(checklist, "P01-3", "partly")
    state(checklist).to_have_text("3 changes waiting")
    tablet.set_offline(False)
    state(checklist).to_have_text(re.compile("Saved"), timeout=60_000)
    assert sitting.values() == {"P01-1": "done", "P01-2": "done", "P01-3": "partly"}
    assert sitting.observation_log.count() == 3
    assert kept(checklist) == ""


def test_a_tap_before_the_script_runs_is_saved_too(tablet: BrowserContext, sitting: Sitting) -> None:
    page = tablet.new_page()
    page.route("**/checklist*.js", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.goto(f"/practical/{sitting.pk}/checklist/", wait_until="commit")
    tap(page, "P01-1", "done")
    state(page).to_have_text(re.compile("Saved"))
    assert sitting.values() == {"P01-1": "done"}


def test_what_waits_survives_a_reload(checklist: Page, sitting: Sitting) -> None:
    checklist.route(SAVES, lambda route: route.abort())
    tap(checklist, "P02-1", "partly")
    state(checklist).to_have_text("1 change waiting")
    checklist.reload()
    expect(checklist.locator('input[name="P02-1"][value="partly"]')).to_be_checked()
    expect(checklist.locator("[data-counter]")).to_have_text("1 of 15 rated")
    checklist.unroute(SAVES)
    state(checklist).to_have_text(re.compile("Saved"), timeout=60_000)
    assert (sitting.values(), kept(checklist)) == ({"P02-1": "partly"}, "")


def test_an_answer_that_was_lost_on_its_way_back_is_not_doubled(checklist: Page, sitting: Sitting) -> None:
    def deliver_but_lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    checklist.route(SAVES, deliver_but_lose_the_answer, times=1)
    tap(checklist, "P01-1", "done")
    state(checklist).to_have_text(re.compile("Saved"), timeout=60_000)
    assert sitting.observation_log.count() == 1


@pytest.mark.parametrize(("choice", "value"), [("Keep what is here", "done"), ("Use what is there", "not_done")])
def test_another_device_is_never_overwritten_silently(
    checklist: Page, sitting: Sitting, choice: str, value: str
) -> None:
    save = Save("P01-1", 1, "not_done")
    observe(sitting=sitting, by=sitting.assessor, saves=[save], received_at=timezone.now())
    tap(checklist, "P01-1", "done")
    expect(checklist.get_by_role("alert")).to_contain_text("Here: Done. There: Not done.")
    checklist.get_by_role("button", name=choice).tap()
    all_sent(checklist)
    expect(checklist.locator(f'input[name="P01-1"][value="{value}"]')).to_be_checked()
    assert sitting.values() == {"P01-1": value}


def test_a_sitting_that_was_signed_meanwhile_takes_nothing_more(checklist: Page, sitting: Sitting) -> None:
    complete_and_sign(sitting)
    tap(checklist, "P01-1", "not_done")
    expect(checklist.get_by_role("alert")).to_contain_text("P01-1: Not done")
    expect(checklist.locator("#P01-1")).to_be_disabled()


def test_a_second_tab_waits_until_it_is_asked_to_go_on(checklist: Page, tablet: BrowserContext) -> None:
    second = tablet.new_page()
    second.goto(checklist.url)
    expect(second.get_by_role("alert")).to_contain_text("open in another tab")
    expect(second.locator("#P01-1")).to_be_disabled()
    second.get_by_role("button", name="Continue here").tap()
    expect(checklist.get_by_role("alert")).to_contain_text("goes on in another tab")
    tap(second, "P01-1", "done")
    state(second).to_have_text(re.compile("Saved"))


def test_next_unrated_goes_on_from_where_the_assessor_is(checklist: Page) -> None:
    tap(checklist, "P01-2", "done")
    checklist.get_by_role("link", name="Next unrated").tap()
    expect(checklist.locator("#P01-3")).to_be_focused()


def test_from_the_day_list_to_the_signature(
    tablet: BrowserContext, enrolment: Enrolment, instructor: User, axe: Callable[[Page], None]
) -> None:
    make_rubric(enrolment, stations=1)
    make_sitting(enrolment, instructor, opened=False)
    page = tablet.new_page()
    page.goto("/practical/")
    axe(page)
    page.get_by_role("link", name="Ada Trainee").tap()
    expect(page.get_by_role("heading", name="Who is here")).to_be_visible()
    axe(page)
    page.get_by_label("The person in front of me is Ada Trainee").check()
    page.get_by_label("I am Ines Instructor").check()
    page.get_by_label("TMS-trained physician").check()
    page.get_by_role("button", name="Open the checklist").tap()
    tap(page, "P01-1", "done")
    page.get_by_role("link", name="Check and sign").tap()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    page.get_by_role("link", name="Rate P01-2").tap()
    for field, value in {"P01-2": "done", "P01.critical": "no", "P01.level": "3", "outcome": "competent"}.items():
        tap(page, field, value)
    page.get_by_role("link", name="Check and sign").tap()
    expect(page.get_by_role("heading", name="Check the record")).to_be_visible()
    axe(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the record").tap()
    expect(page.get_by_role("heading", name="is signed")).to_be_visible()
    axe(page)
    expect(page.locator("code").first).to_have_text(SignOff.objects.get().reference)
    page.get_by_role("link", name="See and print the record").tap()
    expect(page.get_by_role("heading", name="Practical record of Ada Trainee")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("size", [(1024, 768), (768, 1024), (390, 844)])
def test_every_target_is_large_enough_and_nothing_runs_over(
    checklist: Page, sitting: Sitting, size: tuple[int, int]
) -> None:
    save_values(sitting, good_values(sitting) | {"P01-1": "not_done"})
    checklist.set_viewport_size({"width": size[0], "height": size[1]})
    checklist.reload()
    checklist.get_by_text("Comment on P02-1").first.tap()
    small = checklist.evaluate(
        """[...document.querySelectorAll('.segment, summary, .phrase, .button, .station-index a, .focus-bar a')]
        .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([text]) => text)"""
    )
    assert small == []
    assert checklist.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_on_the_checklist_meets_seven_to_one(checklist: Page, sitting: Sitting, scheme: str) -> None:
    save_values(sitting, good_values(sitting) | {"P01-1": "not_done", "P02.critical": "P02-C1"})
    checklist.emulate_media(color_scheme=scheme)
    checklist.goto(f"{checklist.url}?check=1")
    only = {"runOnly": ["color-contrast-enhanced"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
    violations = Axe().run(checklist, options=only).response["violations"]
    assert [(node["html"], node["any"][0]["message"]) for row in violations for node in row["nodes"]] == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Run the accessibility rules on a page."""

    def check(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        found = [(row["id"], [node["html"] for node in row["nodes"]][:3]) for row in violations]
        assert found == [], page.url

    return check


def add_passkey(page: Page) -> Any:
    """Give the browser an authenticator, registered on the account page; return the switch of its trust."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    holder = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True} | holder
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto("/accounts/2fa/webauthn/add/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").tap()
    page.get_by_label("Name of the key").fill("Tablet")
    page.get_by_role("button", name="Add key").tap()
    expect(page).not_to_have_url(re.compile("webauthn/add"))
    return lambda known: devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": known}
    )


def test_a_passkey_signs_the_record_it_was_shown(
    checklist: Page, sitting: Sitting, axe: Callable[[Page], None]
) -> None:
    page = checklist
    verify_holder = add_passkey(page)
    save_values(sitting, good_values(sitting))
    page.goto(f"/practical/{sitting.pk}/summary/")
    axe(page)
    button = page.get_by_role("button", name="Sign the record with your passkey")
    verify_holder(False)
    button.tap()
    expect(page.locator("[data-passkey-trouble]")).to_contain_text("Nothing was signed")
    assert not SignOff.objects.exists()
    verify_holder(True)
    button.tap()
    expect(page.get_by_role("heading", name="is signed")).to_be_visible()
    assert SignOff.objects.get().auth_method == "passkey"
    assert verify_sign_offs() == []
