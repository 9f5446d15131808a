"""An assessor's day on a 1024×768 touch screen with the network cut for all of it, on two devices."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from courses.models import Enrolment
from exams.actions.field_checkouts import take_over
from exams.actions.field_devices import revoke_device
from exams.models import FieldCheckout, FieldDevice, SealedRecord, SignOff, Sitting
from exams.rules import practical as rules
from exams.rules.practical_saves import clean_text
from exams.rules.rubrics import rubric_from
from exams.verification import verify_sign_offs
from exams.views.field_lists import plan_of
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.browser.test_practical_checklist import CHROMIUM, tap
from tests.conftest import PASSWORD, MakePerson
from tests.factories.courses import enrol
from tests.factories.field import SoftDevice
from tests.factories.practicals import make_rubric, make_sitting, rubric_content

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True, "locale": "en-GB"}
PATIENCE = 60_000
FOLDER = os.environ.get("SCREENSHOT_DIR", "")
PEOPLE = {"ada": "Ada Trainee", "ben": "Ben Trainee", "cleo": "Cleo Trainee"}
# Everything that lies on the device, as one text. Keys of WebCrypto have no text: they cannot be read out.
STORED = """async () => {
  const found = {caches: [], stores: {}, local: {...localStorage}, session: {...sessionStorage}, databases: []};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found.caches.push([new URL(request.url).pathname, await answer.text(), Object.fromEntries(answer.headers)]);
    }
  }
  for (const {name} of await indexedDB.databases()) {
    found.databases.push(name);
    const database = await new Promise((done) => { indexedDB.open(name).onsuccess = (e) => done(e.target.result); });
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store).getAll();
      found.stores[store] = await new Promise((done) => { rows.onsuccess = () => done(rows.result); });
    }
    database.close();
  }
  return JSON.parse(JSON.stringify(found, (key, value) =>
    value instanceof CryptoKey ? `key: extractable ${value.extractable}` : value));
}"""


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
def day(enrolment: Enrolment, instructor: User, make_person: MakePerson) -> dict[str, Sitting]:
    """Ines has three sittings today, by name of the trainee."""
    make_rubric(enrolment, stations=2, criteria=3)
    enrolments = {"ada": enrolment}
    for key in ("ben", "cleo"):
        enrolments[key] = enrol(make_person(PEOPLE[key], Role.TRAINEE), enrolment.programme)
    return {key: make_sitting(row, instructor, opened=False) for key, row in enrolments.items()}


OpenTablet = Callable[[str], Page]


@pytest.fixture
def open_tablet(
    chromium: Browser, live_server: Any, instructor: User, client_for: Callable[[User], Client]
) -> Iterator[OpenTablet]:
    """Give Ines a tablet on which she is signed in and which she enrols by the account page."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(label: str) -> Page:
        context = chromium.new_context(base_url=live_server.url, **TABLET)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        session = client_for(instructor).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def enrol_device(page: Page, label: str) -> None:
    """Show who one is again, name the device, and wait until the app can open without a network."""
    page.goto(reverse("exams:field_devices"))
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").tap()
    page.get_by_label("Name of the device").fill(label)
    look(page, "field-devices")
    page.get_by_role("button", name="Enrol this device").tap()
    expect(page.get_by_role("heading", name="Your sittings on this device")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("html[data-offline-ready]")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_role("link", name="Ada Trainee")).to_be_visible(timeout=PATIENCE)


