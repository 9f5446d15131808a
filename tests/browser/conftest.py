"""One site of real processes for all journeys, and browsers to walk through it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visitor import Visitor
from tests.house import House, free_port

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 60_000  # milliseconds; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
Tell = Callable[[str], Any]
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with course, exam and people; web server and workers run until the last journey ends."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("site")
    house = House.at(folder, settings="tests.browser.settings", port=port)
    try:
        house.tell("tests.browser.cast", "load_course()")
        house.tell("tests.browser.cast", "meet_everybody()")
        house.start_workers(1)
        house.start_web(port)
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session")
def tell(site: House) -> Tell:
    """Let something happen at the site, in the words of tests/browser/cast.py, and return what it answers."""
    return lambda call: site.tell("tests.browser.cast", call)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Of one module, because a thread can hold only one Playwright at a time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, site: House) -> Iterator[Visit]:
    """Make visitors; when the journey ends none of their pages may have done what no page may do."""
    visitors: list[Visitor] = []

    def open_browser(email: str = "", **options: Any) -> Visitor:
        chosen = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", "locale": "en-GB", **options}
        context = chromium.new_context(**chosen)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context, site.url)
        visitors.append(visitor)
        if email:
            visitor.sign_in(email)
        return visitor

    yield open_browser
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert not faults, "\n".join(faults)
