"""A seminar: booked on a phone, the code on the instructor's screen, scanned, counted, and the proof at the end."""

from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Tell, Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TITLE = "Two days at the chair"


def test_a_seminar(visit: Visit, tell: Tell, tmp_path: Path) -> None:
    tell("plan_seminar()")
    mira, ines = visit("mira@example.org", **PHONE), visit("ines@example.org")
    book_on_the_phone(mira)
    tell("move_seminar(-5)")
    show_the_code(ines)
    scan(mira, ines)
    tell("move_seminar(-150)")
    download_the_proof(mira, tmp_path)


def book_on_the_phone(mira: Visitor) -> None:
    mira.go("/home/")
    mira.press("Seminars in person")
    mira.look("seminars")
    mira.press(TITLE)
    mira.look("seminar-to-book")
    mira.press("Book a seat")
    expect(mira.page.get_by_text("Your seat is booked. A mail")).to_be_visible()
    mira.look("seminar-booked")


def show_the_code(ines: Visitor) -> None:
    ines.go("/home/")
    ines.press("Seminars to teach")
    ines.look("seminars-to-teach")
    ines.press(TITLE)
    ines.look("seminar-taught")
    ines.press("Room, coils and safety")
    expect(ines.page.get_by_role("heading", name="0 of 1 present")).to_be_visible()
    ines.look("seminar-attendance")
    ines.press("Show the code to scan")
    expect(ines.page.get_by_alt_text("Code for attendance")).to_be_visible()
    ines.look("seminar-code")


def scan(mira: Visitor, ines: Visitor) -> None:
    """The phone opens what the picture says; the screen shows another code and another number by itself."""
    picture = ines.page.get_by_alt_text("Code for attendance")
    ines.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    link = picture.get_attribute("data-link") or ""
    mira.go(urlsplit(link).path)
    expect(mira.page.get_by_text("Mira Sandberg, you are about to be counted")).to_be_visible()
    mira.look("seminar-attend")
    mira.press("I am here")
    mira.heading("You are counted")
    mira.look("seminar-counted")
    before = picture.get_attribute("src") or ""
    ines.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ines.page.locator(".attendance-code__count")).to_have_text("1 of 1 present")
    expect(picture).not_to_have_attribute("src", before)
    with mira.expecting("409"):
        mira.go(urlsplit(link).path)
        mira.heading("You are counted already")


def download_the_proof(mira: Visitor, folder: Path) -> None:
    mira.go("/seminars/")
    mira.press(TITLE)
    mira.look("seminar-over")
    with mira.page.expect_download() as download:
        mira.press("Download the proof of attendance (PDF)")
    file = folder / "proof.pdf"
    download.value.save_as(file)
    words = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_bounded()
    assert "Mira Sandberg" in words
    assert "attended 1 of 1 session of the seminar" in " ".join(words.split())