def add_passkey(page: Page) -> None:
    """Give the tablet an authenticator, registered on the account page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    holder = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True} | holder
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto("/accounts/2fa/webauthn/add/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").tap()
    page.get_by_label("Name of the key").fill("Tablet")
    page.get_by_role("button", name="Add key").tap()
    expect(page).not_to_have_url(re.compile("webauthn/add"), timeout=PATIENCE)


def open_sitting(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).tap()
    expect(page.get_by_role("heading", name="Who is here")).to_be_visible()
    page.get_by_text(f"The person in front of me is {name}").tap()
    page.get_by_text("I am Ines Instructor").tap()
    page.get_by_text("TMS-trained physician").tap()
    page.get_by_role("button", name="Open the checklist").tap()
    expect(page.get_by_role("heading", name=f"Practical of {name}")).to_be_visible()


def rate_everything(page: Page, level: str = "4") -> None:
    for station in ("P01", "P02"):
        for number in (1, 2, 3):
            tap(page, f"{station}-{number}", "done")
        tap(page, f"{station}.critical", "no")
        tap(page, f"{station}.level", level)
    expect(page.locator("[data-counter]")).to_have_text("10 of 10 rated")
    tap(page, "outcome", "competent")


def seal_it(page: Page, words: str) -> str:
    """Check, seal, and return the digest that the page showed."""
    page.get_by_role("button", name="Check and seal").tap()
    expect(page.get_by_role("heading", name="Check the record")).to_be_visible()
    digest = str(page.locator("[data-digest]").get_attribute("data-digest"))
    page.get_by_role("button", name=words).tap()
    expect(page.locator(f"[data-sealed='{digest}']")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Your sittings").first.tap()
    expect(page.get_by_role("heading", name="Your sittings on this device")).to_be_visible()
    return digest


def look(page: Page, name: str) -> None:
    """Rules of accessibility, width, and the size of what is tapped; a picture where asked for."""
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(row["id"], [node["html"] for node in row["nodes"]][:3]) for row in violations] == [], name
    if page.url.endswith("/field/") or "/field/#" in page.url:
        only = {
            "preload": False,
            "runOnly": ["color-contrast-enhanced"],
            "rules": {"color-contrast-enhanced": {"enabled": True}},
        }
        found = Axe().run(page, options=only).response["violations"]
        assert [node["html"] for row in found for node in row["nodes"]] == [], name
        small = page.evaluate(
            """[...document.querySelectorAll('button, .segment, summary, .button, .choice, #bar a, .station-index a')]
            .filter((e) => e.checkVisibility()).map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([text]) => text)"""
        )
        assert small == [], name
    for width, height in ((1024, 768), (768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} at {width}"
        if FOLDER:
            Path(FOLDER).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{FOLDER}/{name}-{width}.png")
    page.set_viewport_size({"width": 1024, "height": 768})


def back_online(page: Page) -> None:
    page.context.set_offline(False)
    page.get_by_role("button", name="Send and refresh").tap()
    expect(page.locator("[data-device-state]")).to_contain_text("Nothing waits on this device", timeout=PATIENCE)


def stored(page: Page) -> Any:
    return page.evaluate(STORED)


def check_what_lies_there(page: Page, instructor: User) -> None:
    """O-1: the shell in the cache, the list and drafts in one database, and nothing else anywhere."""
    found = stored(page)
    assert (found["databases"], found["local"], found["session"]) == (["threshold-field"], {}, {})
    assert set(found["stores"]) == {"facts", "sittings", "drafts", "seals"}
    secrets = (*PEOPLE.values(), instructor.full_name, instructor.email, str(instructor.public_id), "csrf")
    for address, text, headers in found["caches"]:
        assert re.match(r"/static/|/field/(app\.webmanifest)?$", address), address
        assert not [word for word in secrets if word in text and not address.endswith(".js")], address
        assert "no-store" not in headers.get("cache-control", ""), address
    everything = json.dumps(found["stores"])
    assert not [word for word in ("@example.org", "password", instructor.email) if word in everything.lower()]
    assert {row["name"] for row in found["stores"]["facts"]} <= {"enrolment", "list", "contact"}
    keys = [row["value"]["key"] for row in found["stores"]["facts"] if row["name"] == "enrolment"]
    assert keys == ["key: extractable false"]


def test_a_whole_day_without_a_network_on_two_devices(
    open_tablet: OpenTablet, day: dict[str, Sitting], instructor: User
) -> None:
    one = open_tablet("Tablet one")
    add_passkey(one)
    enrol_device(one, "Tablet one")
    two = open_tablet("Tablet two")
    take_over_in_the_morning(one, two)
    for page in (one, two):
        page.context.set_offline(True)

    open_without_a_network(one)
    refuse_gaps(one)
    digests = {"ada": seal_it(one, "Seal and sign with your passkey")}
    open_sitting(one, PEOPLE["ben"])
    rate_everything(one)
    digests["ben"] = seal_it(one, "Seal without a passkey")
    open_sitting(one, PEOPLE["cleo"])  # it does not know yet that the other tablet holds it
    rate_everything(one, level="3")
    stray = seal_it(one, "Seal without a passkey")
    open_sitting(two, PEOPLE["cleo"])
    rate_everything(two)
    digests["cleo"] = seal_it(two, "Seal without a passkey")
    expect(one.locator("[data-device-state]")).to_contain_text("3 sealed records to send")
    check_what_lies_there(one, instructor)
    assert not SealedRecord.objects.exists()
    assert not SignOff.objects.exists()

    back_online(two)
    sign_on_arrival(two, "cleo", digests["cleo"])
    back_online(one)
    expect(one.locator("[data-seal='1']")).to_contain_text("Signed")
    expect(one.locator("[data-seal='3']")).to_contain_text("Kept, waits for the registrar")
    check_what_lies_there(one, instructor)
    assert stored(one)["stores"]["drafts"] == []
    sign_on_arrival(one, "ben", digests["ben"])

    signed = {row.sitting_id: row for row in SignOff.objects.all()}
    assert {key: signed[row.pk].digest for key, row in day.items()} == digests
    assert len(signed) == 3
    assert {key: signed[row.pk].auth_method for key, row in day.items()} == {
        "ada": "passkey",
        "ben": "password",
        "cleo": "password",
    }
    assert SealedRecord.objects.get(digest=stray).state == "review"
    assert verify_sign_offs() == []


def take_over_in_the_morning(one: Page, two: Page) -> None:
    """The second tablet takes one sitting over, with a reason; the first is on its way already."""
    one.context.set_offline(True)
    two.goto(reverse("exams:field_devices"))
    if two.get_by_label("Password").count():
        two.get_by_label("Password").fill(PASSWORD)
        two.get_by_role("button", name="Continue").tap()
    two.get_by_label("Name of the device").fill("Tablet two")
    two.get_by_role("button", name="Enrol this device").tap()
    row = two.locator("li", has_text="Cleo Trainee")
    expect(row).to_contain_text("Held by Tablet one", timeout=PATIENCE)
    row.get_by_label("Why do you take it over?").fill("Tablet one stays in the other clinic.")
    row.get_by_role("button", name="Take over").tap()
    expect(two.get_by_role("link", name="Cleo Trainee")).to_be_visible(timeout=PATIENCE)
    expect(two.locator("html[data-offline-ready]")).to_have_count(1, timeout=PATIENCE)


def open_without_a_network(page: Page) -> None:
    """The app starts from the device alone, and what was entered is there again after a reload."""
    page.reload()
    expect(page.get_by_role("link", name="Ada Trainee")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-device-state]")).to_contain_text(re.compile(r"Last contact \d\d:\d\d"))
    look(page, "field-list")
    open_sitting(page, PEOPLE["ada"])
    tap(page, "P01-1", "done")
    tap(page, "P01-2", "done")
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    page.reload()
    expect(page.locator("[data-counter]")).to_have_text("2 of 10 rated", timeout=PATIENCE)
    look(page, "field-checklist")
    page.get_by_role("link", name="Next unrated").tap()
    expect(page.locator("#P01-3")).to_be_focused()


def refuse_gaps(page: Page) -> None:
    """A step that was not done needs a comment; nothing that is missing can be passed over."""
    rate_some = {"P01-3": "done", "P02-1": "not_done", "P02-2": "done", "P02-3": "done"}
    for field, value in rate_some.items():
        tap(page, field, value)
    for station in ("P01", "P02"):
        tap(page, f"{station}.critical", "no")
    tap(page, "P01.level", "4")
    tap(page, "outcome", "competent")
    page.get_by_role("button", name="Check and seal").tap()
    expect(page.locator(".error-summary")).to_contain_text("Choose an entrustment level for P02")
    expect(page.locator(".error-summary")).to_contain_text("Comment on P02-1: say what you saw")
    look(page, "field-gaps")
    page.get_by_role("link", name="Comment on P02-1").tap()
    page.locator('[data-field="P02-1.comment"] textarea').fill("Seen by MRN 448812")
    page.locator('[data-field="P02-1.comment"]').locator("..").get_by_role("button", name="Calm and clear").tap()
    expect(page.locator('[data-field="P02-1.comment"] [data-warning]')).to_contain_text("a record number")
    page.locator('[data-field="P02-1.comment"] textarea').fill("Grüße: e\u0301 needed one prompt")  # not in NFC
    tap(page, "P02.level", "3")
    page.get_by_role("button", name="Check and seal").tap()
    expect(page.get_by_role("heading", name="Check the record")).to_be_visible()
    look(page, "field-check")
    page.go_back()
    expect(page.get_by_role("button", name="Check and seal")).to_be_visible()


def sign_on_arrival(page: Page, key: str, digest: str) -> None:
    """The page at the server shows the digest that the device showed; the password makes it a signature."""
    with page.context.expect_page() as opened:
        page.locator("li", has_text=PEOPLE[key]).get_by_role("link", name="Sign it now").tap()
    sign = opened.value
    expect(sign.get_by_role("heading", name=f"Sealed record of {PEOPLE[key]}")).to_be_visible()
    expect(sign.get_by_text(" ".join(re.findall("....", digest[:16]))).first).to_be_visible()
    look(sign, "sealed-record")
    sign.get_by_label("Your password").fill(PASSWORD)
    sign.get_by_role("button", name=re.compile("^Sign the record( with your password)?$")).tap()
    expect(sign.get_by_role("heading", name=f"The record of {PEOPLE[key]} is signed")).to_be_visible(timeout=PATIENCE)
    sign.close()


def test_after_a_long_day_the_session_is_over_and_nothing_is_lost(
    open_tablet: OpenTablet, day: dict[str, Sitting], instructor: User, client_for: Callable[[User], Client]
) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    page.context.set_offline(True)
    open_sitting(page, PEOPLE["ada"])
    rate_everything(page)
    digest = seal_it(page, "Seal the record")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send and refresh").tap()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out", timeout=PATIENCE)
    assert not SealedRecord.objects.exists()
    with page.context.expect_page() as opened:
        page.get_by_role("alert").get_by_role("link", name="Sign in").tap()
    opened.value.get_by_label("Email").fill(instructor.email)
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in", exact=True).tap()
    expect(opened.value.get_by_role("heading", name="Sealed records")).to_be_visible(timeout=PATIENCE)
    opened.value.close()
    back_online(page)
    assert SealedRecord.objects.get().digest == digest


def test_a_reply_that_was_lost_is_asked_for_again(open_tablet: OpenTablet, day: dict[str, Sitting]) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")

    def deliver_but_lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    page.context.route("**/field/api/upload", deliver_but_lose_the_answer, times=1)
    open_sitting(page, PEOPLE["ada"])
    rate_everything(page)
    seal_it(page, "Seal the record")
    back_online(page)
    expect(page.locator("[data-seal='1']")).to_contain_text("receipt kept", timeout=PATIENCE)
    assert SealedRecord.objects.count() == 1


def test_a_revoked_device_deletes_its_list_at_the_next_contact(
    open_tablet: OpenTablet, day: dict[str, Sitting], instructor: User
) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    revoke_device(device=FieldDevice.objects.get(), by=instructor)
    page.get_by_role("button", name="Send and refresh").tap()
    expect(page.get_by_role("heading", name="not enrolled")).to_be_visible(timeout=PATIENCE)
    assert not [name for name in PEOPLE.values() if name in json.dumps(stored(page)["stores"])]


def test_a_list_that_expired_is_deleted_without_a_network(open_tablet: OpenTablet, day: dict[str, Sitting]) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    page.context.set_offline(True)
    open_sitting(page, PEOPLE["ada"])
    tap(page, "P01-1", "done")
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    page.evaluate(
        """async () => {
          const store = await import("/static/exams/js/field/device_store.js");
          const list = await store.fact("list");
          await store.keepFact("list", {...list, expires_at: "2020-01-01T00:00:00.000000Z"});
        }"""
    )
    page.goto("/field/")
    page.reload()
    expect(page.get_by_role("link", name="Ada Trainee")).to_be_visible()  # work that was not sent stays
    expect(page.get_by_role("link", name="Ben Trainee")).to_have_count(0)
    assert {row["id"] for row in stored(page)["stores"]["sittings"]} == {str(day["ada"].pk)}


def test_a_new_version_waits_until_it_is_asked_for(
    open_tablet: OpenTablet, day: dict[str, Sitting], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    before = page.evaluate("caches.keys()")
    monkeypatch.setattr("exams.views.field.PICTURES", ("lms/img/mark.svg", "lms/img/field-lines.svg"))
    page.reload()
    page.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => { found.update(); })")
    expect(page.get_by_role("button", name="Reload")).to_be_visible(timeout=PATIENCE)
    assert before[0] in page.evaluate("caches.keys()")
    page.get_by_role("button", name="Reload").tap()
    wait_until(page, lambda: len(page.evaluate("caches.keys()")) == 1)
    assert page.evaluate("caches.keys()") != before
    expect(page.get_by_role("link", name="Ada Trainee")).to_be_visible()


def test_switched_off_the_app_removes_its_worker_and_leaves_unsent_work(
    open_tablet: OpenTablet, day: dict[str, Sitting], settings: Any
) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    open_sitting(page, PEOPLE["ada"])
    tap(page, "P01-1", "done")
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    settings.FIELD_APP = False
    page.evaluate("navigator.serviceWorker.getRegistration('/field/').then((found) => { found.update(); })")
    wait_until(page, lambda: page.evaluate("caches.keys()") == [])
    page.goto("/field/")
    expect(page.get_by_role("heading", name="switched off")).to_be_visible()
    assert [row["field"] for row in stored(page)["stores"]["drafts"]] == ["P01-1"]


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Ask again until it holds (the page's own policy forbids waiting inside the page)."""
    for _ in range(600):
        try:
            if holds():
                return
        except PlaywrightError:  # the page is on its way to another document
            pass
        page.wait_for_timeout(100)
    pytest.fail("it did not come to hold")


