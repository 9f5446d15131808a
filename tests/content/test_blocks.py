"""What editors may put into a block, and what is refused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from content.blocks import CalloutBlock, CleanTextBlock, LessonBlocks, QuestionBlock, TableBlock, feedback_on


def option(text: str, correct: bool = False) -> dict[str, Any]:
    return {"text": text, "correct": correct, "reason": "Because."}


def question(**changes: Any) -> Any:
    block = QuestionBlock()
    value = {
        "stem": "<p>Which?</p>",
        "type": "single_choice",
        "options": [option("a", True), option("b")],
        "answer": "",
        "tolerance": "",
        "unit": "",
        "reason": "",
        **changes,
    }
    return block.clean(block.to_python(value))


def test_rich_text_is_cleaned_before_it_is_stored() -> None:
    block = CleanTextBlock()
    cleaned = block.clean(block.to_python('<p onclick="x()">a<script>y()</script></p>'))
    assert cleaned.source == "<p>a</p>"


def test_titles_are_escaped_when_shown() -> None:
    block = CalloutBlock()
    html = block.render(block.to_python({"kind": "note", "title": "<b>x</b>", "text": "<p>y</p>"}))
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_no_block_takes_raw_html_or_a_film_from_elsewhere() -> None:
    names = set(LessonBlocks().child_blocks)
    assert not names & {"raw_html", "embed", "html", "document", "image"}


def test_a_right_question_is_taken() -> None:
    assert feedback_on(question(), ["0"]).right


@pytest.mark.parametrize(
    "changes",
    [
        {"options": [option("a"), option("b")]},
        {"options": [option("a", True), option("b", True)]},
        {"options": [option("a", True)]},
        {"type": "multiple_response", "options": [option("a"), option("b")]},
        {"type": "numeric", "options": []},
        {"type": "numeric", "answer": "5", "tolerance": "-1", "unit": "mm", "reason": "<p>x</p>"},
        {"type": "numeric", "answer": "5", "tolerance": "1", "unit": "", "reason": "<p>x</p>"},
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        question(**changes)


@pytest.mark.parametrize("answers", [["x"], ["99999999999999999999"], ["-1"], [""], ["²"], []])
def test_nonsense_is_no_answer(answers: list[str]) -> None:
    assert not feedback_on(question(), answers).answered


def test_rows_have_as_many_cells_as_headings() -> None:
    block = TableBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"columns": ["a", "b"], "rows": [["<p>1</p>"]]}))
