"""An employer without an account checks a certificate, and learns that it was taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Tell, Visit
from tests.browser.visitor import Visitor
from tests.certificates.forgery import flipped
from tests.house import House

pytestmark = pytest.mark.browser
REASON = "The practical assessment was declared void."


def test_an_employer_checks_and_learns_of_the_revocation(visit: Visit, tell: Tell, site: House, tmp_path: Path) -> None:
    certificate = tell("certificate_of('jonas')")
    employer = visit()
    check_by_number(employer, certificate["number"])
    check_by_file(employer, certificate["path"], tmp_path)
    employer.go(f"/verify/{certificate['number']}")
    revoke(visit("rosa@example.org"), certificate["number"])
    employer.page.get_by_role("link", name="Check again").click()
    employer.heading("Revoked")
    expect(employer.page.get_by_text(REASON)).to_be_visible()
    employer.look("verify-revoked")
    the_machine_agrees(employer, certificate["number"])
    check_the_old_file(employer, certificate["path"])


def check_by_number(employer: Visitor, number: str) -> None:
    """Typed as people type, on the start page and on the page of checks; then a number that nobody has."""
    page = employer.go("/")
    page.get_by_label("Number on the certificate").fill(number.replace("-", ""))
    employer.press("Check the number")
    employer.heading("Valid")
    employer.go("/")
    employer.press("Check a PDF or badge instead")
    employer.heading("Check a certificate")
    employer.look("verify")
    page.get_by_label("Number or link").fill(f" {number.lower().replace('-', ' ')} ")
    employer.press("Check the number")
    employer.heading("Valid")
    expect(page.get_by_text("Jonas Okafor")).to_be_visible()
    employer.look("verify-valid")
    page.get_by_label("Name on the application").fill("Okafor, Jonas")
    employer.press("Compare the names")
    expect(page.get_by_text("The names are alike")).to_be_visible()
    employer.look("verify-name-alike")
    employer.press("Tell me of changes")
    employer.look("watch")
    page.get_by_label("Your e-mail address").fill("desk@clinic.example")
    employer.press("Send me the mail")
    employer.heading("Look into your mail")
    employer.look("watch-asked")
    with employer.expecting("status of 404"):
        employer.go("/verify/TMS-0000-0000-0000-0000-0")
        employer.heading("Not found")
        employer.look("verify-unknown")


def check_by_file(employer: Visitor, path: str, folder: Path) -> None:
    """The file as it was issued, and with one bit changed."""
    page = employer.go("/verify/")
    drop(employer, path)
    employer.heading("Valid")
    answers = page.get_by_role("main")
    for words in ("unchanged", "signed", "valid"):
        expect(answers).to_contain_text(words)
    employer.look("verify-file-valid")
    altered = folder / "altered.pdf"
    altered.write_bytes(flipped(Path(path).read_bytes()))
    employer.go("/verify/")
    drop(employer, str(altered))
    employer.heading("Altered")
    employer.look("verify-file-altered")


def drop(employer: Visitor, path: str) -> None:
    employer.page.get_by_label("The PDF or badge that you received").set_input_files(path)
    employer.page.get_by_role("button", name="Check the file").click()


def revoke(rosa: Visitor, number: str) -> None:
    page = rosa.page
    rosa.press("Register of certificates")
    page.get_by_label("Find a certificate").fill("Okafor")
    rosa.press("Search")
    rosa.look("registry")
    rosa.press(number)
    rosa.look("registry-certificate")
    rosa.press("Revoke this certificate")
    rosa.look("revoke")
    rosa.press("Continue")
    rosa.look("revoke-error")
    page.get_by_label("assessment", exact=False).first.check()
    page.locator("[name=public_text]").fill(REASON)
    rosa.press("Continue")
    rosa.heading("Check before you revoke")
    rosa.look("revoke-check")
    page.get_by_label("password").fill(PASSWORD)
    rosa.press("Revoke the certificate")
    rosa.heading(number)
    expect(page.get_by_text("Revoked", exact=True).first).to_be_visible()


def the_machine_agrees(employer: Visitor, number: str) -> None:
    answer = employer.context.request.get(f"{employer.url}/api/v1/certificates/{number}").json()
    assert (answer["status"], answer["number"]) == ("revoked", number)


def check_the_old_file(employer: Visitor, path: str) -> None:
    """Unchanged and ours, and yet no longer valid: three answers, not one."""
    employer.go("/verify/")
    drop(employer, path)
    employer.heading("Revoked")
    employer.look("verify-file-revoked")
    with Path(path).open("rb") as file:
        upload = {"file": {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": file.read()}}
    answer = employer.context.request.post(f"{employer.url}/api/v1/verify", multipart=upload).json()
    checks = {check["id"]: check["ok"] for check in answer["checks"]}
    assert (checks["unchanged"], checks["signed_by_issuer"], checks["valid_today"]) == (True, True, False)
