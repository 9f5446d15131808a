"""The kinds of questions of Moodle that items here can be."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.first_match import patterns_meet, refuse_taken
from exams.interchange.letters import LETTERS
from exams.interchange.moodle.fields import read_line, read_text, text_of
from exams.interchange.number_answers import NumberAnswer, with_answers
from exams.interchange.numbers import exact_text, is_true, number_text
from exams.interchange.rubrics import essay_key
from exams.interchange.texts import from_star_texts, one_line
from exams.interchange.tree import ExchangeItem, Option, Prompt
from exams.interchange.weights import item_of_percents
from exams.interchange.xml_tree import Element
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule

MOST_ANSWERS = len(LETTERS)
RUBRIC = re.compile(r"\n\nRubric: [0-9.]+ points\n\n((?:- [^|\n]+ \| [0-9.]+ \| [^\n]+(?:\n|\Z))+)\Z")
ROW = re.compile(r"- ([^|\n]+) \| ([0-9.]+) \| ([^\n]+)")
EVERY_NUMBER = ("0", "999999999999")  # a number, and how far off the others are at most
ORDER_RULES = {
    **dict.fromkeys(("-1", "ALL_OR_NOTHING"), ScoringRule.EXACT),
    **dict.fromkeys(("0", "ABSOLUTE_POSITION"), ScoringRule.POSITIONS),
}


def _blank(kind: ItemKind) -> ExchangeItem:
    return ExchangeItem("", kind, next(iter(RULES_OF_KIND[kind])), "", None)


def _answers(question: Element, name: str = "answer") -> list[Element]:
    answers = question.elements(name)
    if len(answers) > MOST_ANSWERS:
        raise UnsupportedItemError("too_many_options", f"It has more than {MOST_ANSWERS} answers.")
    return answers


def _flag(question: Element, name: str, missing: str) -> bool:
    child = question.first(name)
    return is_true(child.text if child is not None else missing)


def _option(letter: str, answer: Element, changes: Changes) -> Option:
    feedback = answer.first("feedback")
    reason = read_line(feedback, changes, f"Feedback to option {letter}") if feedback is not None else ""
    return Option(letter, read_line(answer, changes, f"Option {letter}"), reason)


def _choices(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    answers = _answers(question)
    options = tuple(_option(letter, answer, changes) for letter, answer in zip(LETTERS, answers, strict=False))
    percents = {
        option.id: number_text(answer.get("fraction", "0"), "A fraction")
        for option, answer in zip(options, answers, strict=True)
    }
    kind = ItemKind.SINGLE_CHOICE if _flag(question, "single", "true") else ItemKind.MULTIPLE_RESPONSE
    fixed = not _flag(question, "shuffleanswers", "true")
    item = replace(_blank(kind), options=options, fixed_order=fixed)
    return item_of_percents(item, percents, rule, changes)


def _true_false(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    answers = _answers(question)
    named = {text_of(answer).strip().lower(): answer for answer in answers}
    if set(named) != {"true", "false"}:
        raise RefusedItemError("key_missing", "A true/false question has the answers true and false.")
    options = []
    for letter, word in (("a", "true"), ("b", "false")):
        feedback = named[word].first("feedback")
        reason = read_line(feedback, changes, f"Feedback to {word}") if feedback is not None else ""
        options.append(Option(letter, word.capitalize(), reason))
    percents = {
        letter: number_text(named[word].get("fraction", "0"), "A fraction")
        for letter, word in (("a", "true"), ("b", "false"))
    }
    item = replace(_blank(ItemKind.SINGLE_CHOICE), options=tuple(options), fixed_order=True)
    return item_of_percents(item, percents, "", changes)


def _short_text(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    worth = [
        (one_line(text_of(answer)), Fraction(number_text(answer.get("fraction", "0"), "A fraction")))
        for answer in _answers(question)
    ]
    refuse_taken(worth, patterns_meet)
    earning: dict[str, Fraction] = {}
    for text, percent in worth:
        if percent > 0:
            earning.setdefault(text, percent)
    if any(share != 100 for share in earning.values()):
        raise UnsupportedItemError("partly_right", "Some texts earn a part of the points. Here a text is right or not.")
    if not earning:
        raise RefusedItemError("key_missing", "No text is worth 100 %.")
    if "*" in earning:
        raise RefusedItemError("key_missing", "Every text would be right (*).")
    if _flag(question, "usecase", "0"):
        changes.add("case_ignored", "Capitals mattered in its key. Here they do not.")
    _say_feedback(question, changes)
    return from_star_texts(_blank(ItemKind.SHORT_TEXT), list(earning), rule)


def _say_feedback(question: Element, changes: Changes) -> None:
    told = [one_line(text_of(part)) for answer in question.elements("answer") for part in answer.elements("feedback")]
    if any(told):
        lost = " / ".join(text for text in told if text)
        changes.add("feedback_dropped", f"Feedback to single answers is not kept: “{lost[:300]}”.")


def _number(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    answers = []
    for answer in _answers(question):
        percent = number_text(answer.get("fraction", "0"), "A fraction")
        value = text_of(answer).strip()
        if value == "*" and Fraction(percent) > 0:
            raise UnsupportedItemError("partly_right", "Every other number earns points, which items here cannot.")
        if value == "*":
            answers.append(NumberAnswer(*EVERY_NUMBER, percent))
            continue
        tolerance = answer.first("tolerance")
        width = number_text(tolerance.text or "0", "A tolerance") if tolerance is not None else "0"
        answers.append(NumberAnswer(number_text(value, "The key"), width.removeprefix("-"), percent))
    _say_feedback(question, changes)
    item = with_answers(_blank(ItemKind.NUMERIC), answers, changes)
    return _with_units(item, question, rule, changes)


def _with_units(item: ExchangeItem, question: Element, rule: str, changes: Changes) -> ExchangeItem:
    units = [unit for part in question.elements("units") for unit in part.elements("unit")]
    factors: dict[str, str] = {}
    for unit in units:
        name, multiplier = unit.first("unit_name"), unit.first("multiplier")
        times = Fraction(number_text(multiplier.text if multiplier is not None else "1", "A unit"))
        factor = exact_text(1 / times) if times > 0 else None
        if factor is None or name is None:
            raise UnsupportedItemError("unit", "A unit has no factor that is a decimal number.")
        factors[one_line(name.text)] = factor
    own = next((name for name, factor in factors.items() if Fraction(factor) == 1), "")
    if len(factors) == 1 and own and rule != ScoringRule.UNIT:
        if _grades_unit(question):
            changes.add("unit_optional", "A wrong or missing unit took points away. Here it stands beside the box.")
        return replace(item, key={**item.key, "unit": own})
    if not factors:
        return item
    if not own or item.scoring is ScoringRule.BANDS:
        raise UnsupportedItemError("unit", "Its units cannot be held: one needs the factor 1, beside a single answer.")
    if not _grades_unit(question):
        changes.add("unit_needed", "The unit could be left out. Here it has to be typed.")
    elif (penalty := _unit_penalty(question)) != 1:
        part = "a part" if penalty is None else f"{exact_text(penalty * 100)} %"
        changes.add("penalty_changed", f"A wrong unit cost {part} of the points. Here it costs all of them.")
    key = {**item.key, "unit": own}
    return replace(item, key=key, scoring=ScoringRule.UNIT, parameters={"factors": factors})


def _grades_unit(question: Element) -> bool:
    grading = question.first("unitgradingtype")
    return grading is not None and grading.text.strip() not in ("", "0")


def _unit_penalty(question: Element) -> Fraction | None:
    """Return what share of the points a wrong unit costs, None where that is not said."""
    penalty = question.first("unitpenalty")
    return Fraction(number_text(penalty.text, "The penalty for units")) if penalty is not None else None


def _matching(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    option_of: dict[str, Option] = {}
    lines: list[tuple[str, str]] = []
    for number, part in enumerate(_answers(question, "subquestion"), start=1):
        answer = part.first("answer")
        if answer is None:
            raise RefusedItemError("key_missing", f"Line {number} has no answer.")
        text = one_line(text_of(answer))
        feedback = answer.first("feedback")
        reason = read_line(feedback, changes, f"Feedback to line {number}") if feedback is not None else ""
        option_of.setdefault(text, Option(LETTERS[len(option_of)], text, reason))
        if line := read_line(part, changes, f"Line {number}"):
            lines.append((line, option_of[text].id))
    prompts = tuple(Prompt(str(number), line) for number, (line, _) in enumerate(lines, start=1))
    key = {str(number): option for number, (_, option) in enumerate(lines, start=1)}
    scoring = ScoringRule.ALL_OR_NOTHING if rule == ScoringRule.ALL_OR_NOTHING else ScoringRule.PER_PAIR
    item = _blank(ItemKind.MATCHING)
    return replace(item, options=tuple(option_of.values()), prompts=prompts, key=key, scoring=scoring)


def _ordering(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    select, grading = question.first("selecttype"), question.first("gradingtype")
    if select is not None and select.text.strip() not in ("ALL", "0", ""):
        raise UnsupportedItemError("some_options", "Only some of its options are shown to each person.")
    places = [(Fraction(number_text(a.get("fraction", "0"), "A place")), a) for a in _answers(question)]
    if len({place for place, _ in places}) == len(places):
        places.sort(key=lambda pair: pair[0])
    options = tuple(_option(letter, answer, changes) for letter, (_, answer) in zip(LETTERS, places, strict=False))
    how = grading.text.strip() if grading is not None else "ABSOLUTE_POSITION"
    scoring = ORDER_RULES.get(how)
    if scoring is None:
        scoring = ScoringRule.POSITIONS
        changes.add("scored_otherwise", f"It was scored by {how[:40]}. Here options at their right places count.")
    if scoring is ScoringRule.POSITIONS and rule == ScoringRule.CONCORDANT_PAIRS:
        scoring = ScoringRule.CONCORDANT_PAIRS
    key = tuple(option.id for option in options)
    return replace(_blank(ItemKind.ORDERING), options=options, key=key, scoring=scoring)


def _essay(question: Element, rule: str, changes: Changes) -> ExchangeItem:
    template = question.first("responsetemplate")
    if template is not None and text_of(template).strip():
        changes.add("template_dropped", "The text that the answer began with is not kept.")
    attachments = question.first("attachments")
    if attachments is not None and attachments.text.strip() not in ("", "0"):
        raise UnsupportedItemError("upload", "It asks for files, which items here cannot.")
    told = read_text(question.first("graderinfo"), changes, "The guidance for markers")
    found = RUBRIC.search(told)
    criteria = [dict(zip(("id", "points", "text"), row, strict=True)) for row in ROW.findall(found[1])] if found else []
    guidance = told[: found.start()] if found else told
    return replace(_blank(ItemKind.ESSAY), key=essay_key(guidance, criteria, changes))


READERS: dict[str, Callable[[Element, str, Changes], ExchangeItem]] = {
    "multichoice": _choices,
    "truefalse": _true_false,
    "shortanswer": _short_text,
    "numerical": _number,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}
