"""An exam in which everything secret is unmistakable, and the ways to look for it (S-11, S-13)."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from exams.actions.item_remarks import comment
from exams.models import Exam, ItemVersion
from exams.rules.item_kinds import ItemKind
from lms.accounts.models import User
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, UNIT
from tests.factories.exams import item_material, make_exam, multiple_material, numeric_material
from tests.project.test_permissions import own_patterns

HIDDEN = {
    "rationale": "CANARYRATIONALE",
    "sources": ["canary-source-1999"],
    "enemies": ["D9-CANARYENEMY"],
    "level": "judge",
    "authors": ["Wanda Canaryauthor"],
    "reviews": [{"name": "Rita Canaryreviewer", "role": "physician", "scope": "medical", "reviewed_on": "2019-03-07"}],
    "verified_on": "2019-03-07",
    "review_by": "2031-03-07",
}
REASONS = {
    "options": [{"id": letter, "text": f"Shown {letter}", "reason": f"CANARYREASON{letter}"} for letter in "abcd"]
}
RUBRIC = {"guidance": "CANARYGUIDANCE", "criteria": [{"id": "a", "text": "CANARYCRITERION", "points": "7.5"}]}
NUMBER = {"value": "56.4123", "tolerance": "0.0077", "unit": "kT"}
CODES = tuple(f"D1-8{number:02}" for number in range(1, 12))
NUMBERS = ("56.4123", "0.0077", "123.57", "77.31", "17.923", "0.4321", "1.2345", "0.00123", "33.33333", "61.9123")
DAYS = ("2019-03-07", "2031-03-07", "7 March 2019", "7 March 2031")
ANYWHERE = ("canary", *CODES, *NUMBERS, *DAYS)
# Words that ordinary pages may use, and pages of an exam may not.
IN_AN_EXAM = (
    *("rationale", "match_correct", "plus_minus", "tolerance", "correct", "judge", "reviewed", "pretest"),
    *("version_id", "content_area", "enem", "radius", "areas", "nested_best", "normalised", "wildcard", "factors"),
    *("mapping", "fractions", "guidance", "scoring", "per_option", "concordant", "per_pair", "marked by hand"),
)
SCORED, TRIED_OUT = 9, 2
# Every kind once, a second single choice and a second essay that are tried out; with an answer for each.
ANSWERS: tuple[Any, ...] = (
    ["d"],
    ["120,80"],
    "word",
    "3 kT",
    "3",
    ["b"],
    ["1:a"],
    ["1:a"],
    "A text.",
    ["d"],
    "Another.",
)
SINGLE, ESSAY_PLACE, TRIED_SINGLE = 1, 9, 10
SHOWN_COLUMNS = {
    *("id", "item", "number", "kind", "stem_html", "options", "unit", "prompts", "drawing", "figure_alt"),
    *("figure_caption", "fixed_order", "regions", "answer_form"),
    "stem",  # what stem_html was made from
}
# Their values are too short to be looked for everywhere; `IN_AN_EXAM` has their names and their words.
WORDS_AND_MOMENTS = {
    *("scoring", "content_area", "level", "status", "review_status", "created_at", "published_at", "locked_at"),
    "author",  # a link to a person, looked for by the name
}


def plant(**exam: Any) -> Exam:
    """Make an exam of every kind of item whose secrets all have names of their own."""
    area = {"shape": "circle", "x": 123.57, "y": 77.31, "radius": 17.923}
    points = zip("abcd", ((120, 80), (20, 20), (30, 20), (40, 20)), strict=True)
    spots = [{"id": id, "label": f"Spot {id}", "x": x, "y": y} for id, (x, y) in points]
    hotspot = {"areas": [area | {"score": "1"}, area | {"radius": 61.9123, "score": "0.4321"}]}
    bands = {"bands": [{"low": "1.2345", "high": "61.9123", "score": "1"}]}
    shares = {"key": list("abc"), "scoring_parameters": {"fractions": dict.fromkeys("abc", "33.33333")}}
    unit = {"scoring_parameters": {"factors": {"kT": "1", "T": "0.00123"}}}
    items = [
        item_material("D1-801", stem="Stem one", **REASONS),
        HOTSPOT | {"code": "D1-802", "key": hotspot, "regions": spots},
        SHORT_TEXT | {"code": "D1-803", "key": {"texts": ["canaryword", "*canarypiece*"]}},
        UNIT | {"code": "D1-804", "key": NUMBER} | unit,
        numeric_material("D1-805", stem="How far?", key=NUMBER, scoring="bands", scoring_parameters=bands),
        multiple_material("D1-806", stem="Which?", scoring="fractions_sum", **shares, **REASONS),
        ORDERING | {"code": "D1-807", "scoring": "positions"},
        MATCHING | {"code": "D1-808"},
        ESSAY | {"code": "D1-809", "key": RUBRIC},
        item_material("D1-810", stem="Stem four", **REASONS),
        ESSAY | {"code": "D1-811", "key": RUBRIC},
    ]
    items = [item | HIDDEN | {"item_set": f"canaryset-{number}"} for number, item in enumerate(items)]
    drawings = {"D1-802": HEAD.encode()}
    return make_exam(SCORED, TRIED_OUT, items=items, drawings=drawings, **exam)


def remark(by: User) -> None:
    """Let somebody who may read the bank comment on every item."""
    for version in ItemVersion.objects.all():
        comment(version=version, text="CANARYCOMMENT", by=by)


def raw(response: HttpResponse) -> str:
    """All of an answer, its headers included; a PDF by its words."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{_text(response)}"


