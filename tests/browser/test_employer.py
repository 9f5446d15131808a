"""An employer without an account: by code, by PDF, and after the certificate was taken back (rows V1 to V9)."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from certificates.actions import revoke
from certificates.issuer_keys import signing_identity
from certificates.models import Credential, IssuerKey, Revocation
from courses.models import Enrolment
from lms.accounts.models import User
from tests.certificates.forgery import signed_by
from tests.factories.certificates import credential

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Playwright runs an event loop in this thread, which Django must tolerate."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM, "--no-first-run"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def desk(chromium: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A stranger's browser."""
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=request.param, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


def signed_elsewhere(held: Credential) -> bytes:
    """The signed PDF, made in another thread: signing starts an event loop, and Playwright has one in this thread."""
    identity = signing_identity()
    with ThreadPoolExecutor(1) as pool:
        content = pool.submit(signed_by, identity, held.statement).result()
    IssuerKey.objects.create(
        fingerprint=identity.fingerprint,
        label=identity.label,
        certificate_pem=identity.certificate_pem,
        is_development=True,
    )
    return content


def word(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def drop(page: Page, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.goto("/verify/")
    page.get_by_label("The PDF that you received").set_input_files(path)
    page.get_by_role("button", name="Check the PDF").click()


def test_by_number_by_file_and_after_revocation(desk: Page, held: Credential, registrar: User, tmp_path: Path) -> None:
    content = signed_elsewhere(held)
    desk.goto("/verify/")
    desk.get_by_label("Number or link").fill(held.number.lower())
    desk.get_by_role("button", name="Check the number").click()
    word(desk).to_have_text("Valid")
    drop(desk, tmp_path / "paper.pdf", content)
    word(desk).to_have_text("Valid")
    expect(desk.get_by_text("Yes.")).to_have_count(3)
    revoke(credential=held, reason=Revocation.Reason.ISSUED_IN_ERROR, public_text="Wrong person.", by=registrar)
    desk.goto(f"/verify/{held.public_number}")
    word(desk).to_have_text("Revoked")
    expect(desk.get_by_text("Issued in error. Wrong person.")).to_be_visible()
    desk.get_by_role("link", name="Check again").click()
    word(desk).to_have_text("Revoked")
    drop(desk, tmp_path / "paper.pdf", content)
    expect(desk.get_by_text("No. It was revoked.")).to_be_visible()


def test_the_pages_are_accessible_and_fit_a_phone(chromium: Browser, live_server: Any, held: Credential) -> None:
    page = chromium.new_page(base_url=live_server.url)
    for address in ("/verify/", f"/verify/{held.public_number}", "/verify/nothing"):
        page.goto(address)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert Axe().run(page).violations_count == 0
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
