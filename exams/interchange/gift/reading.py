"""GIFT into the tree."""

import re
from dataclasses import dataclass, replace

from exams.errors import ExchangeError
from exams.interchange.checking import CODE, checked
from exams.interchange.findings import Changes, Finding, RefusedItemError, UnsupportedItemError, examine
from exams.interchange.gift.answers import Asked, read_answers
from exams.interchange.gift.escapes import hidden, shown
from exams.interchange.letters import with_letters
from exams.interchange.tags import with_tags
from exams.interchange.texts import markdown_from
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ItemKind

MOST_ITEMS = 2000
LONGEST_QUESTION = 40_000
BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
BRACKETED = re.compile(r"\[(id|tag):([^\]\n]*)\]")
TITLE = re.compile(r"::(.*?)::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
CATEGORY = re.compile(r"\$CATEGORY:\s*(.*)")
AREA = re.compile(r"[A-Z][0-9]{1,2}(?=\b|_)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class _Chunk:
    """One question as it stands between blank lines."""

    text: str
    code: str
    tags: tuple[str, ...]
    category: str


def read_gift(text: str) -> list[Finding]:
    """Read every question of a file. Raises `ExchangeError` for more than a file may hold."""
    findings: list[Finding] = []
    category = ""
    for part in BLANK_LINE.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n \t")):
        chunk = _chunk_of(part, category)
        category = chunk.category
        if not chunk.text.strip():
            continue
        if len(findings) >= MOST_ITEMS:
            raise ExchangeError(
                "too_many_items", f"The file holds more than {MOST_ITEMS} questions. Cut it into several."
            )
        findings.append(_read_chunk(chunk, f"question {len(findings) + 1}"))
    return findings


def _chunk_of(part: str, category: str) -> _Chunk:
    lines, code, tags = [], "", []
    for line in part.split("\n"):
        if line.lstrip().startswith("//"):
            found = BRACKETED.findall(line)
            code = next((value.strip() for name, value in found if name == "id"), code)
            tags += [value.strip() for name, value in found if name == "tag"]
        elif named := CATEGORY.match(line.strip()):
            category = named[1].strip()
        else:
            lines.append(line)
    return _Chunk("\n".join(lines), code, tuple(tag for tag in tags if tag), category)


def _read_chunk(chunk: _Chunk, where: str) -> Finding:
    written = TITLE.match(hidden(chunk.text).lstrip()) if len(chunk.text) <= LONGEST_QUESTION else None
    title = shown(written[1]).strip() if written else ""

    def read(changes: Changes) -> ExchangeItem:
        if len(chunk.text) > LONGEST_QUESTION:
            raise RefusedItemError("text_too_long", f"It has more than {LONGEST_QUESTION} characters.")
        if CONTROL.search(chunk.text):
            raise RefusedItemError("text_broken", "A text holds control characters. Take them out.")
        item = _read(chunk, changes)
        if title and title != chunk.code:
            changes.add("title_dropped", f"Its title “{title[:100]}” is not kept; items have a code.")
        if chunk.code and not CODE.fullmatch(chunk.code):
            changes.add(
                "code_replaced", f"Its id “{chunk.code[:60]}” cannot be a code here; it gets the next free one."
            )
            return checked(item, changes)
        return checked(replace(item, code=chunk.code), changes)

    return examine(where, chunk.code[:200], title[:200], read)


def _read(chunk: _Chunk, changes: Changes) -> ExchangeItem:
    text = hidden(chunk.text).lstrip()
    if titled := TITLE.match(text):
        text = text[titled.end() :]
    form = "moodle"
    if found := FORMAT.match(text.lstrip()):
        form, text = found[1].lower(), text.lstrip()[found.end() :]
    before, answers, after = _parts(text)
    joined = f"{before} ____ {after}" if after.strip() else before
    if after.strip() and form == "markdown":
        joined = f"{before} \\_\\_\\_\\_ {after}"
    stem = markdown_from(shown(joined).strip(), form, changes, "The question")
    rule = next((tag.removeprefix("scoring:") for tag in chunk.tags if tag.startswith("scoring:")), "")
    answers, rationale = _with_rationale(answers, form, changes)
    item = read_answers(Asked(answers, form, rule), changes)
    item = with_letters(replace(item, stem=stem, rationale=rationale), by_lot=True)
    return _with_facts(item, chunk, changes)


def _parts(text: str) -> tuple[str, str, str]:
    """Cut a question at its braces into what stands before, in and after them."""
    opened, closed = text.count("{"), text.count("}")
    if opened == closed == 0:
        raise UnsupportedItemError("type", "It asks for nothing: it is a text without a question.")
    if opened > 1 and opened == closed:
        raise UnsupportedItemError("interactions", "It has several places for answers, and items here have one.")
    start, end = text.find("{"), text.find("}")
    if opened != closed or end < start:
        raise RefusedItemError("braces", "Its braces do not fit together. Write \\{ and \\} for braces in texts.")
    return text[:start], text[start + 1 : end], text[end + 1 :]


def _with_rationale(answers: str, form: str, changes: Changes) -> tuple[str, str]:
    body, sign, told = answers.partition("####")
    if not sign:
        return answers, ""
    return body, markdown_from(shown(told).strip(), form, changes, "The feedback")


def _with_facts(item: ExchangeItem, chunk: _Chunk, changes: Changes) -> ExchangeItem:
    if "decimals:comma" in chunk.tags:
        item = replace(item, parameters={**item.parameters, "decimal_comma": True})
    unit = next((tag.removeprefix("unit:") for tag in chunk.tags if tag.startswith("unit:")), "")
    if unit and item.kind is ItemKind.NUMERIC:
        item = replace(item, key={**item.key, "unit": unit})
    item = with_tags(item, chunk.tags, changes, own=("scoring", "decimals", "unit"))
    last = chunk.category.rpartition("/")[2].strip()
    if not last or item.content_area:
        return item
    if found := AREA.match(last):
        return replace(item, content_area=found[0])
    changes.add("category_dropped", f"Its category “{last[:80]}” is not kept.")
    return item
