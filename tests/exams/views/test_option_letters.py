"""Options stand and are lettered as written wherever people work with items, though their ids were drawn by lot."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exams.actions.authoring import content_of, edit_draft, revise
from exams.option_letters import in_letters
from exams.rules.item_workflow import Step
from exams.views.comparing import differences
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson
from tests.factories.exams import item_material, make_exam
from tests.factories.items import make_submitted, step_on

pytestmark = pytest.mark.django_db
TEXTS = {"c": "Round", "a": "Oval", "d": "Square", "b": "Flat"}
OPTIONS = [{"id": id, "text": text, "reason": "So."} for id, text in TEXTS.items()]
WRITTEN = ["a. Round", "b. Oval", "c. Square", "d. Flat"]
CHANGES: dict[str, Any] = {"options": OPTIONS, "key": ["a"]}  # Oval is right


def listed(client: Client, address: str) -> list[str]:
    """What the list of options with their reasons says, its key marked."""
    page = client.get(address).content.decode()
    found = re.findall(r'title">(\w\. \w+)</span>(<span class="tag tag--good">Key)?', page)
    return [f"{text}!" if right else text for text, right in found]


def previewed(client: Client, address: str) -> list[tuple[str, str]]:
    page = client.get(address).content.decode()
    return re.findall(r'option__letter">(\w)</span> <span>(\w+)', page)


def test_pages_of_those_who_work_with_an_item(
    item_author: User, exam_admin: User, make_person: MakePerson, client_for: Any
) -> None:
    wilma = make_person("Wilma Writer", Role.ITEM_AUTHOR)
    version = make_submitted(item_author, wilma, by=exam_admin, **CHANGES)
    code, right = version.item.code, [text + "!" * (text == "b. Oval") for text in WRITTEN]
    assert listed(client_for(item_author), reverse("exams:bank_item", args=[code])) == right
    review, browser = reverse("exams:item_review_page", args=[code, 1]), client_for(wilma)
    blind = previewed(browser, review)
    assert [letter for letter, _ in blind] == list("ABCD")
    assert [text for _, text in blind] != list(TEXTS.values())  # a key written first would give itself away
    browser.post(reverse("exams:item_answer", args=[code, 1]), {"go": "skip", "shown": version.content_hash})
    assert previewed(browser, review) == list(zip("abcd", TEXTS.values(), strict=True))
    assert listed(browser, review) == right
    step_on(version, Step.APPROVE, wilma)
    second = revise(item=version.item, by=item_author)
    new = content_of(second) | {"options": [OPTIONS[2], OPTIONS[1], OPTIONS[3]], "key": ["b"]}
    edit_draft(version=second, shown_hash=second.content_hash, content=new, by=item_author)
    compared = client_for(item_author).get(reverse("exams:item_compare", args=[code])).content.decode()
    parts = re.findall(r"<dt>(Option [^<]*|Key) <span[^>]*>Changed", compared)
    assert set(parts) == {"Key", "Option a of before"}
    found = {part.part: part for part in differences(content_of(version), new)}
    words = {name: [(piece.change.name, piece.text.strip()) for piece in found[name].pieces] for name in found}
    assert words["Option a"] == [("SAME", "Square")]
    assert {text for _, text in words["Key"]} == {"b", "c"}  # Oval before, Flat now


def test_the_page_of_a_key_correction(programme: Any, exam_admin: User, client_for: Any) -> None:
    make_exam(2, programme=programme, items=[item_material("D1-900", **CHANGES)])
    page = client_for(exam_admin).get(reverse("exams:key_change", args=["D1-900", 1])).content.decode()
    assert "<dd>b. Oval</dd>" in page
    assert re.findall(r'name="key" value="(\w)"[^>]*><span>(\w\. \w+)', page) == list(zip(TEXTS, WRITTEN, strict=True))


def test_figures_of_an_analysis_speak_of_letters() -> None:
    labels = ["a", "b", "c", "d", "omit"]
    stored = {
        "p": 0.5,
        "options": [{"option": label, "key": label == "a"} for label in labels],
        "groups": {label: [0.1] for label in labels},
        "flags": [
            {"code": "dead_option", "sentence": "Option c was chosen by 1, 0.2%; below 5% it is no real choice."}
        ],
    }
    shown = in_letters(stored, dict(zip(TEXTS, "abcd", strict=True)))
    assert [(o["option"], o["key"]) for o in shown["options"]] == [
        ("a", False),
        ("b", True),
        ("c", False),
        ("d", False),
        ("omit", False),
    ]
    assert list(shown["groups"]) == ["a", "b", "c", "d", "omit"]
    assert shown["flags"][0]["sentence"].startswith("Option a was chosen by 1")
    assert shown["p"] == 0.5
