"""The exam room row by row: a test for each row of the conventions that must hold (E1 to E29 of the design).

Its name begins with the row. Two rows need a stage of their own and stand elsewhere: E1 in `test_tutorial`, E16 in
`test_figures`. What must hold at the worst moments: network cut E11, time over E22, tab crash, second device and a
client whose clock is an hour wrong E23.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Visit
from tests.browser.visitor import LARGEST_SHIFT, Visitor
from tests.house import House, wait_until

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
OFFLINE = "ERR_INTERNET_DISCONNECTED"
Rows = Callable[[str], Any]
MUST = {*range(1, 9), 10, 11, 12, 16, 17, 18, *range(20, 25), *range(26, 30)}
COUNT = 8
WRONG_CLOCK = """
const shift = %d, real = Date, now = real.now.bind(real);
window.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(now() + shift); } };
window.Date.now = () => now() + shift;
"""


@pytest.fixture
def rows(site: House) -> Rows:
    """Let something happen at the site, in the words of tests/browser/exam_rows.py."""
    return lambda call: site.tell("tests.browser.exam_rows", call)


@pytest.fixture
def sit(visit: Visit, rows: Rows) -> Callable[..., Visitor]:
    """Let somebody new start the exam and enter the room."""

    def enter(key: str, **options: Any) -> Visitor:
        person = visit(rows(f"sit_down('{key}')"), **options)
        open_room(person)
        return person

    return enter


def open_room(person: Visitor, exam: str = "rows-exam") -> Page:
    page = person.go(f"/exam/{exam}/")
    page.get_by_label("I have read this statement").check()
    person.press("Start exam")
    return ready(page)


def ready(page: Page) -> Page:
    expect(page.locator("[data-next]")).to_have_text(re.compile("Next|Review"))  # the script has taken over
    return page


def choose(page: Page, option: str = "b") -> None:
    """Choose an option of the question on the page; b is the right one."""
    page.locator(f'label.choice:has(input[value="{option}"])').click()


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text(SAVED)


def jump(page: Page, number: int) -> None:
    if page.locator("[data-places]").get_attribute("open") is None:
        page.locator("[data-places] > summary").click()
    page.locator(f'[data-place-number="{number}"]').click()
    expect(page.locator("[data-number]")).to_have_text(str(number))


def test_every_row_that_must_hold_is_played() -> None:
    words = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert {int(row) for row in re.findall(r"^def test_e(\d+)_", words, re.MULTILINE)} == MUST


def test_e2_the_start_page_says_everything_and_the_clock_waits_for_the_click(visit: Visit, rows: Rows) -> None:
    person = visit(rows("sit_down('etwo')"))
    page = person.go("/exam/rows-exam/")
    main = page.get_by_role("main")
    for words in ("8, of which 2 are being tried out", "60 minutes", "What is recorded", "Statement"):
        expect(main).to_contain_text(words)
    assert rows("Attempt.objects.filter(enrolment__person__email='etwo@example.org').count()") == 0
    with person.expecting("status of 422"):
        person.press("Start exam")
        expect(page.get_by_role("alert")).to_contain_text("Agree to the exam rules")
    open_room(person)
    assert rows("Attempt.objects.filter(enrolment__person__email='etwo@example.org').count()") == 1


def test_e3_number_and_time_stand_at_the_same_place_on_every_question(sit: Callable[..., Visitor]) -> None:
    page = sit("ethree").page
    spots = set()
    for number in range(1, COUNT + 1):
        expect(page.locator("[data-number]")).to_have_text(str(number))
        place, clock = (page.locator(name).bounding_box() for name in ("[data-place]", "[data-clock]"))
        assert place
        assert clock
        # The time grows to the left: a minute later it may have a letter less.
        ends = clock["x"] + clock["width"]
        spots.add(tuple(round(side) for side in (place["x"], place["y"], ends, clock["y"])))
        if number < COUNT:
            page.locator("[data-next]").click()
    assert len(spots) == 1
    expect(page.locator("[data-place]")).to_have_text(f"Question {COUNT} of {COUNT}")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_the_scripts_start(sit: Callable[..., Visitor], width: int) -> None:
    person = sit(f"estill{width}", viewport={"width": width, "height": 800})
    room = urlsplit(person.page.url).path
    for path in (f"{room}?q=3", f"{room}review", f"{room}submit"):
        page = person.go(path)
        expect(page.locator("[data-clock]")).to_have_text(re.compile("left$"))
        page.wait_for_timeout(500)  # what still comes has come
        assert page.evaluate("window.__shift") <= LARGEST_SHIFT, path


def test_e4_number_and_time_can_be_hidden_and_time_returns_in_the_last_minutes(
    sit: Callable[..., Visitor], rows: Rows
) -> None:
    page = sit("efour").page
    page.get_by_role("button", name="Hide number").click()
    expect(page.locator("[data-place]")).to_have_class(re.compile("visually-hidden"))
    page.get_by_role("button", name="Show number").click()
    page.get_by_role("button", name="Hide time").click()
    expect(page.locator("[data-clock]")).to_have_text("Time hidden")
    page.get_by_role("button", name="Show time").click()
    rows("time_left('efour', 302)")
    ready_again = page.reload()
    assert ready_again is not None
    ready(page)
    page.get_by_role("button", name="Hide time").click()
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^0[45]:\d\d left$"))


@pytest.mark.parametrize("minutes", [30, 15, 5])
def test_e5_warnings_come_once_in_the_page_and_block_nothing(
    sit: Callable[..., Visitor], rows: Rows, minutes: int
) -> None:
    key = f"efive{'abc'[[30, 15, 5].index(minutes)]}"
    page = sit(key).page
    rows(f"time_left('{key}', {minutes * 60 + 6})")
    page.reload()
    ready(page)
    status = page.locator("[data-status]")
    expect(status).to_have_text(f"{minutes} minutes left.")
    assert status.get_attribute("role") == "status"
    choose(page)
    saved(page)  # the warning took nothing away and is not said again
    page.wait_for_timeout(1500)
    expect(status).to_have_text(SAVED)


def test_e6_the_ticking_time_is_a_labelled_region_and_never_a_live_one(sit: Callable[..., Visitor]) -> None:
    page = sit("esix").page
    region = page.get_by_role("region", name="Time left")
    expect(region).to_contain_text("left")
    live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=timer], [role=log]"
    assert page.locator(f":is({live}) [data-clock], [data-clock]:is({live})").count() == 0
    before = region.inner_text()
    page.wait_for_timeout(1600)
    assert region.inner_text() != before


def test_e7_more_time_of_a_person_stands_on_the_start_page_and_the_server_reckons_with_it(
    visit: Visit, rows: Rows
) -> None:
    person = visit(rows("sit_down('eseven')"))
    rows("grant_time('eseven')")
    page = person.go("/exam/rows-exam/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("90 minutes: 60 and half as much again")
    expect(main).to_contain_text("150 % time, separate room")
    open_room(person)
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^1:(30:00|29:\d\d) left$"))
    times = "attempt_of('eseven').deadline - attempt_of('eseven').started_at"
    assert rows(f"({times}).total_seconds()") == 90 * 60


def test_e8_the_question_is_heading_and_legend_and_a_row_is_one_large_target(sit: Callable[..., Visitor]) -> None:
    page = sit("eeight", viewport={"width": 390, "height": 800}).page
    jump(page, 3)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("legend h1")).to_be_visible()
    rows_of = page.locator("label.choice")
    for index in range(rows_of.count()):
        box = rows_of.nth(index).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        rows_of.nth(index).click(position={"x": box["width"] - 4, "y": box["height"] - 4})
        expect(rows_of.nth(index).locator("input")).to_be_checked()


def test_e10_a_choice_is_saved_by_itself_and_quietly(sit: Callable[..., Visitor], rows: Rows) -> None:
    page = sit("eten").page
    jump(page, 3)
    choose(page)
    saved(page)
    assert list(rows("answers_of('eten')")) == ["3"]
    assert page.get_by_role("button", name=re.compile("^Save$")).count() == 0


def test_e11_without_a_network_it_says_so_keeps_the_answer_and_sends_it_after_a_reload(
    sit: Callable[..., Visitor], rows: Rows
) -> None:
    person = sit("eeleven")
    page = person.page
    jump(page, 3)
    with person.expecting(OFFLINE, "Failed to fetch"):
        page.route("**/save", lambda route: route.abort("internetdisconnected"))
        choose(page, "c")
        expect(page.locator("[data-status]")).to_have_text("1 answer waiting")
        page.on("dialog", lambda dialog: dialog.accept())
        page.unroute("**/save")
        page.route("**/save", lambda route: route.abort("internetdisconnected"))
        page.reload()
        ready(page)
        assert rows("answers_of('eeleven')") == {}
        page.unroute("**/save")
        saved(page)
    assert list(rows("answers_of('eeleven')")) == ["3"]


def test_e11_an_answer_that_the_server_refuses_is_never_called_saved(sit: Callable[..., Visitor], rows: Rows) -> None:
    page = sit("erefused").page
    jump(page, 3)
    page.route("**/save", refuse)
    choose(page, "c")
    expect(page.get_by_role("alert")).to_contain_text("Your answer to question 3 is not saved.")
    expect(page.locator("[data-status]")).to_have_text("1 answer not saved")
    expect(page.locator('[data-place-number="3"] .place__state')).to_have_text("Incomplete")
    page.locator("[data-review]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review your answers")
    expect(page.get_by_role("alert")).to_contain_text("Your answer to question 3 is not saved.")
    page.unroute("**/save")
    page.get_by_role("link", name="Change question 3").click()
    # It was kept on the device and is sent once more, by the page that was left or by this one.
    wait_until(lambda: rows("answers_of('erefused')") == {"3": ["c"]}, seconds=30)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator('[data-place-number="3"] .place__state')).to_have_text("Complete")


def refuse(route: Route) -> None:
    """Answer for the server that it can store none of these answers."""
    content = route.request.post_data_json
    assert content
    replies = [{"item": save["item"], "seq": save["seq"], "reply": "refused"} for save in content["saves"]]
    route.fulfill(json={"server_time": datetime.now(UTC).isoformat(), "replies": replies})


@pytest.mark.parametrize("seq", [1, 5])  # of the same number as the one that waits, and of a higher one
def test_e11_two_answers_are_shown_on_the_review_page_and_nothing_is_overwritten(
    sit: Callable[..., Visitor], rows: Rows, seq: int
) -> None:
    key = f"etwo{seq}"
    person = sit(key)
    page = person.page
    page.on("dialog", lambda dialog: dialog.accept())
    jump(page, 3)
    with person.expecting(OFFLINE, "Failed to fetch"):
        page.route("**/save", lambda route: route.abort("internetdisconnected"))
        choose(page, "c")
        expect(page.locator("[data-status]")).to_have_text("1 answer waiting")
        rows(f"save_elsewhere('{key}', 3, 'a', {seq})")
        page.unroute("**/save")
        page.route("**/save", lambda route: route.abort("internetdisconnected"))
        page.goto(page.url.split("?")[0] + "review")
        page.unroute("**/save")
        loads: list[str] = []
        page.on("load", lambda loaded: loads.append(loaded.url))
        expect(page.get_by_role("alert").first).to_contain_text("Question 3 has two answers.")
    expect(page.locator("[data-status]")).to_have_text("1 answer not saved")
    assert rows(f"answers_of('{key}')") == {"3": ["a"]}
    assert not loads, "the page went on loading itself"
    page.get_by_role("link", name="Open question 3 and choose").click()
    page.get_by_role("button", name="Take the one on this page").click()
    saved(page)
    assert rows(f"answers_of('{key}')") == {"3": ["c"]}


def test_e12_a_flag_says_what_it_is_and_does_not_count(sit: Callable[..., Visitor]) -> None:
    page = sit("etwelve").page
    button = page.locator("[data-flag]")
    expect(button).to_have_text("Flag for review")
    button.click()
    expect(button).to_have_text("Flagged")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#flag-hint")).to_have_text("A flag does not affect your score.")
    page.reload()
    ready(page)
    expect(button).to_have_text("Flagged")


def test_e17_previous_and_next_stay_where_they_are_and_ask_nothing(sit: Callable[..., Visitor], rows: Rows) -> None:
    page = sit("eseventeen").page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.accept()))
    jump(page, 3)
    choose(page)
    page.locator("[data-next]").click()
    expect(page.locator("[data-number]")).to_have_text("4")
    edges = {round(page.locator("[data-next]").bounding_box()["x"])}  # type: ignore[index]  # it is shown
    page.locator("[data-previous]").click()
    expect(page.locator("[data-number]")).to_have_text("3")
    edges.add(round(page.locator("[data-next]").bounding_box()["x"]))  # type: ignore[index]
    saved(page)
    assert (dialogs, len(edges)) == ([], 1)
    assert list(rows("answers_of('eseventeen')")) == ["3"]


def test_e18_the_list_of_questions_says_states_in_words_filters_and_jumps(sit: Callable[..., Visitor]) -> None:
    page = sit("eeighteen").page
    jump(page, 3)
    choose(page)
    saved(page)
    page.locator("[data-clear]").click()
    saved(page)
    jump(page, 4)
    choose(page)
    page.locator("[data-flag]").click()
    places = page.locator(".places__list li")
    expect(places.nth(2)).to_contain_text("Incomplete")
    expect(places.nth(3)).to_contain_text(re.compile("Complete.*Flagged", re.DOTALL))
    expect(places.nth(7)).to_contain_text("Unseen")
    page.locator('[data-filter="unanswered"]').click()
    expect(page.locator(".places__list li:visible")).to_have_count(COUNT - 1)
    page.locator('[data-filter="flagged"]').click()
    expect(page.locator(".places__list li:visible")).to_have_count(1)
    page.locator('[data-filter="all"]').click()
    jump(page, 8)


def test_e20_the_review_counts_lists_and_leads_back(sit: Callable[..., Visitor]) -> None:
    person = sit("etwenty")
    page = person.page
    jump(page, 3)
    choose(page)
    page.locator("[data-flag]").click()
    saved(page)
    person.press("Review and submit")
    person.heading("Review your answers")
    facts = page.locator(".summary-list")
    expect(facts).to_contain_text(f"1 of {COUNT}")
    expect(facts).to_contain_text(f"{COUNT - 1}. They count as wrong.")
    page.get_by_role("link", name="Change question 3").click()
    expect(page.locator("[data-number]")).to_have_text("3")


def test_e21_submitting_asks_once_with_numbers_and_going_back_is_harmless(
    sit: Callable[..., Visitor], rows: Rows
) -> None:
    person = sit("etwentyone")
    page = person.page
    jump(page, 3)
    choose(page)
    saved(page)
    person.press("Review and submit")
    person.press("Go on to submit")
    expect(page.get_by_text(f"{COUNT - 1} questions are unanswered and count as wrong.")).to_be_visible()
    person.press("Submit exam")
    person.heading("Not passed")
    page.go_back()
    page.wait_for_load_state()
    person.heading("Not passed")
    assert rows("state_of('etwentyone')") == {"state": "submitted", "at_deadline": False, "raw": "1"}


def test_e22_at_zero_what_is_saved_is_submitted_and_the_page_says_so(sit: Callable[..., Visitor], rows: Rows) -> None:
    person = sit("etwentytwo")
    page = person.page
    jump(page, 3)
    choose(page)
    saved(page)
    rows("time_left('etwentytwo', 4)")
    page.reload()
    ready(page)
    person.heading("Not passed")
    expect(page.get_by_role("main")).to_contain_text("Closed when time was over")
    assert rows("state_of('etwentytwo')") == {"state": "expired", "at_deadline": True, "raw": "1"}


def test_e22_an_answer_on_its_way_at_zero_still_counts(sit: Callable[..., Visitor], rows: Rows) -> None:
    person = sit("elate")
    page = person.page
    jump(page, 3)
    held: list[Any] = []
    rows("time_left('elate', 7)")
    page.reload()
    ready(page)
    page.route("**/save", lambda route: held.append(route))
    choose(page)
    expect(page.locator("[data-clock]")).to_have_text("00:00 left")
    page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    page.unroute("**/save")
    person.heading("Not passed")
    assert rows("state_of('elate')")["raw"] == "1"


def test_e23_after_a_crash_another_device_goes_on_at_the_same_question(
    sit: Callable[..., Visitor], visit: Visit, rows: Rows
) -> None:
    person = sit("etwentythree")
    page = person.page
    jump(page, 5)
    choose(page)
    saved(page)
    before = rows("attempt_of('etwentythree').deadline.isoformat()")
    page.close()  # the tab is gone without a word
    other = visit("etwentythree@example.org", viewport={"width": 390, "height": 800})
    other.go("/exam/rows-exam/")
    other.press("Continue the exam")
    other.press("Continue here")
    ready(other.page)
    expect(other.page.locator("[data-number]")).to_have_text("5")
    expect(other.page.locator("label.choice input:checked")).to_have_count(1)
    assert rows("attempt_of('etwentythree').deadline.isoformat()") == before


def test_e23_the_device_that_was_left_can_only_be_read(sit: Callable[..., Visitor], visit: Visit, rows: Rows) -> None:
    first = sit("etwodevices")
    jump(first.page, 3)
    second = visit("etwodevices@example.org")
    second.go("/exam/rows-exam/")
    second.press("Continue the exam")
    second.press("Continue here")
    ready(second.page)
    choose(first.page, "c")
    expect(first.page.locator("[data-alerts]")).to_contain_text("This attempt goes on at another device.")
    jump(second.page, 3)
    choose(second.page)
    saved(second.page)
    assert len(rows("answers_of('etwodevices')")) == 1


@pytest.mark.parametrize("hours", [-1, 1])
def test_e23_a_device_whose_clock_is_wrong_shows_the_time_of_the_server(visit: Visit, rows: Rows, hours: int) -> None:
    key = "eslow" if hours < 0 else "efast"
    person = visit(rows(f"sit_down('{key}')"))
    person.context.add_init_script(WRONG_CLOCK % (hours * 3_600_000))
    page = open_room(person)
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^(1:00:00|59:\d\d) left$"))
    jump(page, 3)
    choose(page)
    saved(page)
    rows(f"time_left('{key}', 5)")
    page.reload()
    ready(page)
    person.heading("Not passed")
    assert rows(f"state_of('{key}')") == {"state": "expired", "at_deadline": True, "raw": "1"}


def test_e24_the_close_of_the_exam_beats_its_time_and_is_one_time_of_the_clock(visit: Visit, rows: Rows) -> None:
    closes = datetime.fromisoformat(rows("close_in(20)"))
    person = visit(rows("sit_down('etwentyfour')"), timezone_id="Europe/Berlin")
    page = person.go("/exam/closing-exam/")
    zone = {"timeZone": "Europe/Berlin", "hour": "2-digit", "minute": "2-digit"}
    shown = page.evaluate("([at, zone]) => new Date(at).toLocaleTimeString('en-GB', zone)", [closes.isoformat(), zone])
    page.reload()  # the first page has told the site in which zone the device is
    words = "The exam closes before that: if you start now, your time ends at"
    expect(page.get_by_role("main")).to_contain_text(re.compile(rf"{words} {shown}"))
    open_room(person, "closing-exam")
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^(20:00|1\d:\d\d) left$"))
    assert datetime.fromisoformat(rows("attempt_of('etwentyfour').deadline.isoformat()")) == closes


def test_e26_the_result_says_first_whether_it_is_passed_and_gives_no_key(
    sit: Callable[..., Visitor],
) -> None:
    person = sit("etwentysix")
    page = person.page
    for number in range(3, COUNT + 1):
        jump(page, number)
        choose(page)
        saved(page)
    person.press("Review and submit")
    person.press("Go on to submit")
    person.press("Submit exam")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^(Passed|Not passed)$"))
    main = page.get_by_role("main").inner_text()
    assert re.search(r"\d of 6 points\. 4 are needed to pass\.", main)
    assert "Choice" not in main
    person.look("rows-result")


def test_e27_nothing_needs_hover_drag_sound_or_colour(sit: Callable[..., Visitor]) -> None:
    page = sit("etwentyseven", has_touch=True, viewport={"width": 390, "height": 800}).page
    assert page.locator("[draggable=true], audio, video").count() == 0
    jump(page, 3)
    page.locator("label.choice").nth(1).tap()
    saved(page)
    page.emulate_media(forced_colors="active")
    expect(page.locator("label.choice input:checked")).to_have_count(1)
    states = page.locator(".place__state").all_inner_texts()
    assert set(states) <= {"Complete", "Incomplete", "Unseen", "Answered"}


def test_e28_the_bar_never_covers_what_has_the_focus(sit: Callable[..., Visitor]) -> None:
    page = sit("etwentyeight", viewport={"width": 390, "height": 500}).page
    page.locator("[data-places] > summary").click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    covered = """() => {
      const bar = document.querySelector('.exam-bar'), node = document.activeElement;
      if (bar.contains(node) || node === document.body) return false;
      const a = bar.getBoundingClientRect(), b = node.getBoundingClientRect();
      const over = b.top < a.bottom - 1 && b.bottom > a.top + 1;
      return b.height > 0 && over && getComputedStyle(bar).position !== 'static';
    }"""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_e29_a_password_can_be_pasted_and_there_is_no_puzzle(visit: Visit, rows: Rows) -> None:
    email = rows("sit_down('etwentynine')")
    person = visit()
    page = person.go("/accounts/login/")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Email").fill(email)
    page.evaluate("text => navigator.clipboard.writeText(text)", PASSWORD)
    page.get_by_label("Password").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("Password")).to_have_value(PASSWORD)
    assert page.locator("iframe, canvas, img[alt*=captcha i]").count() == 0
    person.press("Sign in")
    expect(page).to_have_url(re.compile("/home/$"))
