"""The editors of all kinds: stored content in, the same content out; rows that come and go; ids that stay."""

from typing import Any

import pytest

from exams.editors import EDITORS
from exams.editors.base import KindEditor
from exams.rules.item_material import ItemKind
from tests.factories.bank import ESSAY, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT
from tests.factories.exams import item_material, multiple_material, numeric_material

# As versions hold them: numbers are text.
AREAS = [
    {"shape": "circle", "score": "1", "x": "50", "y": "40", "radius": "10"},
    {"shape": "rect", "score": "0.5", "x": "30", "y": "20", "width": "40", "height": "40"},
    {"shape": "polygon", "score": "0.25", "points": [["0", "0"], ["20", "0"], ["10.5", "9"]]},
]
REGIONS = [
    {"id": id, "label": f"Point {number}", "x": x, "y": "40"}
    for number, (id, x) in enumerate((("a", "50"), ("b", "90"), ("d", "170")), start=1)
]
CONTENTS: dict[ItemKind, dict[str, Any]] = {
    ItemKind.SINGLE_CHOICE: item_material("D1-001"),
    ItemKind.MULTIPLE_RESPONSE: multiple_material("D1-001"),
    ItemKind.NUMERIC: numeric_material("D1-001"),
    ItemKind.ORDERING: ORDERING,
    ItemKind.MATCHING: MATCHING,
    ItemKind.HOTSPOT: HOTSPOT | {"key": {"areas": AREAS}, "regions": REGIONS},
    ItemKind.SHORT_TEXT: SHORT_TEXT,
    ItemKind.ESSAY: ESSAY,
}
KINDS = list(CONTENTS)
WITH_OPTIONS = [kind for kind in KINDS if "options" in CONTENTS[kind]]
SIZE = (200, 100)


def editor_of(kind: ItemKind, **typed: list[str]) -> KindEditor:
    content = CONTENTS[kind]
    taken = {option["id"] for option in content.get("options", ())}
    return EDITORS[kind]({**EDITORS[kind].typed_of(content), **typed}, taken, SIZE)


