"""Moodle XML into the tree."""

import re
from dataclasses import replace

from exams.errors import ExchangeError
from exams.interchange.checking import CODE, checked
from exams.interchange.findings import Changes, Finding, RefusedItemError, UnsupportedItemError, examine
from exams.interchange.letters import with_letters
from exams.interchange.moodle.fields import feedback_texts, read_text, text_of, with_picture
from exams.interchange.moodle.kinds import READERS
from exams.interchange.tags import with_tags
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import Element

MOST_ITEMS = 2000
AREA = re.compile(r"[A-Z][0-9]{1,2}(?=\b|_)")
WORDS = {
    "cloze": "several gaps with answers of their own (cloze)",
    "calculated": "numbers that are made anew for everybody",
    "calculatedsimple": "numbers that are made anew for everybody",
    "calculatedmulti": "numbers that are made anew for everybody",
    "description": "nothing: it is a text without a question",
    "ddimageortext": "labels dragged onto a picture",
    "ddmarker": "markers dragged onto a picture",
    "ddwtos": "words dragged into gaps",
    "gapselect": "words chosen in gaps",
    "randomsamatch": "other questions by lot",
}


def read_quiz(root: Element) -> list[Finding]:
    """Read every question of a quiz. Raises `ExchangeError` for more than a file may hold."""
    questions = root.elements("question")
    if len(questions) > MOST_ITEMS:
        raise ExchangeError("too_many_items", f"The file holds more than {MOST_ITEMS} questions. Cut it into several.")
    findings, category = [], ""
    for number, question in enumerate(questions, start=1):
        if question.get("type") == "category":
            category = text_of(question.first("category")).strip()
            continue
        findings.append(_read_question(question, f"question {number}", category))
    return findings


def _read_question(question: Element, where: str, category: str) -> Finding:
    name, code = text_of(question.first("name")).strip(), _plain(question, "idnumber")

    def read(changes: Changes) -> ExchangeItem:
        item = _read(question, category, changes)
        if name and name != code:
            changes.add("title_dropped", f"Its name “{name[:100]}” is not kept; items have a code.")
        if code and not CODE.fullmatch(code):
            changes.add(
                "code_replaced", f"Its id number “{code[:60]}” cannot be a code here; it gets the next free one."
            )
            return checked(item, changes)
        return checked(replace(item, code=code), changes)

    return examine(where, code[:200], name[:200], read)


def _plain(question: Element, name: str) -> str:
    child = question.first(name)
    return child.text.strip() if child is not None else ""


def _read(question: Element, category: str, changes: Changes) -> ExchangeItem:
    kind = question.get("type")
    if kind not in READERS:
        asked = WORDS.get(kind, f"an answer of the type “{kind[:40]}”")
        raise UnsupportedItemError("type", f"It asks for {asked}, which items here cannot.")
    text = question.first("questiontext")
    if text is None:
        raise RefusedItemError("no_stem", "There is no question text.")
    stem, picture = with_picture(text, changes)
    tags = [text_of(tag).strip() for part in question.elements("tags") for tag in part.elements("tag")]
    rule = next((tag.removeprefix("scoring:") for tag in tags if tag.startswith("scoring:")), "")
    item = READERS[kind](question, rule, changes)
    item = replace(
        item,
        stem=stem,
        picture=picture,
        rationale=read_text(question.first("generalfeedback"), changes, "The feedback"),
    )
    item = with_letters(item, by_lot=True)
    comma = {"decimal_comma": True} if "decimals:comma" in tags else {}
    item = replace(item, parameters={**item.parameters, **comma})
    item = with_tags(item, [tag for tag in tags if tag], changes, own=("scoring", "decimals"))
    _say_lost(question, changes)
    return _in_category(item, category, changes)


def _say_lost(question: Element, changes: Changes) -> None:
    grade = _plain(question, "defaultgrade")
    if grade and grade.rstrip("0").rstrip(".") != "1":
        changes.add("points_dropped", f"It was worth {grade[:20]} points. Here every item is worth one.")
    if lost := feedback_texts(question):
        changes.add("feedback_dropped", f"Feedback and hints are not kept: “{lost[:300]}”.")


def _in_category(item: ExchangeItem, category: str, changes: Changes) -> ExchangeItem:
    last = category.rpartition("/")[2].strip()
    if not last or item.content_area:
        return item
    if found := AREA.match(last):
        return replace(item, content_area=found[0])
    changes.add("category_dropped", f"Its category “{last[:80]}” is not kept.")
    return item
