"""A trainee's way: from joining to the certificate in the hand, with a network that goes away during the exam."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tell, Visit
from tests.browser.visitor import Visitor
from tests.house import House, wait_until

pytestmark = pytest.mark.browser
NORA = "nora@example.org"
PASSWORD = "seven lamps on the bridge"
GIVEN = """() => [...document.querySelectorAll(
  '[data-options] input:checked, [data-options] input[name=number], [data-options] select'
)].map(node => node.name.replace(/^choice|^number|^place-/, '') + ':' + node.value).sort()"""
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def mail_to(site: House, address: str, about: str) -> str:
    """Wait for a mail and return its text."""
    folder, found = site.folder / "mail", []

    def arrived() -> bool:
        texts = [path.read_text() for path in folder.iterdir()] if folder.is_dir() else []
        found[:] = [text for text in texts if f"To: {address}" in text and about in text]
        return bool(found)

    wait_until(arrived, seconds=180)
    return found[0]


def test_from_joining_to_the_certificate(visit: Visit, site: House, tell: Tell, tmp_path: Path) -> None:
    nora = visit()
    join(nora, site)
    apply(nora)
    admit(visit(), nora)
    assert "admitted" in mail_to(site, NORA, "admitted")
    learn(nora, tell)
    sit_the_exam(nora, tell)
    tell("pass_practical('nora')")
    certificate = tell("certificate_of('nora')")
    receive(nora, certificate, tmp_path)
    assert '"result": "genuine"' in site.manage("verify_certificate", "--json", certificate["path"])


def join(nora: Visitor, site: House) -> None:
    page = nora.go("/")
    nora.look("start")
    page.get_by_role("link", name="Join").first.click()
    nora.look("join")
    nora.press("Join")
    expect(page).to_have_title(re.compile("^Error: "))
    nora.look("join-error")
    page.get_by_label("Full name").fill("Nora Lindgren")
    page.get_by_label("Email").fill(NORA)
    page.get_by_label("Password").fill(PASSWORD)
    nora.press("Join")
    nora.heading("Check your email")
    nora.look("join-sent")
    [link] = re.findall(r"http://\S+/accounts/confirm-email/\S+", mail_to(site, NORA, "confirm-email"))
    page.goto(link)
    nora.heading("Confirm your email")
    nora.look("join-confirm")
    nora.press("Confirm address")
    nora.sign_in(NORA, PASSWORD)
    nora.look("home-new")


def apply(nora: Visitor) -> None:
    page = nora.page
    nora.press("Apply for TMS technician")
    nora.look("apply-pathway")
    page.get_by_text("associate’s or bachelor’s degree").click()
    nora.press("Continue")
    nora.look("apply-facts")
    valid_until = page.get_by_label("basic life support")
    page.get_by_label("Bachelor", exact=False).check()
    page.get_by_label("Psychology", exact=False).check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("I am 18 or older").check()
    page.get_by_label("I accept the code of conduct").check()
    valid_until.fill(day(-30))
    nora.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("Not yet, because")
    expect(page.get_by_label("Bachelor", exact=False)).to_be_checked()
    nora.look("apply-not-yet")
    valid_until.fill(day(300))
    nora.press("Continue")
    nora.heading("Check your application")
    nora.look("apply-check")
    nora.press("Send application")
    nora.heading("waits for a decision")
    nora.look("apply-status")


def day(distance: int) -> str:
    """Return a day before or after today, as date fields take it."""
    return (datetime.now(UTC).date() + timedelta(days=distance)).isoformat()


def admit(rosa: Visitor, nora: Visitor) -> None:
    rosa.sign_in("rosa@example.org")
    rosa.look("home-registrar")
    rosa.press("Applications")
    rosa.look("registrar-queue")
    rosa.press("Nora Lindgren")
    rosa.look("registrar-application")
    rosa.page.get_by_label("Admit", exact=False).first.check()
    rosa.page.get_by_label("I have seen the documents").check()
    rosa.press("Continue")
    rosa.heading("Check your decision")
    rosa.look("registrar-decision")
    rosa.press("Admit Nora Lindgren")
    expect(rosa.page.get_by_text("Nora Lindgren: admitted")).to_be_visible()
    nora.page.reload()
    nora.heading("You are admitted")
    nora.look("apply-admitted")
    nora.press("Go to your course")


def learn(nora: Visitor, tell: Tell) -> None:
    page = nora.page
    nora.look("home-trainee")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Start")).first.click()
    nora.look("lesson")
    first = page.url
    answer_practice(nora)
    nora.press("Mark complete and continue")
    expect(page).not_to_have_url(first)
    second = page.url
    nora.press("Mark complete and continue")
    expect(page).not_to_have_url(second)
    third = page.url
    nora.go("/home/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Continue")).first.click()
    expect(page).to_have_url(third)
    tell("finish_course('nora')")
    nora.go("/home/")
    nora.look("home-exam-ready")


def answer_practice(nora: Visitor) -> None:
    """Try an option of the first practice question, read which one is right, and choose that."""
    question = nora.page.locator("form[data-check]").first
    question.get_by_role("radio").last.check()
    question.get_by_role("button", name="Check answer").click()
    expect(question.locator(".notice__title")).to_have_text(re.compile("Right|Not yet"))
    right = question.locator(".reasons__row--right strong").text_content()
    question.get_by_label(str(right), exact=True).check()
    question.get_by_role("button", name="Check answer").click()
    expect(question.locator(".notice__title")).to_have_text("Right")
    nora.look("lesson-answered")


def sit_the_exam(nora: Visitor, tell: Tell) -> None:
    page = nora.page
    nora.press("Go to the exam")
    nora.look("exam-start")
    try_the_room(nora)
    page.get_by_label("I have read this statement").check()
    nora.press("Start exam")
    status = page.locator("[data-status]")
    answers = tell("right_answers('nora')")
    assert len(answers) == 120
    nora.look("exam-room")
    choose_by_mouse(page, answers[0])
    expect(status).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d"))
    page.get_by_role("button", name="Flag for review").click()
    step(page, 2)
    choose_by_keys(page, answers[1])
    lose_the_network(nora, answers)
    answer_the_rest(nora, answers)
    nora.press("Review and submit")
    hand_in(nora, len(answers))


def try_the_room(nora: Visitor) -> None:
    """Look around in the tutorial, and leave it."""
    page, start = nora.page, nora.page.url
    nora.press("Try the exam room")
    page.get_by_label("Tuesday").check()
    expect(page.locator("[data-status]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d"))
    nora.press("Leave the tutorial")
    expect(page).to_have_url(start)


def choose_by_mouse(page: Page, answer: dict[str, Any]) -> None:
    if "number" in answer:
        page.locator("input[name=number]").fill(answer["number"])
    for place, option in zip(answer.get("places", []), answer["ids"], strict=False):
        page.locator(f'select[name="place-{place}"]').select_option(option)
    if not answer.get("places"):
        for option in answer["ids"]:
            page.locator(f'label.choice:has(input[value="{option}"])').click()


def choose_by_keys(page: Page, answer: dict[str, Any]) -> None:
    if "number" in answer:
        page.locator("input[name=number]").focus()
        page.keyboard.type(answer["number"])
    for place, letter in zip(answer.get("places", []), answer["letters"], strict=False):
        page.locator(f'select[name="place-{place}"]').focus()
        page.keyboard.press(letter.lower())  # the options of the box begin with their letters
    if not answer.get("places"):
        expect(page.locator("[data-keys]")).to_be_visible()  # the room shows its keys once it listens to them
        for letter in answer["letters"]:
            page.keyboard.press(letter.lower())


def step(page: Page, number: int) -> None:
    page.locator("[data-next]").click()
    expect(page.locator("[data-number]")).to_have_text(str(number))


def lose_the_network(nora: Visitor, answers: list[dict[str, Any]]) -> None:
    """Two questions are answered without a network; they wait, arrive, and are there after loading anew."""
    page, status = nora.page, nora.page.locator("[data-status]")
    expect(status).to_have_text(re.compile("^Saved"))
    step(page, 3)
    with nora.expecting(OFFLINE):
        nora.context.set_offline(True)
        choose_by_keys(page, answers[2])
        step(page, 4)
        choose_by_mouse(page, answers[3])
        expect(status).to_have_text(re.compile("answers? waiting"))
        nora.look("exam-room-offline")
        nora.context.set_offline(False)
        expect(status).to_have_text(re.compile("^Saved"))
    page.reload()
    expect(page.locator("[data-number]")).to_have_text("4")
    expect(page.locator("[data-answered]")).to_have_text("4")
    assert page.evaluate(GIVEN) == given_by(answers[3])


def given_by(answer: dict[str, Any]) -> list[str]:
    """Return what the controls of a question hold once it is answered: place (if there are any) and value."""
    if "number" in answer:
        return [f":{answer['number']}"]
    return sorted(f"{place}:{option}" for place, option in zip_longest(answer["places"], answer["ids"], fillvalue=""))


def answer_the_rest(nora: Visitor, answers: list[dict[str, Any]]) -> None:
    """Answer each kind by keys and by mouse in turn; look at each kind and a figure; the last two stay empty."""
    page, seen = nora.page, Counter[str]()
    for number, answer in enumerate(answers[4:-2], start=5):
        step(page, number)
        choose = (choose_by_keys, choose_by_mouse)[seen[answer["kind"]] % 2]
        choose(page, answer)
        figures = page.locator("[data-figure] img").count()
        for name in [answer["kind"]] + ["figure"] * figures:
            if not seen[name]:
                nora.look(f"exam-room-{name}")
            seen[name] += 1
        assert page.evaluate(GIVEN) == given_by(answer), f"question {number}"
    assert set(seen) == {"single_choice", "multiple_response", "numeric", "ordering", "matching", "figure"}
    assert min(seen.values()) > 1
    page.locator("summary", has_text="All questions").click()


def hand_in(nora: Visitor, total: int) -> None:
    page = nora.page
    nora.heading("Review your answers")
    facts = page.locator(".summary-list")
    expect(facts).to_contain_text(f"{total - 2} of {total}")
    expect(facts).to_contain_text("They count as wrong")
    nora.look("exam-review")
    page.get_by_role("link", name="Flagged").click()
    expect(page.locator(".review-list li")).to_have_count(1)
    nora.press("Go on to submit")
    expect(page.get_by_text("2 questions are unanswered")).to_be_visible()
    nora.look("exam-submit")
    nora.press("Submit exam")
    nora.heading("Passed")
    nora.look("exam-result")
    nora.press("Go to your home page")
    nora.look("home-exam-passed")


def receive(nora: Visitor, certificate: dict[str, str], folder: Path) -> None:
    page = nora.page
    page.reload()
    expect(page.get_by_text(f"Number {certificate['number']}.")).to_be_visible()
    nora.look("home-certificate")
    nora.press("See your certificate")
    nora.heading("You have earned your certificate")
    nora.look("certificate")
    with page.expect_download() as download:
        nora.press("Download the PDF")
    saved = folder / "certificate.pdf"
    download.value.save_as(saved)
    assert saved.read_bytes() == Path(certificate["path"]).read_bytes()
    assert saved.read_bytes().startswith(b"%PDF")