CORPUS: list[Any] = [
    None,
    True,
    [],
    {},
    "",
    'a\u0000b\u001f\u007f\u2028\u00e9\U0001f600\\"/',
    0,
    -1,
    2**53 - 1,
    {"b": 1, "a": [1, {"d": None, "c": "x"}], "10": 0, "9": 0, "": {}},
    {"\U0001f600": 1, "\uffee": 2, "\u20ac": 3, "\r": 4, "1": 5, "\u0080": 6, "\u00f6": 7},  # after RFC 8785, 3.2.3
    {"__proto__": 1, "constructor": 2},
    [[[[]]], [None, False, "\n\t\b\f\r"]],
]
REFUSED = ["1.5", "-0", "2**53", "'e\\u0301'", "'\\ud800'", "undefined", "NaN", "({a: undefined})", "() => 1"]


def random_value(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(6 if depth < 3 else 4)
    if kind == 0:
        return random.randrange(-(2**53) + 1, 2**53)
    if kind == 1:
        return random.choice([None, True, False])
    if kind in (2, 3):
        return random_text(random)
    if kind == 4:
        return [random_value(random, depth + 1) for _ in range(random.randrange(4))]
    return {random_text(random): random_value(random, depth + 1) for _ in range(random.randrange(4))}


def random_text(random: Random) -> str:
    signs = ["a", "Z", '"', "\\", "\n", "é", "\u2028", "\uffee", "\U0001d11e"]
    return "".join(random.choice(signs) for _ in range(random.randrange(6)))


def test_browser_and_server_write_the_same_bytes(open_tablet: OpenTablet) -> None:
    page = open_tablet("Tablet")
    page.goto("/field/")
    random = Random(20261126)  # noqa: S311 - a corpus, not a secret
    values = [*CORPUS, *(random_value(random) for _ in range(500))]
    written = page.evaluate(
        """async (texts) => {
          const {canonical} = await import("/static/exams/js/field/canonical.js");
          return texts.map((text) => canonical(JSON.parse(text)));
        }""",
        [json.dumps(value) for value in values],
    )
    assert [text.encode() for text in written] == [rfc8785.dumps(value) for value in values]
    for expression in REFUSED:
        refused = page.evaluate(
            f"""async () => {{
              const {{canonical}} = await import("/static/exams/js/field/canonical.js");
              try {{ canonical({expression}); return false; }} catch (error) {{ return error instanceof TypeError; }}
            }}"""
        )
        assert refused, expression


def test_browser_and_server_clean_text_alike(open_tablet: OpenTablet) -> None:
    page = open_tablet("Tablet")
    page.goto("/field/")
    texts = [" a ", "a\r\nb\rc", "e\u0301", "x\u0000\u0007y\tz", "\u00a0n\u2003", "Ångström \u212b", "\n\n"]
    cleaned = page.evaluate(
        """async (texts) => {
          const {cleanText} = await import("/static/exams/js/field/canonical.js");
          return texts.map(cleanText);
        }""",
        texts,
    )
    assert cleaned == [clean_text(text) for text in texts]


def test_browser_and_server_judge_alike(open_tablet: OpenTablet) -> None:
    page = open_tablet("Tablet")
    page.goto("/field/")
    rubric = rubric_from(rubric_content(stations=2, criteria=2))
    random = Random(7)  # noqa: S311 - a corpus, not a secret
    permitted = rules.permitted_values(rubric, rubric.codes)
    cases = []
    for _ in range(400):
        gaps = random.choice([0, 0.05, 0.5])
        values = {
            field: random.choice(sorted(allowed)) if allowed else random.choice(["", "A comment"])
            for field, allowed in permitted.items()
            if random.random() >= gaps
        }
        if random.random() < 0.5:  # mostly good, so that the outcome is what decides
            values |= {field: "done" for field, allowed in permitted.items() if allowed and "done" in allowed}
            values |= {station.critical_field: "no" for station in rubric.stations}
            values["remark"] = "Seen."
        cases.append({field: value for field, value in values.items() if value})
    found = page.evaluate(
        """async ([plan, cases]) => {
          const {missing, judgements} = await import("/static/exams/js/field/rules.js");
          return cases.map((values) => [missing(plan, values), judgements(plan, values)]);
        }""",
        [plan_of(rubric, rubric.stations), cases],
    )
    expected = [
        [
            [asdict(gap) for gap in rules.missing(rubric, rubric.codes, values)],
            [asdict(judged) for judged in rules.judgements(rubric, rubric.codes, values)],
        ]
        for values in cases
    ]
    assert found == expected
    codes = {gap["code"] for gaps, _ in expected for gap in gaps}
    assert {"competent_but_not_met", "remediation_but_met", "comment_needed", "remark_needed", "no_outcome"} <= codes
    assert any(not gaps for gaps, _ in expected)


def test_pages_of_the_site_around_the_app(
    open_tablet: OpenTablet,
    day: dict[str, Sitting],
    instructor: User,
    registrar: User,
    client_for: Callable[[User], Client],
    live_server: Any,
) -> None:
    page = open_tablet("Tablet")
    first, second = SoftDevice(instructor, "Tablet of room 2"), SoftDevice(instructor, "Tablet of the clinic")
    held = {row["trainee"]: row for row in first.load()}
    take_over(sitting=day["cleo"], by=instructor, reason="The tablet is broken.", device=second.row)
    first.seal_and_send(held["Cleo Trainee"], values={"P01.level": "3"})
    second.seal_and_send(second.load()[0])
    revoke_device(device=SoftDevice(instructor, "Lost tablet").row, by=instructor)
    page.goto(reverse("exams:take_back", args=[day["ben"].pk]))
    expect(page.get_by_role("heading", name="is on another device")).to_be_visible()
    look(page, "take-back")
    page.goto(reverse("exams:sealed_records"))
    look(page, "sealed-records")
    page.goto(reverse("exams:day_list"))
    expect(page.get_by_text("On a device").first).to_be_visible()
    look(page, "day-list-devices")
    session = client_for(registrar).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(reverse("exams:sealed_review"))
    expect(page.get_by_text("Two devices have sealed a record of this sitting")).to_be_visible()
    look(page, "sealed-review")
    form = page.locator("form", has_text="What becomes of this version?").first
    form.get_by_text("The assessor may sign it").tap()
    form.get_by_label("Reason").fill("This tablet was at the chair.")
    form.get_by_role("button", name="Decide").tap()
    expect(page.get_by_text("Decided. The assessor can sign it now.")).to_be_visible()


def test_signing_out_on_the_site_leads_through_the_app(open_tablet: OpenTablet, day: dict[str, Sitting]) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    page.goto(reverse("exams:day_list"))
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="Sign out of this device")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Sign out and clear this device").tap()
    expect(page).to_have_url(re.compile(r"/$"), timeout=PATIENCE)
    page.goto("/accounts/login/")
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0


