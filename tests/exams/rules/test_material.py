"""Material of items, blueprints and forms, and every way in which it is refused."""

import pytest

from exams.errors import MaterialError
from exams.rules.form_faults import PlacedItem, form_faults
from exams.rules.form_material import read_blueprint, read_exam_form
from exams.rules.form_need import Area, FormNeed
from exams.rules.item_material import read_item
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, SHORT_TEXT, UNIT
from tests.factories.exams import blueprint_material, item_material, multiple_material, numeric_material


def without(material, key):
    return {name: value for name, value in material.items() if name != key}


def refused(read, material):
    with pytest.raises(MaterialError) as caught:
        read(material)
    return caught.value.code


@pytest.mark.parametrize(
    ("material", "code"),
    [
        (without(item_material("D1-001"), "rationale"), "missing_key"),
        (item_material("D1-001", note="x"), "unknown_key"),
        (item_material("D1-001", level="deep"), "unknown_word"),
        (item_material("D1-001", scoring="all_or_nothing"), "scoring_does_not_fit"),
        (item_material("D1-001", key=["z"]), "key_unusable"),
        (item_material("D1-001", key=[]), "key_unusable"),
        (item_material("D1-001", key=["a", "b"]), "key_unusable"),
        (multiple_material("D1-001", key=["a", "a"]), "key_unusable"),
        (item_material("D1-001", options=[{"id": "b", "text": "x", "reason": "y"}] * 2), "options_unusable"),
        (numeric_material("D1-001", key={"value": "x", "tolerance": "0", "unit": ""}), "key_unusable"),
        (numeric_material("D1-001", key={"value": "1", "tolerance": "-1", "unit": ""}), "key_unusable"),
        (numeric_material("D1-001", key={"value": "1", "tolerance": "Infinity", "unit": ""}), "key_unusable"),
        (numeric_material("D1-001", key=["a"]), "key_unusable"),
        (numeric_material("D1-001", key={"value": "NaN", "tolerance": "0", "unit": ""}), "key_unusable"),
    ],
)
def test_unusable_items(material, code):
    assert refused(read_item, material) == code


HOTSPOT_AREA = {"shape": "circle", "x": 50, "y": 40, "radius": 10, "score": "1"}


@pytest.mark.parametrize(
    ("material", "code"),
    [
        (multiple_material("D1-001", scoring="qti_map_response"), "parameters_unusable"),
        (multiple_material("D1-001", scoring_parameters={"mapping": {"a": "1"}}), "parameters_unusable"),
        (
            multiple_material("D1-001", scoring="qti_map_response", scoring_parameters={"mapping": {"a": "x"}}),
            "key_unusable",
        ),
        (  # b adds something and is not in the key: the key alone does not earn the full point
            multiple_material(
                "D1-001", scoring="qti_map_response", scoring_parameters={"mapping": {"a": "1", "b": "1", "c": "1"}}
            ),
            "key_unusable",
        ),
        (
            multiple_material("D1-001", scoring="fractions_sum", scoring_parameters={"fractions": {"a": "50"}}),
            "key_unusable",
        ),
        (numeric_material("D1-001", scoring="unit", scoring_parameters={"factors": {"mT": "2"}}), "key_unusable"),
        (numeric_material("D1-001", scoring="bands", scoring_parameters={"bands": []}), "key_unusable"),
        (numeric_material("D1-001", scoring="bands", scoring_parameters={"bands": [{"low": "1"}]}), "key_unusable"),
        ({**HOTSPOT, "key": {"areas": []}}, "key_unusable"),
        ({**HOTSPOT, "key": {"areas": [{**HOTSPOT_AREA, "radius": "wide"}]}}, "key_unusable"),
        ({**HOTSPOT, "key": {"areas": [{**HOTSPOT_AREA, "shape": "star"}]}}, "key_unusable"),
        ({**HOTSPOT, "key": {"areas": [{**HOTSPOT_AREA, "score": "0.5"}]}}, "key_unusable"),
        ({**HOTSPOT, "regions": [*HOTSPOT["regions"], {**HOTSPOT["regions"][0], "id": "e"}]}, "regions_unusable"),
        ({**SHORT_TEXT, "regions": HOTSPOT["regions"]}, "regions_unusable"),
        ({**SHORT_TEXT, "key": {"texts": []}}, "key_unusable"),
        ({**SHORT_TEXT, "scoring": "wildcard", "key": {"texts": ["*"]}}, "key_unusable"),
        ({**SHORT_TEXT, "key": ["a"]}, "key_unusable"),
        ({**SHORT_TEXT, "words": 50}, "words_unusable"),
        ({**ESSAY, "key": {**ESSAY["key"], "guidance": " "}}, "key_unusable"),
        ({**ESSAY, "key": {"guidance": "Names who is told."}}, "key_unusable"),
        ({**ESSAY, "key": {**ESSAY["key"], "criteria": []}}, "key_unusable"),
        ({**ESSAY, "key": {**ESSAY["key"], "criteria": [{"id": "a", "text": "x", "points": "0.3"}]}}, "key_unusable"),
        ({**ESSAY, "words": 9000}, "words_unusable"),
    ],
)
def test_unusable_keys_of_every_kind(material, code):
    drawing = HEAD.encode() if "figure" in material else None
    assert refused(lambda raw: read_item(raw, drawing), material) == code