def test_there_is_an_editor_for_every_kind_that_can_be_delivered() -> None:
    assert set(EDITORS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_comes_back_unchanged(kind: ItemKind) -> None:
    editor = editor_of(kind)
    assert editor.faults() == []
    assert editor.content() == {name: CONTENTS[kind][name] for name in editor.content()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_form_says_what_is_missing(kind: ItemKind) -> None:
    assert EDITORS[kind](EDITORS[kind].blank()).faults()


@pytest.mark.parametrize("kind", WITH_OPTIONS)
def test_rows_come_and_go_and_the_others_keep_what_was_typed(kind: ItemKind) -> None:
    editor: Any = editor_of(kind)
    before = editor.rows
    editor.change_rows("add_option")
    assert editor.rows[:-1] == before
    assert editor.rows[-1].text == ""
    assert editor.rows[-1].key not in {row.key for row in before}
    editor.change_rows(f"remove_option:{before[0].key}")
    assert editor.rows[:-1] == before[1:]
    for _ in range(20):
        editor.change_rows("add_option")
    assert len(editor.rows) == 10
    editor.change_rows("explode")
    assert len(editor.rows) == 10


def test_lines_of_a_matching_item_come_and_go() -> None:
    editor: Any = editor_of(ItemKind.MATCHING)
    before = editor.prompts
    editor.change_rows("add_prompt")
    editor.change_rows(f"remove_prompt:{before[0].key}")
    assert editor.prompts[:-1] == before[1:]


def test_a_new_option_never_gets_an_id_that_the_item_used_before() -> None:
    typed = EDITORS[ItemKind.SINGLE_CHOICE].typed_of(CONTENTS[ItemKind.SINGLE_CHOICE])
    typed["option_id"][0] = ""
    (first, *others) = EDITORS[ItemKind.SINGLE_CHOICE](typed, set("abcdefg")).content()["options"]
    assert first["id"] == "h"
    assert [option["id"] for option in others] == ["b", "c", "d"]


def test_an_id_that_the_item_does_not_know_is_not_taken_from_the_form() -> None:
    typed = EDITORS[ItemKind.SINGLE_CHOICE].typed_of(CONTENTS[ItemKind.SINGLE_CHOICE])
    typed["option_id"] = ["<script>", "b", "b", "d"]
    ids = [option["id"] for option in EDITORS[ItemKind.SINGLE_CHOICE](typed, set("abcd")).content()["options"]]
    assert ids[1::2] == ["b", "d"]
    assert set(ids[0::2]) == {"e", "f"}


@pytest.mark.parametrize("kind", WITH_OPTIONS)
def test_the_order_of_new_ids_does_not_tell_the_key(kind: ItemKind) -> None:
    """Typed in the right order, or the right option first, ids by the alphabet would tell the page's reader which."""
    content = CONTENTS[kind]
    seen = set()
    for _ in range(40):
        typed = EDITORS[kind].typed_of(content) | {"option_id": [""] * len(content["options"])}
        seen.add(tuple(option["id"] for option in EDITORS[kind](typed).content()["options"]))
    assert len(seen) > 1


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (ItemKind.SINGLE_CHOICE, {"right": []}, "mark the one right option"),
        (ItemKind.SINGLE_CHOICE, {"right": ["0", "1"]}, "mark the one right option"),
        (ItemKind.MULTIPLE_RESPONSE, {"right": []}, "mark the right options"),
        (ItemKind.SINGLE_CHOICE, {"option_text": ["One", "", "", ""]}, "two or more"),
        (ItemKind.SINGLE_CHOICE, {"option_text": ["One", "One", "", ""]}, "the same"),
        (ItemKind.ORDERING, {"option_place": ["1", "1", "2"]}, "places 1 to 3"),
        (ItemKind.MATCHING, {"prompt_option": ["0", ""]}, "give each line one of the options"),
        (ItemKind.MATCHING, {"prompt_text": ["Alone", ""]}, "two or more"),
        (ItemKind.NUMERIC, {"value": [""]}, "right number"),
        (ItemKind.NUMERIC, {"value": ["61,6"], "comma": ["on"]}, "“61,6” with a point for decimals"),
        (ItemKind.NUMERIC, {"value": ["61 %"]}, "right number “61 %” is not a number"),
        (ItemKind.NUMERIC, {"tolerance": ["-1"]}, "tolerance is 0 or more"),
        (ItemKind.NUMERIC, {"tolerance": ["Infinity"]}, "tolerance “Infinity” is not a number"),
        (ItemKind.SHORT_TEXT, {"accepted": ["", ""]}, "one accepted text or more"),
        (ItemKind.SHORT_TEXT, {"accepted": ["a" * 201, ""]}, "at most 200"),
        (ItemKind.SHORT_TEXT, {"accepted": ["APB", " apb "]}, "are the same"),
        (ItemKind.SHORT_TEXT, {"accepted": ["* *", "APB"], "scoring": ["wildcard"]}, "accept every answer"),
        (ItemKind.ESSAY, {"guidance": [" "]}, "what a good answer holds"),
        (ItemKind.ESSAY, {"criterion_text": ["", "", ""], "criterion_points": ["", "", ""]}, "one line or more"),
        (ItemKind.ESSAY, {"criterion_points": ["2", "", "2"]}, "is worth 0.5 to 10 points"),
        (ItemKind.ESSAY, {"criterion_points": ["2", "0.25", "2"]}, "is worth 0.5 to 10 points"),
        (ItemKind.ESSAY, {"criterion_points": ["2", "11", "2"]}, "is worth 0.5 to 10 points"),
        (ItemKind.ESSAY, {"criterion_text": ["One", "", "Three"]}, "says what to look for"),
        (ItemKind.ESSAY, {"criterion_text": ["One", "one", "Three"]}, "two lines are the same"),
        (ItemKind.ESSAY, {"words": ["many"]}, "whole number up to 1500"),
        (ItemKind.ESSAY, {"words": ["1501"]}, "whole number up to 1500"),
        (ItemKind.HOTSPOT, {"area_row": []}, "draw one area or more"),
        (ItemKind.HOTSPOT, {"area_x": ["", "30", ""]}, "Area 1: type the middle and the radius"),
        (ItemKind.HOTSPOT, {"area_x": ["-1", "30", ""]}, "Area 1: type the middle and the radius"),
        (ItemKind.HOTSPOT, {"area_radius": ["0", "", ""]}, "Area 1: type the middle and the radius"),
        (ItemKind.HOTSPOT, {"area_width": ["", "wide", ""]}, "Area 2: type the corner"),
        (ItemKind.HOTSPOT, {"area_points": ["", "", "0,0 20,0"]}, "Area 3: type three corners"),
        (ItemKind.HOTSPOT, {"area_points": ["", "", "0,0 20,0 here"]}, "Area 3: type three corners"),
        (ItemKind.HOTSPOT, {"area_score": ["1", "0", "0.25"]}, "Area 2: it is worth more than 0"),
        (ItemKind.HOTSPOT, {"area_score": ["1", "1.5", "0.25"]}, "Area 2: it is worth more than 0"),
        (ItemKind.HOTSPOT, {"area_score": ["1", "0,5", "0.25"]}, "Area 2: it is worth more than 0"),
        (ItemKind.HOTSPOT, {"area_radius": ["45", "", ""]}, "Area 1: it lies partly outside the picture"),
        (ItemKind.HOTSPOT, {"area_radius": ["2", "", ""]}, "Area 1: nobody can hit it"),
        (ItemKind.HOTSPOT, {"area_score": ["0.9", "0.5", "0.25"], "region_row": []}, "has to be worth 1"),
        (ItemKind.HOTSPOT, {"region_label": ["Point 1", "", "Point 3"]}, "each has words and a place"),
        (ItemKind.HOTSPOT, {"region_x": ["50", "left", "170"]}, "each has words and a place"),
        (ItemKind.HOTSPOT, {"region_x": ["50", "50", "170"]}, "the same place"),
        (ItemKind.HOTSPOT, {"region_label": ["Here", "HERE", "There"]}, "the same words"),
        (ItemKind.HOTSPOT, {"region_x": ["50", "201", "170"]}, "outside the picture"),
        (ItemKind.HOTSPOT, {"region_x": ["75", "90", "170"]}, "one has to lie in an area that is worth 1"),
        (ItemKind.HOTSPOT, {"region_row": ["0"]}, "another one outside"),
    ],
)
def test_each_fault_says_what_to_do(kind: ItemKind, typed: dict[str, list[str]], words: str) -> None:
    (fault,) = editor_of(kind, **typed).faults()
    assert words in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_preview_gets_holds_neither_ids_nor_reasons(kind: ItemKind) -> None:
    shown = editor_of(kind).shown()
    keys = {row["id"] for row in (*shown["options"], *shown["prompts"])}
    assert all(key.isdecimal() for key in keys)
    assert {name for row in shown["options"] for name in row} <= {"id", "text"}


