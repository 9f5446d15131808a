"""A panel that sets the cut, in a real browser: the facilitator at the desk, two judges with tablets."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from lms.demo.people import PASSWORD
from tests.browser.by_keyboard import reach_everything
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.house import House, free_port

pytestmark = pytest.mark.browser
TABLETS = (
    {"viewport": {"width": 1024, "height": 768}, "has_touch": True},
    {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
)
SMALLEST_TARGET = 44


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with a locked form, two exam administrators and two judges; nothing here needs workers."""
    port = free_port()
    house = House.at(tmp_path_factory.mktemp("panel"), settings="tests.browser.settings", port=port)
    try:
        house.python("from tests.browser.panel_room import set_up; set_up()")
        house.start_web(port)
        yield house
    finally:
        house.close()


def test_a_panel_by_modified_angoff_to_the_form_under_its_cut(visit: Visit) -> None:
    xenia = visit("xenia@example.org")
    room = open_the_panel(xenia)
    judges = [visit(f"{key}@example.org", **tablet) for key, tablet in zip(("ines", "hana"), TABLETS, strict=True)]
    for number, ratings in enumerate((((50, 60, 70), (70, 80, 90)), ((60, 60, 90), (70, 80, 90))), start=1):
        xenia.go(room)
        xenia.press(f"Open round {number}")
        for place, (judge, given) in enumerate(zip(judges, ratings, strict=True)):
            rate(judge, given, number, "AB"[place])
            row = xenia.page.locator("[data-row]").nth(place)
            expect(row.locator("[data-cell=progress]")).to_have_text("3 of 3")  # by itself
            assert xenia.page.evaluate("window.__shift") < 0.02
        xenia.look(f"panel-round-{number}-open")
        xenia.press(f"Close round {number}")
        xenia.heading(f"Round {number}")
        xenia.look(f"panel-round-{number}")
        judges[0].go("/judging/")
        judges[0].press("written-exam-A")
        judges[0].press(f"Round {number}, closed")
        judges[0].heading(f"Round {number}")
        expect(judges[0].page.get_by_text("Ines Aalto, ")).to_have_count(0)
        judges[0].look(f"judge-round-{number}")
    adopt(xenia, visit("yusuf@example.org"), room)


def open_the_panel(xenia: Visitor) -> str:
    """Open a panel from the page of the form, name the judges, and return its address."""
    page = xenia.go("/forms/")
    page.get_by_role("link", name="written-exam-A version 1").first.click()
    xenia.press("Set the cut")
    xenia.heading("Set the cut")
    xenia.look("panels-of-form")
    page.get_by_label("Who is just good enough?").fill("Somebody who is just safe alone at the chair.")
    xenia.press("Open the panel")
    for name in ("Ines Aalto", "Hana Sato"):
        page.get_by_label("Judge", exact=True).select_option(label=name)
        page.get_by_label("What they bring along").fill("Eight years at the chair")
        page.get_by_label("How they were trained for this").fill("Workshop in May, by the society")
        xenia.press("Name this judge")
        expect(page.get_by_text(f"{name} is a judge of this panel.")).to_be_visible()
    xenia.look("panel-named")
    return page.url.removeprefix(xenia.url)


def rate(judge: Visitor, given: tuple[int, ...], number: int, letter: str) -> None:
    """Rate three items on a tablet; each is saved before the next one comes."""
    page = judge.go("/home/")
    judge.press("Panels that you judge for")
    judge.press("written-exam-A")
    page.get_by_role("link", name=re.compile("^(Begin|Go on)$")).tap()
    for place, percent in enumerate(given, start=1):
        judge.heading(f"Item {place} of 3")
        page.get_by_label("Of 100 borderline candidates").fill(str(percent))
        # What was said in the round before is not saved by itself: the button below does it.
        expect(page.locator("[data-state]")).to_have_text(re.compile(f"^({percent} saved at|From round)"))
        if place == 1:
            reach_everything(page)
            judge.look(f"judge-item-{letter}-{number}")
        page.get_by_role("button", name=re.compile("^Save and")).tap()
    expect(page.get_by_text("You are through.")).to_be_visible()
    judge.look(f"judging-{letter}-{number}")


def adopt(xenia: Visitor, yusuf: Visitor, room: str) -> None:
    """Propose the cut, let a second person confirm it, and make the form that has it."""
    page = xenia.go(room)
    # 2.1 and 2.4 points: mean 2.25, SE .15.
    expect(page.get_by_role("heading", name="Round 2: cut 2.25 of 3 points")).to_be_visible()
    page.get_by_role("combobox", name="What the board adopts").select_option("0")
    page.get_by_label("Cut in points").fill("3")
    page.get_by_label("Reason of the board").fill("A whole number, rounded up for safety.")
    xenia.press("Propose this cut")
    yusuf.go("/decisions/")
    yusuf.press("Adopt a cut")
    yusuf.page.get_by_label("Password").fill(PASSWORD)
    yusuf.press("Continue")
    yusuf.heading("Adopt a cut")
    yusuf.look("adoption")
    yusuf.press("Confirm")
    expect(yusuf.page.get_by_role("button", name="Confirm")).to_have_count(0)
    page = xenia.go(room)
    expect(page.get_by_text("Adopted: 3 of 3 points.")).to_be_visible()
    reach_everything(page)
    xenia.look("panel-adopted")
    xenia.press("The record, to print")
    xenia.heading("Record of the panel")
    xenia.look("panel-record")
    xenia.go(room)
    xenia.press("the next version of this form under the new cut")
    xenia.heading("written-exam-A version 1")
    xenia.look("form-newer-blueprint")
    xenia.press("Make the next version of this form under it")
    xenia.heading("written-exam-A version 2")
    expect(page.get_by_text("version 2. Keys are shown.")).to_be_visible()