def test_a_hotspot_needs_its_drawing():
    assert refused(read_item, {name: value for name, value in HOTSPOT.items() if name != "figure"}) == "figure_unusable"


def test_parameters_belong_to_the_digest():
    first = read_item(UNIT).digest
    assert read_item({**UNIT, "scoring_parameters": {"factors": {"T": "1", "mT": "0.001"}}}).digest != first
    assert read_item(HOTSPOT, HEAD.encode()).digest != read_item({**HOTSPOT, "regions": []}, HEAD.encode()).digest


def test_the_digest_covers_everything_and_nothing_else():
    base = read_item(item_material("D1-001")).digest
    assert read_item(dict(reversed(item_material("D1-001").items()))).digest == base
    assert read_item(item_material("D1-001", rationale="Other.")).digest != base
    assert read_item(item_material("D1-001", key=["c"])).digest != base


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cut_score": {"raw": 99, "method": "x"}}, "cut_unusable"),
        ({"cut_score": {"raw": "many", "method": "x"}}, "cut_unusable"),
        ({"minutes": 0}, "blueprint_unusable"),
        ({"content_areas": [{"code": "D1", "title": "x", "scored": 9}] * 2}, "blueprint_unusable"),
        ({"colour": "red"}, "unknown_key"),
    ],
)
def test_unusable_blueprints(changes, code):
    assert refused(read_blueprint, blueprint_material(code="b", scored=10, pretest=0, **changes)) == code


def test_a_form_knows_two_sections_only():
    form = {"code": "A", "blueprint": "b", "version": 1, "items": [{"item": "D1-001", "section": "warm-up"}]}
    assert refused(read_exam_form, form) == "unknown_word"


def place(code, section="scored", enemies=()):
    return PlacedItem(code, code.split("-")[0], section, frozenset(enemies))


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ([place("D1-1")], "D1 has 1 scored items, not 2"),
        ([place("D1-1"), place("D1-1")], "D1-1 stands 2 times"),
        ([place("D1-1"), place("D1-2"), place("D2-1")], "D2 is not an area of the blueprint"),
        ([place("D1-1"), place("D1-2"), place("D1-3", "pretest")], "it has 1 pretest items, not 0"),
        ([place("D1-1", enemies=["D1-2"]), place("D1-2")], "D1-1 and D1-2 must not share a form"),
    ],
)
def test_forms_that_break_their_blueprint(items, fault):
    assert form_faults(items, FormNeed(2, (Area("D1", "History", 2),))) == [fault]


def test_a_form_that_keeps_to_it():
    items = [place("D1-1", enemies=["D1-9"]), place("D1-2"), place("D1-3", "pretest")]
    assert form_faults(items, FormNeed(2, (Area("D1", "History", 2),), pretest=1)) == []
