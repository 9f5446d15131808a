"""Somebody at a browser: walks, and looks at every page with the rules that hold for all of them."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

from lms.demo.people import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"runOnly": ["color-contrast"]}
SMALLEST = {"width": 320, "height": 640}
LARGEST_SHIFT = 0.02  # cumulative layout shift; 0.1 counts as good (web.dev), we move nothing
WATCH_SHIFTS = """
window.__shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(node => node.getBoundingClientRect().right > innerWidth + 1)
  .map(node => node.outerHTML.slice(0, 90)).slice(0, 4)"""
FOLDER = os.environ.get("SCREENSHOT_DIR", "")


class Visitor:
    """A browser context with one page. What the page must never do is noted in `faults`."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        """Open a page and watch it."""
        self.context = context
        self.url = url
        self.faults: list[str] = []
        self.seen: set[str] = set()
        self.expected: list[str] = []
        self.judging = False
        context.add_init_script(WATCH_SHIFTS)
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location['url']}"
        if self.judging:
            return  # the rules of accessibility try styles, which the page's policy refuses
        if message.type in ("error", "warning") and not any(re.search(known, text) for known in self.expected):
            self.faults.append(f"{self.page.url}: {message.type}: {text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"{self.page.url}: asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url}: status {response.status}")

    @contextmanager
    def expecting(self, *patterns: str) -> Iterator[None]:
        """Let the console say what this part of the journey provokes on purpose."""
        self.expected += patterns
        try:
            yield
        finally:
            self.page.wait_for_timeout(50)
            del self.expected[-len(patterns) :]

    def go(self, path: str) -> Page:
        """Open an address of the site."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in by the form."""
        self.go("/accounts/login/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page).to_have_url(f"{self.url}/home/")

    def press(self, name: str) -> None:
        """Press a button or follow a link by its words."""
        button = self.page.get_by_role("button", name=name)
        (button if button.count() else self.page.get_by_role("link", name=name)).first.click()

    def heading(self, words: str) -> None:
        """Wait for the page whose heading holds these words."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def look(self, name: str) -> None:
        """Judge the page as it stands: rules of accessibility in both colour schemes, structure, width, stillness."""
        page = self.page
        page.wait_for_load_state("load")
        page.evaluate("scrollTo(0, 0)")  # what a bar covers while scrolling is not too small
        self._judge(page.locator("h1").count() == 1, name, "not exactly one h1")
        self._judge(page.locator("html").get_attribute("lang") == "en", name, "no language")
        self._ask_axe(name, RULES)  # takes so long that whatever comes late has come
        self._judge(page.evaluate("window.__shift") <= LARGEST_SHIFT, name, "the layout shifted while it loaded")
        page.emulate_media(color_scheme="dark")
        self._ask_axe(f"{name}, dark", CONTRAST)
        page.emulate_media(color_scheme="light")
        self._narrow(name)
        self._keep(name)

    def _judge(self, holds: bool, name: str, otherwise: str) -> None:
        if not holds:
            self.faults.append(f"{name} ({self.page.url}): {otherwise}")

    def _ask_axe(self, name: str, rules: dict[str, Any]) -> None:
        self.judging = True
        violations = Axe().run(self.page, options={**rules, "preload": False}).response["violations"]
        self.judging = False
        for found in violations:
            nodes = [f"{node['html'][:160]} {node['failureSummary'][-160:]}" for node in found["nodes"][:3]]
            self.faults.append(f"{name}: {found['id']}: {nodes}")

    def _narrow(self, name: str) -> None:
        size = self.page.viewport_size
        self.page.set_viewport_size(SMALLEST)
        if self.page.evaluate("document.documentElement.scrollWidth") > SMALLEST["width"]:
            self.faults.append(f"{name}: scrolls sideways at 320 px: {self.page.evaluate(TOO_WIDE)}")
        self.page.set_viewport_size(size or {"width": 1280, "height": 800})

    def _keep(self, name: str) -> None:
        if not FOLDER or name in self.seen:
            return
        self.seen.add(name)
        size = self.page.viewport_size
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        for width in (1280, 1024, 768, 390):
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.screenshot(path=f"{FOLDER}/{name}-{width}.png", full_page=True)
        self.page.set_viewport_size(size or {"width": 1280, "height": 800})
