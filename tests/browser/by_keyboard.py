"""A page walked through with the Tab key: everything can be reached, and one sees where one is."""

import pytest
from playwright.sync_api import Page

# A stop is told by its place in the document, for two links may look alike; radio buttons are one stop for each group.
NAMED = """const named = node => node.type === 'radio' ? `group ${node.name}`
    : `${[...document.querySelectorAll('*')].indexOf(node)} ${node.outerHTML.slice(0, 120)}`;"""
REACHABLE = f"""() => {{
  {NAMED}
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(node => node.checkVisibility() && !node.disabled && node.tabIndex >= 0 && node.type !== 'hidden')
    .map(named);
}}"""
HERE = f"""() => {{
  {NAMED}
  const node = document.activeElement, style = getComputedStyle(node), label = node.closest('label');
  const drawn = look => look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  return {{
    name: named(node),
    shown: drawn(style) || Boolean(label && drawn(getComputedStyle(label))),
    ended: node === document.body,
  }};
}}"""
MOST_STOPS = 400


def walk(page: Page) -> list[dict[str, object]]:
    """Press Tab from the first link until the page ends. Fields of a date are several stops of one node."""
    page.locator(".skip-link").focus()
    stops: list[dict[str, object]] = []
    for _ in range(MOST_STOPS):
        stop = page.evaluate(HERE)
        if stop["ended"] or (stop in stops and stop != stops[-1]):
            return stops
        if stop not in stops:
            stops.append(stop)
        page.keyboard.press("Tab")
    pytest.fail("the walk does not end")


def reach_everything(page: Page) -> None:
    """Everything that can be operated is a stop, and each stop is drawn as one."""
    stops = walk(page)
    assert [stop["name"] for stop in stops if not stop["shown"]] == []
    assert set(page.evaluate(REACHABLE)) - {stop["name"] for stop in stops} == set()
