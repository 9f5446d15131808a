"""All prose of the material as passages that know where they stand, so that a check on wording sees every text once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.reader.item_shapes import Item
from content.reader.lessons import Block, Lesson, Table
from content.reader.material import Material
from content.reader.references import lessons_of
from content.reader.shapes import Callout, Case, Fact, Figure, Media, Question, Steps, Summary

QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
MARKS = re.compile(r"[*_`#>|]|\]\([^)]*\)|\[")


@dataclass(frozen=True)
class Passage:
    """One stretch of prose. `claims` is false where the text is shown as wrong: a distractor, a misconception.

    `frame` is what stands around it and belongs to its meaning: the heading of the screen, the title of the block.
    """

    code: str
    file: str
    line: int
    text: str
    frame: str = ""
    claims: bool = True
    kind: str = "text"


def keys_of(item: Item) -> set[str]:
    """Return the ids of the options that a key lists; empty for numbers, pairs and points on a drawing."""
    return set(item.key) if isinstance(item.key, tuple) else set()


def plain(text: str) -> str:
    """Return Markdown without its marks."""
    return MARKS.sub("", text)


def without_quotations(text: str) -> str:
    """Return a text without what stands in quotation marks: words that are somebody's, not ours."""
    return QUOTED.sub(" … ", text)


def passages_of(material: Material) -> Iterator[Passage]:
    """Yield every passage of lessons and items."""
    for lesson in lessons_of(material.courses):
        yield from lesson_passages(lesson)
    for item in material.items:
        yield from _item_passages(item, *material.place_of(item))


def lesson_passages(lesson: Lesson) -> Iterator[Passage]:
    """Yield the passages of one lesson in order."""
    heading = ""
    for block in lesson.blocks:
        if block.kind == "heading":
            heading = str(block.value)
        framed = " ".join([lesson.head.title, heading])
        if isinstance(block.value, Question):
            for text, frame, claims, kind in _question_texts(block.value):
                yield Passage(lesson.head.code, lesson.file, block.line, plain(text), f"{framed} {frame}", claims, kind)
        for text, frame, claims in _texts(block):
            yield Passage(
                lesson.head.code, lesson.file, block.line, plain(text), f"{framed} {frame}", claims, block.kind
            )


def _question_texts(question: Question) -> Iterator[tuple[str, str, bool, str]]:
    yield question.stem, "", False, "stem"
    for option in question.options or ():
        yield option.text, question.stem, option.correct, "key" if option.correct else "distractor"
        yield option.reason, f"{question.stem} {option.text}", True, "reason"
    if question.reason:
        yield question.reason, question.stem, True, "reason"


def _texts(block: Block) -> Iterator[tuple[str, str, bool]]:
    """Yield text, frame and whether it is claimed as true."""
    value = block.value
    if isinstance(value, str):
        yield value, "", True
    elif isinstance(value, Table):
        yield from ((" | ".join(row), " ".join(value.columns), True) for row in value.rows)
    elif isinstance(value, Callout):
        yield value.title, "", value.kind != "misconception"
        yield value.text, value.title, True
    elif isinstance(value, Fact):
        yield value.text, "", True
    elif isinstance(value, Summary):
        yield from ((point, "", True) for point in value.points)
    else:
        yield from _scene_texts(value)


def _scene_texts(value: object) -> Iterator[tuple[str, str, bool]]:
    if isinstance(value, Figure):
        yield value.caption, value.alt, True
    elif isinstance(value, Steps):
        for step in value.steps:
            yield step.text, f"{value.title} {step.why or ''}", True
    elif isinstance(value, Case):
        frame = f"{value.title} {value.text} {value.question}"
        yield from ((text, frame, claims) for text, claims in ((value.text, False), (value.answer, True)))
    elif isinstance(value, Media):
        yield value.transcript, value.title, True


def _item_passages(item: Item, file: str, line: int) -> Iterator[Passage]:
    keys = keys_of(item)
    yield Passage(item.code, file, line, plain(item.stem), "", False, "stem")
    for option in item.options or ():
        is_key = option.id in keys
        yield Passage(item.code, file, line, option.text, plain(item.stem), is_key, "key" if is_key else "distractor")
        yield Passage(item.code, file, line, option.reason, plain(item.stem) + option.text, True, "reason")
    yield Passage(item.code, file, line, plain(item.rationale), plain(item.stem), True, "rationale")