def test_an_area_over_the_whole_picture_would_make_every_point_right() -> None:
    (fault,) = editor_of(
        ItemKind.HOTSPOT,
        area_shape=["polygon", "rect", "polygon"],
        area_points=["0,0 200,0 200,100 0,100", "", "0,0 20,0 10,9"],
        region_row=[],
    ).faults()
    assert "it covers the whole picture" in fault.sentence


def test_areas_are_added_in_the_middle_and_get_rings_round_them() -> None:
    editor: Any = EDITORS[ItemKind.HOTSPOT]({}, (), SIZE)
    for go in ("add_circle", "add_rect", "add_polygon", "add_star", "ring:1", "ring:0"):
        editor.change_rows(go)
    circle, ring, rectangle, frame, polygon = (row.raw for row in editor.rows)
    assert circle == {"shape": "circle", "score": "1", "x": "100", "y": "50", "radius": "10"}
    assert ring == circle | {"score": "0.5", "radius": "20"}
    assert rectangle == {"shape": "rect", "score": "0.5", "x": "90", "y": "40", "width": "20", "height": "20"}
    assert frame == rectangle | {"score": "0.25", "x": "80", "y": "30", "width": "40", "height": "40"}
    assert polygon["points"] == [["90", "60"], ["100", "40"], ["110", "60"]]
    assert editor.faults() == []
    editor.change_rows("remove_area:0")
    assert [row.shape for row in editor.rows] == ["circle", "rect", "rect", "polygon"]
    for _ in range(20):
        editor.change_rows("add_circle")
        editor.change_rows("add_region")
    assert (len(editor.rows), len(editor.regions)) == (10, 12)
    editor.change_rows("remove_region:0")
    assert len(editor.regions) == 11


def test_rings_are_drawn_beneath_their_target_and_half_an_area_not_at_all() -> None:
    editor: Any = editor_of(ItemKind.HOTSPOT, area_points=["", "", "0,0"])
    assert [(shape.number, shape.is_full) for shape in editor.overlay.shapes] == [(2, False), (1, True)]
    assert [point[2] for point in editor.overlay.points] == ["Point 1", "Point 2", "Point 3"]


def test_rows_of_texts_and_of_a_rubric_come_and_go() -> None:
    for kind, what, most in ((ItemKind.SHORT_TEXT, "text", 20), (ItemKind.ESSAY, "criterion", 12)):
        editor: Any = editor_of(kind)
        before = editor.rows
        editor.change_rows(f"add_{what}")
        editor.change_rows(f"remove_{what}:{before[0].key}")
        assert editor.rows[:-1] == before[1:]
        for _ in range(30):
            editor.change_rows(f"add_{what}")
        assert len(editor.rows) == most
        assert not editor.can_add


def test_a_new_line_of_a_rubric_gets_an_id_that_no_other_line_has() -> None:
    typed = {
        "criterion_row": ["0", "1", "2", "3"],
        "criterion_id": ["b", "", "b", "<b>"],
        "criterion_text": ["One", "Two", "Three", "Four"],
        "criterion_points": ["1", "1", "1", "1"],
        "guidance": ["G"],
    }
    criteria = EDITORS[ItemKind.ESSAY](typed).content()["key"]["criteria"]
    assert [line["id"] for line in criteria] == ["b", "a", "c", "d"]


@pytest.mark.parametrize(
    ("rule", "accepted", "answers"),
    [
        (
            "normalised_equal",
            "Motor cortex",
            {" motor   CORTEX": True, "motor-cortex": False, "the motor cortex": False},
        ),
        ("wildcard", "*motor* cortex", {"The motor cortex": True, "motor cortices": False, "Premotor cortex": True}),
        ("normalised_equal", "*", {"*": True, "a": False}),
        ("wildcard", r"5 \*", {"5 *": True, "5 mm": False}),
    ],
)
def test_answers_are_tried_by_the_scorer_of_the_exam(rule: str, accepted: str, answers: dict[str, bool]) -> None:
    editor: Any = editor_of(
        ItemKind.SHORT_TEXT, scoring=[rule], accepted=[accepted, ""], tries=["\r\n".join([*answers, "", "a" * 201])]
    )
    *tried, long = editor.tried
    assert [(one.fits == accepted) for one in tried] == list(answers.values())
    assert (long.fits, long.too_long) == (None, True)
