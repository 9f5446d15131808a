"""The editors of all kinds: stored content in, the same content out; rows that come and go; ids that stay."""

from typing import Any

import pytest

from exams.editors import EDITORS
from exams.editors.base import KindEditor
from exams.rules.item_material import ItemKind
from tests.factories.bank import MATCHING, ORDERING
from tests.factories.exams import item_material, multiple_material, numeric_material

CONTENTS = {
    ItemKind.SINGLE_CHOICE: item_material("D1-001"),
    ItemKind.MULTIPLE_RESPONSE: multiple_material("D1-001"),
    ItemKind.NUMERIC: numeric_material("D1-001"),
    ItemKind.ORDERING: ORDERING,
    ItemKind.MATCHING: MATCHING,
}
KINDS = list(CONTENTS)


def editor_of(kind: ItemKind, **typed: list[str]) -> KindEditor:
    content = CONTENTS[kind]
    taken = {option["id"] for option in content.get("options", ())}
    return EDITORS[kind]({**EDITORS[kind].typed_of(content), **typed}, taken)


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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not ItemKind.NUMERIC])
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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not ItemKind.NUMERIC])
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
