"""Pages beside the journeys: each is looked at with the rules that hold for all of them."""

import pytest
from playwright.sync_api import expect

from lms.demo.people import PASSWORD
from tests.browser.conftest import Tell, Visit

pytestmark = pytest.mark.browser


def test_pages_for_strangers(visit: Visit) -> None:
    stranger = visit()
    stranger.go("/tms-technician/")
    stranger.look("course-stranger")
    for address, name in [
        ("/glossary/", "glossary"),
        ("/glossary/?q=burst", "glossary-narrowed"),
        ("/bibliography/", "bibliography"),
        ("/search/", "search"),
        ("/search/?q=motor+threshold", "search-found"),
        ("/search/?q=xylophone", "search-nothing"),
    ]:
        stranger.go(address)
        stranger.look(name)
    stranger.go("/accounts/login/")
    stranger.look("sign-in")
    stranger.press("Sign in")
    stranger.look("sign-in-error")
    stranger.go("/accounts/password/reset/")
    stranger.look("password-reset")
    stranger.go("/verify/")
    stranger.press("Check the file")
    with stranger.expecting("status of 404"):
        stranger.go("/no-such-page/")
        stranger.heading("This page does not exist")
        stranger.look("404")


def test_pages_of_a_trainee(visit: Visit) -> None:
    maya = visit("maya@example.org")
    maya.go("/tms-technician/")
    maya.look("course")
    maya.page.get_by_role("main").get_by_role("link", name="Measuring the head", exact=False).first.click()
    maya.look("module")
    maya.page.get_by_role("main").locator("ol a").first.click()
    maya.look("lesson-completed")
    maya.go("/account/")
    maya.look("account")
    maya.go("/accounts/2fa/")
    maya.look("account-second-factor")


@pytest.mark.parametrize(
    ("name", "address", "title"),
    [
        ("lesson-m02-03", "m02-physics/coils-depth-focality", "Coils: where the field is strong, and how deep"),
        ("lesson-m07-01", "m07-delivery/from-hotspot-to-target", "From hotspot to target"),
        ("lesson-m08-04", "m08-safety/one-first-response", "One first response"),
        ("lesson-m10-03", "m10-measures/plot-and-escalate", "Plot, compare, escalate"),
    ],
)
def test_lessons(visit: Visit, name: str, address: str, title: str) -> None:
    maya = visit("maya@example.org")
    maya.go(f"/tms-technician/{address}/")
    maya.heading(title)
    for picture in maya.page.get_by_role("main").locator("img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("node => node.naturalWidth") > 0
    maya.look(name)
    maya.page.set_viewport_size({"width": 390, "height": 844})
    maya.look(f"{name}-phone")


def test_pages_of_staff(visit: Visit, tell: Tell) -> None:
    tell("certificate_of('vera')")
    rosa = visit("rosa@example.org")
    for path, name in [
        ("/jobs/", "jobs"),
        ("/audit/", "audit"),
        ("/practical/assign/?q=Sami", "practical-assign"),
        ("/practical/records/", "practical-records"),
        ("/people/", "people"),
        ("/people/?q=Sami", "people-found"),
        ("/privacy/", "privacy"),
    ]:
        rosa.go(path)
        rosa.look(name)
    rosa.go("/people/?q=Sami").get_by_role("link", name="Sami Haddad").click()
    rosa.page.get_by_label("Password").fill(PASSWORD)
    rosa.page.get_by_role("main").get_by_role("button").first.click()
    rosa.heading("Roles of Sami Haddad")
    rosa.press("Grant Item author")
    expect(rosa.page.get_by_text("Sami Haddad is now item author.")).to_be_visible()
    rosa.look("people-roles")
    rosa.press("End Item author")
    expect(rosa.page.get_by_text("Sami Haddad is no longer item author.")).to_be_visible()
    rosa.go("/practical/assign/?q=Sami").get_by_role("link", name="Sami Haddad").click()
    rosa.look("practical-assign-trainee")
    rosa.press("Assign the sitting")
    expect(rosa.page.get_by_role("alert").first).to_be_visible()
    rosa.page.get_by_label("Assessor").select_option(label="Ines Aalto")
    rosa.page.get_by_label("Start").fill("06:30")
    rosa.page.get_by_role("textbox", name="Place").fill("Treatment room 5")
    rosa.page.get_by_role("textbox", name="Device").fill("Practice head")
    rosa.page.get_by_label("Simulation").check()
    with rosa.expecting("status of 409"):
        rosa.press("Assign the sitting")
        expect(rosa.page.get_by_role("alert")).to_contain_text("has not passed the written exam yet")
    rosa.look("practical-assign-objections")
    edda = visit("edda@example.org")
    edda.look("home-editor")
    edda.go("/styleguide/")
    edda.look("styleguide")
    for key in ("walter", "xenia"):
        visit(f"{key}@example.org").look(f"home-{key}")


def test_pages_of_exam_administrators(visit: Visit, tell: Tell) -> None:
    proposal = tell("propose_to_release_at_once()")
    xenia = visit("xenia@example.org")
    xenia.go(f"/decisions/{proposal}/").get_by_label("Password").fill(PASSWORD)
    xenia.page.get_by_role("main").get_by_role("button").first.click()
    xenia.heading("Release results at once")
    for path, name in [
        (f"/decisions/{proposal}/", "decision"),
        ("/decisions/", "decisions"),
        ("/results/", "results"),
        ("/results/waiting/", "results-waiting"),
        ("/appeals/docket/", "docket"),
        ("/exam-settings/", "exam-settings"),
        ("/accommodations/", "accommodations"),
        ("/exam-sessions/plan/", "exam-session-plan"),
        ("/forms/", "forms"),
        ("/forms/blueprints/tms-technician-written/", "blueprint"),
        ("/marking/progress/", "marking-progress"),
        ("/items/sets/", "item-sets"),
        (analysis := tell("analyse()"), "analysis"),
        (f"{analysis}1/", "analysis-item"),
        ("/results/by-year/", "results-by-year"),
    ]:
        xenia.go(path)
        xenia.look(name)
    edge = "() => document.querySelector('.data-table td').getBoundingClientRect().right <= innerWidth"
    xenia.page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/bank/", "/forms/blueprints/tms-technician-written/", "/decisions/"):
        page = xenia.go(path)
        assert page.evaluate(edge), f"the table of {path} scrolls sideways"
