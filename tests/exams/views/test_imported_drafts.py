"""Drafts from files in the form of authors: what it cannot write stays, and nothing is cut, from page to row."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from content.models.sources import Source
from exams.actions.authoring import content_of, create_item, edit_draft
from exams.actions.item_figures import keep_picture
from exams.errors import ItemError
from exams.models import ItemVersion
from lms.accounts.models import User
from tests.factories.bank import ESSAY, HOTSPOT, MATCHING, SHORT_TEXT, UNIT
from tests.factories.exams import multiple_material, numeric_material
from tests.factories.items import item_content
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db
ABC = "abcdefghijklmnopqrstuvwxyz"
KEY_COLUMNS = ("kind", "options", "prompts", "regions", "key", "reasons", "scoring", "scoring_parameters", "unit")
KEY_COLUMNS += ("answer_form", "fixed_order", "drawing_id", "figure_alt", "figure_caption")
BANDS = [{"low": "9", "high": "11", "score": "1"}, {"low": "5", "high": "15", "score": "0.5"}]
FROM_FILES: dict[str, dict[str, Any]] = {
    "unit": UNIT,
    "bands": numeric_material("D1-001", scoring="bands", scoring_parameters={"bands": BANDS})
    | {"key": {"value": "10", "tolerance": "1", "unit": "mm"}},
    "fractions_sum": multiple_material(
        "D1-001",
        scoring="fractions_sum",
        scoring_parameters={"fractions": {"a": "50", "c": "50", "d": "-50"}},
        fixed_order=True,
    ),
    "qti_map_response": multiple_material(
        "D1-001", scoring="qti_map_response", scoring_parameters={"mapping": {"a": "1", "c": "0.5"}, "default": "-1"}
    ),
    "qti_map_response_point": HOTSPOT
    | {
        "scoring": "qti_map_response_point",
        "scoring_parameters": {"upper_bound": "1", "default": "-0.25"},
        "key": {"areas": [{"shape": "circle", "x": "50", "y": "40", "radius": "10", "score": "1"}]},
    },
}


class Typed(HTMLParser):
    """What a browser would send of the form of a page; a template's fields are none of its."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._open = ""
        self._in_template = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "template":
            self._in_template = True
        elif tag == "input" and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self._send(name, told.get("value", "on" if told.get("type") == "checkbox" else ""))
        elif tag == "textarea":
            self._open = name
            self._send(name, "")
        elif tag == "select":
            self._open = name
        elif tag == "option" and "selected" in told:
            self._send(self._open, told["value"])

    def handle_data(self, data: str) -> None:
        if self._open and self.lasttag == "textarea":
            self.sent[self._open][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._open = ""
        elif tag == "template":
            self._in_template = False

    def _send(self, name: str, value: str) -> None:
        if name and not self._in_template and name not in ("csrfmiddlewaretoken", "picture"):
            self.sent.setdefault(name, []).append(value)


@pytest.fixture
def walt(item_author: User, client_for: Any) -> Client:
    for key in ("someone-2020", "barker-1985"):
        Source.objects.create(key=key, citation=f"A work of {key}.")
    client: Client = client_for(item_author)
    return client


def draft_of(material: dict[str, Any], author: User) -> ItemVersion:
    content = item_content(**material) | {"options": material.get("options", ())}
    drawing = keep_picture(content=picture(), by=author) if "figure" in material else None
    return create_item(content=content, drawing=drawing, by=author)


def saved_again(walt: Client, version: ItemVersion, **changes: Any) -> ItemVersion:
    """Open a draft and save what its page holds."""
    address = f"/items/{version.item.code}/{version.number}/edit/"
    typed = Typed(walt.get(address).content.decode()).sent
    page = walt.post(address, typed | changes, follow=True)
    assert "is saved as a draft." in page.content.decode(), page.context["form"].errors
    return ItemVersion.objects.get(pk=version.pk)


@pytest.mark.parametrize("rule", FROM_FILES)
def test_a_rule_that_the_form_cannot_write_is_kept_with_its_key(rule: str, walt: Client, item_author: User) -> None:
    draft = draft_of(FROM_FILES[rule], item_author)
    changes: dict[str, Any] = {"stem": "Better?", "rationale": "Because.", "level": "judge", "source": ["barker-1985"]}
    forged = {"scoring": "all_or_nothing", "right": ["0"], "value": "99", "figure_gone": "on", "fixed_order": ""}
    now = saved_again(walt, draft, **changes, **forged)
    assert (now.stem, now.rationale, now.level, now.sources) == ("Better?", "Because.", "judge", ["barker-1985"])
    assert now.scoring == rule
    assert [getattr(now, name) for name in KEY_COLUMNS] == [getattr(draft, name) for name in KEY_COLUMNS]


@pytest.mark.parametrize(
    ("material", "changes"),
    [
        (UNIT, {"scoring": "tolerance_absolute", "scoring_parameters": {}}),
        (UNIT, {"key": {"value": "2.5", "tolerance": "0.1", "unit": "T"}}),
        (UNIT, {"scoring_parameters": {"factors": {"T": "1", "mT": "1"}, "decimal_comma": True}}),
        (multiple_material("D1-001"), {"scoring": "fractions_sum", "scoring_parameters": {"fractions": {"a": "100"}}}),
    ],
)
def test_no_edit_changes_a_rule_that_comes_in_files(
    material: dict[str, Any], changes: dict[str, Any], item_author: User
) -> None:
    draft = draft_of(material, item_author)
    content = content_of(draft) | {"stem": "Better?"}
    with pytest.raises(ItemError) as refusal:
        edit_draft(version=draft, shown_hash=draft.content_hash, content=content | changes, by=item_author)
    assert refusal.value.code == "rule_kept"
    assert ItemVersion.objects.get().stem == draft.stem
    edit_draft(version=draft, shown_hash=draft.content_hash, content=content, by=item_author)
    assert ItemVersion.objects.get().stem == "Better?"


def test_the_page_shows_what_it_keeps_and_no_field_for_it(walt: Client, item_author: User) -> None:
    draft = draft_of(UNIT, item_author)
    address = f"/items/{draft.item.code}/1/edit/"
    page = walt.get(address)
    assertContains(page, "cannot write its scoring rule")
    assertContains(page, "One point within the tolerance, in the unit that was typed")
    assertContains(page, "mT: 0.001")
    assertNotContains(page, 'name="value"')
    assertNotContains(page, 'name="picture"')
    preview = walt.post(address, Typed(page.content.decode()).sent | {"go": "preview", "stem": "How strong now?"})
    assertContains(preview, "How strong now?")
    refused = walt.post(address, Typed(page.content.decode()).sent | {"go": "save", "stem": ""})
    assertContains(refused, "cannot write its scoring rule", status_code=422)


def test_a_key_with_more_rows_than_the_form_adds_is_saved_whole(walt: Client, item_author: User) -> None:
    texts = [f"text {letter}" for letter in ABC[:25]]
    version = draft_of(SHORT_TEXT | {"key": {"texts": texts}}, item_author)
    assert saved_again(walt, version).key == {"texts": texts}
    areas = [
        {"shape": "circle", "x": str(20 + 20 * n), "y": "60", "radius": "10", "score": "1" if n == 0 else "0.5"}
        for n in range(13)
    ]
    regions = [{"id": ABC[n], "label": f"Point {ABC[n]}", "x": str(20 + 20 * n), "y": "60"} for n in range(15)]
    version = draft_of(HOTSPOT | {"key": {"areas": areas}, "regions": regions}, item_author)
    now = saved_again(walt, version)
    assert (now.key, now.regions) == ({"areas": areas}, regions)
    prompts = [{"id": str(n), "text": f"Line {n}"} for n in range(1, 14)]
    key = {prompt["id"]: "a" if number % 2 else "b" for number, prompt in enumerate(prompts)}
    version = draft_of(MATCHING | {"prompts": prompts, "key": key}, item_author)
    now = saved_again(walt, version)
    assert (now.prompts, now.key) == (version.prompts, version.key)


def test_more_sources_than_usual_are_saved_whole(walt: Client, item_author: User) -> None:
    sources = [f"work-{number}" for number in range(1900, 1915)]
    Source.objects.bulk_create(Source(key=key, citation="C.") for key in sources)
    assert saved_again(walt, draft_of(ESSAY | {"sources": sources}, item_author)).sources == sources


def test_options_beyond_the_letters_are_refused_and_stay_on_the_page(walt: Client, item_author: User) -> None:
    options = [{"id": letter, "text": f"Choice {letter}", "reason": ""} for letter in ABC[:11]]
    draft = draft_of(multiple_material("D1-001", options=options), item_author)
    address = f"/items/{draft.item.code}/1/edit/"
    typed = Typed(walt.get(address).content.decode()).sent
    page = walt.post(address, typed)
    assertContains(page, "10 fit on the candidate’s page", status_code=422)
    assertContains(page, 'value="Choice k"', status_code=422)
    assert ItemVersion.objects.get(pk=draft.pk).options == draft.options


@pytest.mark.parametrize("material", [MATCHING, multiple_material("D1-001")])
def test_the_order_of_options_stays_fixed_until_the_author_frees_it(
    material: dict[str, Any], walt: Client, item_author: User
) -> None:
    draft = draft_of(material | {"fixed_order": True}, item_author)
    now = saved_again(walt, draft, stem="Better?")
    assert (now.stem, now.fixed_order) == ("Better?", True)
    assert saved_again(walt, now, fixed_order=[]).fixed_order is False