def test_panels_by_the_other_methods(visit: Visit, site: House) -> None:
    keys = {}
    for method in ("ebel", "hofstee", "beuk"):
        call = f"from tests.browser.panel_room import open_panel_by; print(open_panel_by('{method}'))"
        keys[method] = site.python(call).strip().splitlines()[-1]
    xenia, judges = visit("xenia@example.org"), []
    for key, tablet in zip(("ines", "hana"), TABLETS, strict=True):
        judge = visit(f"{key}@example.org", **tablet)
        sort_items(judge, keys["ebel"], key)
        fill(judge, keys["hofstee"], ("40", "80", "10", "60"), f"hofstee-{key}")
        fill(judge, keys["beuk"], ("60", "70") if key == "ines" else ("80", "50"), f"beuk-{key}")
        judges.append(judge)
    for method, key in keys.items():
        page = xenia.go(f"/panels/{key}/")
        expect(page.locator("[data-cell=state]")).to_have_text(["Done", "Done"])
        xenia.press("Close round 1")
        xenia.heading("Round 1")
        xenia.look(f"{method}-round")
        xenia.go(f"/panels/{key}/record/")
        xenia.look(f"{method}-record")
        judges[0].go(f"/panels/{key}/rounds/1/")
        judges[0].look(f"{method}-round-of-judge")
    xenia.go("/practicals/cuts/")
    xenia.look("station-cuts")


def test_what_a_judge_says_without_a_network_arrives_later(visit: Visit, site: House) -> None:
    """Percents typed one by one are kept at once; a tablet that goes from hand to hand mixes no judges up."""
    call = "from tests.browser.panel_room import open_panel_by; print(open_panel_by('hofstee'))"
    key = site.python(call).strip().splitlines()[-1]
    ines = visit("ines@example.org", **TABLETS[0])
    page = ines.go(f"/judging/{key}/percents/")
    page.get_by_label("Lowest acceptable cut").fill("40")
    expect(page.locator("[data-state]")).to_have_text(re.compile(r"^Saved at \d\d:\d\d:\d\d\.$"))
    with ines.expecting("ERR_INTERNET_DISCONNECTED"):
        ines.context.set_offline(True)
        page.get_by_label("Highest acceptable cut").fill("70")
        expect(page.locator("[data-state]")).to_contain_text("What you said is kept on this device.")
        assert page.evaluate("window.__shift") < 0.02
        ines.context.set_offline(False)
        expect(page.locator("[data-state]")).to_contain_text("Saved at", timeout=15_000)
    page.reload()
    assert [field.input_value() for field in page.locator(".figures__input").all()] == ["40", "70", "", ""]
    stored = page.locator("[data-judging]")
    assert stored.get_attribute("data-stored") == '{"k_min": "40", "k_max": "70"}'
    hana = visit("hana@example.org", **TABLETS[0]).go(f"/judging/{key}/percents/").locator("[data-judging]")
    assert hana.get_attribute("data-judging") != stored.get_attribute("data-judging")


def sort_items(judge: Visitor, key: str, name: str) -> None:
    """Put three items into two cells by touch, then fill in the cells."""
    page = judge.go(f"/judging/{key}/")
    page.get_by_role("link", name="Begin").tap()
    for place in (1, 2, 3):
        judge.heading(f"Item {place} of 3")
        if place == 1:
            judge.look(f"ebel-item-{name}")
            boxes = [choice.bounding_box() for choice in page.locator(".rating .choice").all()]
            assert all(box and box["height"] >= SMALLEST_TARGET for box in boxes)
        page.get_by_text("Essential", exact=True).tap()
        page.get_by_text("Easy" if place < 3 else "Hard", exact=True).tap()
        page.get_by_role("button", name=re.compile("^Save and")).tap()
    page.get_by_role("link", name="Give your percents").tap()
    judge.heading("Your percents")
    judge.look(f"ebel-percents-{name}")
    page.get_by_label("Essential, easy").fill("90")
    page.get_by_label("Essential, hard").fill("40")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("You are through.")).to_be_visible()
    judge.look(f"ebel-judging-{name}")


def fill(judge: Visitor, key: str, figures: tuple[str, ...], name: str) -> None:
    """Answer for the whole form on one page."""
    page = judge.go(f"/judging/{key}/")
    judge.look(f"{name}-judging")
    page.get_by_role("link", name="Give your percents").tap()
    judge.heading("Your percents")
    judge.look(f"{name}-percents")
    for place, figure in enumerate(figures):
        page.locator(".figures__input").nth(place).fill(figure)
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("You are through.")).to_be_visible()