def _text(response: HttpResponse) -> str:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if not content.startswith(b"%PDF"):
        return content.decode(errors="replace")
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def hashes() -> tuple[str, ...]:
    """Return what names an item or a drawing without telling what is in it."""
    rows = ItemVersion.objects.values_list("content_hash", "drawing__digest")
    return tuple({value for row in rows for value in row if value})


# What is drawn by lot or told by the clock holds any short secret now and then: "17.923" of a moment's seconds, "enem"
# of a token, "d1-801" of an id.
CHANCE = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d+"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|(?<=name=\"csrfmiddlewaretoken\" value=\")\w{64}(?=\")"
)


ISLANDS = '<option value="Atlantic/Canary">Canary</option>'  # a time zone to choose, and no secret


def named_in(text: str, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that a text holds, in capital letters or small ones, and not by chance."""
    small = CHANCE.sub(lambda found: found["moment"] or "", text.replace(ISLANDS, "")).lower()
    return [secret for secret in secrets if secret.lower() in small]


LINK = re.compile(r"""(?:href|src|action|poster|data-[a-z-]+)="(/[^"]*)"|"(/[a-z][^"\s]*)\"""")


def crawl(browser: Client, *seeds: str) -> dict[str, HttpResponse]:
    """Follow every link of the site from these pages, by address; files of the project itself are left out."""
    found: dict[str, HttpResponse] = {}
    waiting = list(seeds)
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith(("/static/", "/media/", "/cms/")):
            continue
        found[address] = browser.get(address)
        words = unescape(_text(found[address]))
        links = [one or other for one, other in LINK.findall(words)]
        if found[address].has_header("Location"):
            links.append(found[address]["Location"])
        waiting += [urldefrag(urljoin(address, link)).url for link in links]
    return found


def guesses(values: dict[str, Iterable[Any]]) -> Iterator[str]:
    """Every address of the site, its variable parts filled with each of the values of their type."""
    for name, pattern in own_patterns():
        parts = pattern.pattern.converters
        choices = [values[type(converter).__name__] for converter in parts.values()]
        for chosen in product(*choices):
            try:
                yield reverse(name, kwargs=dict(zip(parts, chosen, strict=True)))
            except NoReverseMatch:
                continue


def kinds() -> set[str]:
    """The kinds of item there are."""
    return {kind.value for kind in ItemKind}