def test_signing_out_keeps_or_deletes_unsent_work_as_told(open_tablet: OpenTablet, day: dict[str, Sitting]) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    open_sitting(page, PEOPLE["ada"])
    tap(page, "P01-1", "done")
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    page.get_by_role("link", name="Your sittings").tap()
    page.get_by_role("link", name="Sign out").tap()
    expect(page.get_by_text("1 change on this device has not reached the server.")).to_be_visible()
    look(page, "field-leave")
    page.get_by_role("button", name="Discard 1 change and sign out").tap()
    expect(page.get_by_role("alert")).to_contain_text("Type the word discard")
    assert len(stored(page)["stores"]["drafts"]) == 1
    page.get_by_label("type the word discard").fill("discard")
    page.get_by_role("button", name="Discard 1 change and sign out").tap()
    expect(page).to_have_url(re.compile(r"/$"), timeout=PATIENCE)
    page.goto("/accounts/login/")
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
    assert FieldCheckout.objects.filter(ended_at__isnull=True).count() == 3


def test_another_assessor_on_the_same_device_sees_nothing(
    open_tablet: OpenTablet,
    day: dict[str, Sitting],
    other_instructor: User,
    client_for: Callable[[User], Client],
    live_server: Any,
) -> None:
    page = open_tablet("Tablet")
    enrol_device(page, "Tablet")
    open_sitting(page, PEOPLE["ada"])
    tap(page, "P01-1", "done")
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    session = client_for(other_instructor).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.reload()
    expect(page.get_by_role("heading", name="Work of another assessor is on this device")).to_be_visible()
    expect(page.get_by_text("1 change of theirs waits")).to_be_visible()
    assert not [name for name in PEOPLE.values() if name in page.content()]
    look(page, "field-stranger")
