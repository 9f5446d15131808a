"""What stands between the braces of a GIFT question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.first_match import patterns_meet, refuse_taken
from exams.interchange.gift.escapes import shown
from exams.interchange.letters import LETTERS
from exams.interchange.number_answers import NumberAnswer, with_answers
from exams.interchange.numbers import exact_text, number_text
from exams.interchange.rubrics import essay_key
from exams.interchange.texts import from_star_texts, line_from, one_line
from exams.interchange.tree import ExchangeItem, Option, Prompt
from exams.interchange.weights import item_of_percents
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule

TRUTH = re.compile(r"(TRUE|T|FALSE|F)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
MARK = re.compile(r"([=~])")
WEIGHT = re.compile(r"%(-?[0-9.]+)%")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
ARROW = "->"


@dataclass(frozen=True)
class Asked:
    """The text between the braces, the format of its texts, and the rule that a tag names."""

    text: str
    form: str
    rule: str


@dataclass(frozen=True)
class _Entry:
    """One answer: `=` or `~`, its percentage where one is written, its text and the feedback to it."""

    mark: str
    weight: str
    text: str
    feedback: str


def _blank(kind: ItemKind) -> ExchangeItem:
    return ExchangeItem("", kind, next(iter(RULES_OF_KIND[kind])), "", None)


def read_answers(asked: Asked, changes: Changes) -> ExchangeItem:
    """Read kind, options and key."""
    text = asked.text.strip()
    if not text:
        return replace(_blank(ItemKind.ESSAY), scoring=ScoringRule.MANUAL, key=essay_key("", [], changes))
    if found := TRUTH.fullmatch(text):
        return _true_false(found, asked, changes)
    if text.startswith("#"):
        return _number(text[1:].strip(), asked, changes)
    entries = _entries(text)
    marks = {entry.mark for entry in entries}
    if marks == {"="} and all(ARROW in entry.text for entry in entries):
        return _matching(entries, asked, changes)
    if marks == {"="}:
        return _short_text(entries, asked, changes)
    return _choices(entries, asked, changes)


def _entries(text: str) -> list[_Entry]:
    first, *rest = MARK.split(text)
    if first.strip() or not rest:
        raise RefusedItemError("answers", "Its answers do not begin with = or ~.")
    marks, bodies = rest[::2], rest[1::2]
    if len(bodies) > len(LETTERS):
        raise UnsupportedItemError("too_many_options", f"It has more than {len(LETTERS)} answers.")
    return [_entry(mark, body.strip()) for mark, body in zip(marks, bodies, strict=True)]


def _entry(mark: str, body: str) -> _Entry:
    weight = ""
    if found := WEIGHT.match(body):
        weight, body = number_text(found[1], "A percentage"), body[found.end() :]
    text, _, feedback = body.partition("#")
    return _Entry(mark, weight, text.strip(), feedback.strip())


def _line(text: str, asked: Asked, changes: Changes, what: str) -> str:
    form = asked.form
    if found := FORMAT.match(text):
        form, text = found[1].lower(), text[found.end() :]
    return line_from(shown(text), form, changes, what)


def _true_false(found: re.Match[str], asked: Asked, changes: Changes) -> ExchangeItem:
    is_true = found[1].upper().startswith("T")
    # The first feedback is for those who are wrong, the second for those who are right.
    wrong, _, right = (found[2] or "").partition("#")
    told = {is_true: right, not is_true: wrong}
    options = tuple(
        Option(letter, word, _line(told[truth].strip(), asked, changes, f"Feedback to {word}"))
        for letter, word, truth in (("a", "True", True), ("b", "False", False))
    )
    key = ("a",) if is_true else ("b",)
    item = _blank(ItemKind.SINGLE_CHOICE)
    return replace(item, options=options, key=key, scoring=ScoringRule.MATCH_CORRECT, fixed_order=True)


def _number(text: str, asked: Asked, changes: Changes) -> ExchangeItem:
    entries = _entries(text) if text.startswith("=") else [_entry("=", text)]
    if any(entry.feedback for entry in entries):
        lost = " / ".join(shown(entry.feedback) for entry in entries if entry.feedback)
        changes.add("feedback_dropped", f"Feedback to single answers is not kept: “{lost[:300]}”.")
    if any(entry.mark == "~" and entry.text for entry in entries):
        raise UnsupportedItemError("partly_right", "Every other number has an answer of its own.")
    answers = [_number_answer(entry) for entry in entries if entry.mark == "="]
    return with_answers(_blank(ItemKind.NUMERIC), answers, changes)


def _number_answer(entry: _Entry) -> NumberAnswer:
    text, percent = shown(entry.text), entry.weight or "100"
    if ".." in text:
        low, _, high = text.partition("..")
        ends = Fraction(number_text(low, "The key")), Fraction(number_text(high, "The key"))
        value, tolerance = exact_text((ends[0] + ends[1]) / 2), exact_text((ends[1] - ends[0]) / 2)
        if value is None or tolerance is None or ends[1] < ends[0]:
            raise RefusedItemError("not_a_number", f"“{text[:40]}” is no range.")
        return NumberAnswer(value, tolerance, percent)
    value_text, _, tolerance_text = text.partition(":")
    tolerance = number_text(tolerance_text or "0", "A tolerance")
    if tolerance.startswith("-"):
        raise RefusedItemError("not_a_number", "A tolerance is less than nothing.")
    return NumberAnswer(number_text(value_text, "The key"), tolerance, percent)


def _matching(entries: Sequence[_Entry], asked: Asked, changes: Changes) -> ExchangeItem:
    option_of: dict[str, Option] = {}
    lines: list[tuple[str, str]] = []
    if any(entry.feedback or entry.weight for entry in entries):
        changes.add("feedback_dropped", "Feedback and percentages of single pairs are not kept.")
    for entry in entries:
        left, _, right = entry.text.partition(ARROW)
        text = one_line(shown(right))
        option_of.setdefault(text, Option(LETTERS[len(option_of)], text, ""))
        if line := _line(left.strip(), replace(asked, form="plain"), changes, "A line"):
            lines.append((line, option_of[text].id))
    prompts = tuple(Prompt(str(number), line) for number, (line, _) in enumerate(lines, start=1))
    key = {str(number): option for number, (_, option) in enumerate(lines, start=1)}
    scoring = ScoringRule.ALL_OR_NOTHING if asked.rule == ScoringRule.ALL_OR_NOTHING else ScoringRule.PER_PAIR
    item = _blank(ItemKind.MATCHING)
    return replace(item, options=tuple(option_of.values()), prompts=prompts, key=key, scoring=scoring)


def _short_text(entries: Sequence[_Entry], asked: Asked, changes: Changes) -> ExchangeItem:
    if any(Fraction(entry.weight or "100") not in (0, 100) for entry in entries):
        raise UnsupportedItemError("partly_right", "Some texts earn a part of the points. Here a text is right or not.")
    if any(entry.feedback for entry in entries):
        lost = " / ".join(shown(entry.feedback) for entry in entries if entry.feedback)
        changes.add("feedback_dropped", f"Feedback to single answers is not kept: “{lost[:300]}”.")
    worth = [(one_line(shown(entry.text)), Fraction(entry.weight or "100")) for entry in entries]
    refuse_taken(worth, patterns_meet)
    texts = list(dict.fromkeys(text for text, percent in worth if percent > 0))
    if not texts or "*" in texts:
        raise RefusedItemError("key_missing", "No text is right, or every text is (*).")
    return from_star_texts(_blank(ItemKind.SHORT_TEXT), texts, asked.rule)


def _choices(entries: Sequence[_Entry], asked: Asked, changes: Changes) -> ExchangeItem:
    options = tuple(
        Option(
            letter,
            _line(entry.text, asked, changes, f"Option {letter}"),
            _line(entry.feedback, asked, changes, f"Feedback to option {letter}"),
        )
        for letter, entry in zip(LETTERS, entries, strict=False)
    )
    percents = {
        option.id: entry.weight or ("100" if entry.mark == "=" else "0")
        for option, entry in zip(options, entries, strict=True)
    }
    kind = ItemKind.SINGLE_CHOICE if any(entry.mark == "=" for entry in entries) else ItemKind.MULTIPLE_RESPONSE
    return item_of_percents(replace(_blank(kind), options=options), percents, asked.rule, changes)
