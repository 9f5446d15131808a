"""One QTI item, in the names of 2.x, into the tree."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from exams.interchange.checking import CODE, checked
from exams.interchange.findings import Changes, Finding, RefusedItemError, UnsupportedItemError, examine
from exams.interchange.html import html_nodes
from exams.interchange.markup import can_be_rendered, shown_text, to_markdown
from exams.interchange.pictures import picture_of
from exams.interchange.qti import facts as told
from exams.interchange.qti.bodies import GAP, Body, body_of
from exams.interchange.qti.interactions import Question, read_question
from exams.interchange.qti.responses import same_answer
from exams.interchange.qti.scoring import Scored, scored_item
from exams.interchange.rubrics import essay_key
from exams.interchange.tree import ExchangeItem, Option, Picture
from exams.interchange.xml_tree import Element
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule
from exams.rules.wording import to_html

Media = Callable[[str], bytes | None]
OWN_NAME = re.compile(r"item-(?=[0-9])")
PARTS = {
    *(
        "responseDeclaration",
        "outcomeDeclaration",
        "contextDeclaration",
        "itemBody",
        "responseProcessing",
        "modalFeedback",
    ),
}


@dataclass(frozen=True)
class _Source:
    """What belongs to one item: its element, its files, its facts."""

    root: Element
    media: Media
    facts: told.Facts


def read_item_element(root: Element, where: str, media: Media, facts: str | None) -> Finding:
    """Read one item; whatever is wrong with it is in the finding."""
    unread = Changes()
    known = told.read_facts(facts, unread) if facts is not None else {}
    identifier = root.get("identifier")
    # The name that an item gives itself goes first.
    code = next((name for name in (identifier, OWN_NAME.sub("", identifier)) if name == known.get("code")), identifier)

    def read(changes: Changes) -> ExchangeItem:
        for note in unread.notes:
            changes.add(note.code, note.sentence)
        item = _read(_Source(root, media, known), changes)
        return checked(_with_code(item, code, root.get("title"), changes), changes)

    return examine(where, code[:200], root.get("title")[:200], read)


def _with_code(item: ExchangeItem, code: str, title: str, changes: Changes) -> ExchangeItem:
    if title.strip() and title.strip() != code:
        changes.add("title_dropped", f"Its title “{title.strip()[:100]}” is not kept; items have a code.")
    if not CODE.fullmatch(code):
        changes.add("code_replaced", f"Its identifier “{code[:60]}” cannot be a code here; it gets the next free one.")
        return replace(item, code="")
    return replace(item, code=code)


def _read(source: _Source, changes: Changes) -> ExchangeItem:
    root, facts = source.root, source.facts
    _refuse_programmes(root)
    if unknown := sorted({child.name for child in root.elements()} - PARTS):
        changes.add("element_dropped", f"<{unknown[0][:60]}> is not kept.")
    body = body_of(root, told.text_fact(facts, "unit"), changes)
    declaration = _declaration(root, body)
    question = read_question(body, changes)
    bare = ExchangeItem(
        code="",
        kind=question.kind,
        scoring=next(iter(RULES_OF_KIND[question.kind])),
        stem="",
        key=None,
        options=question.options,
        prompts=question.prompts,
        fixed_order=question.fixed_order,
        picture=_picture(source, body, question),
    )
    processing = root.first("responseProcessing")
    item = scored_item(bare, Scored(declaration, processing, question), changes)
    if item.kind is ItemKind.ESSAY:
        item = _with_rubric(item, body, facts, changes)
    item = replace(item, stem=_stem(body, facts, changes))
    item = _with_facts(item, body, _Answer(declaration, processing), facts, changes)
    return _with_feedback(item, root, changes)


def _refuse_programmes(root: Element) -> None:
    if root.get("adaptive") == "true":
        raise UnsupportedItemError("adaptive", "It is adaptive: it asks again after an answer.")
    if any(child.name.startswith("template") for child in root.elements()):
        raise UnsupportedItemError(
            "template_processing", "It makes its numbers anew for everybody (template processing)."
        )


def _declaration(root: Element, body: Body) -> Element:
    wanted = body.interaction.get("responseIdentifier")
    declared = root.elements("responseDeclaration")
    found = [each for each in declared if each.get("identifier") == wanted]
    if len(found) != 1:
        raise RefusedItemError("response_undeclared", f"The response “{wanted[:40]}” is declared {len(found)} times.")
    if len(declared) > 1:
        raise UnsupportedItemError("several_responses", "It declares several responses, and items here have one.")
    return found[0]


def _picture(source: _Source, body: Body, question: Question) -> Picture | None:
    images = [*body.images, *([question.image] if question.image else [])]
    if not images:
        return None
    if len(images) > 1:
        raise UnsupportedItemError("several_pictures", "It shows several pictures, and items here have one.")
    image = images[0]
    name = image.get("src") or image.get("data")
    if "://" in name or name.startswith(("//", "data:")):
        raise UnsupportedItemError("picture_elsewhere", f"Its picture lies at {name[:80]}. Put it into the package.")
    words = image.get("alt") or shown_text(image.children)
    return picture_of(name, source.media(name), words, told.text_fact(source.facts, "caption"))


def _stem(body: Body, facts: told.Facts, changes: Changes) -> str:
    """Return the stem: the author's own Markdown where it still gives what the item shows."""
    written = told.text_fact(facts, "stem")
    if written and _same_markup(written, body.nodes):
        return written
    return to_markdown(body.nodes, changes, "The question").replace(GAP, "\\_\\_\\_\\_").strip()


def _same_markup(markdown: str, nodes: tuple[Element | str, ...]) -> bool:
    return can_be_rendered(markdown) and _trimmed(html_nodes(to_html(markdown))) == _trimmed(nodes)


def _trimmed(nodes: tuple[Element | str, ...]) -> list[Element | str]:
    """Return nodes without blanks between them, at every level where there are elements."""
    has_elements = any(isinstance(node, Element) for node in nodes)
    kept = [node for node in nodes if isinstance(node, Element) or node.strip() or not has_elements]
    return [node if isinstance(node, str) else Element(node.name, {}, tuple(_trimmed(node.children))) for node in kept]


def _with_rubric(item: ExchangeItem, body: Body, facts: told.Facts, changes: Changes) -> ExchangeItem:
    written = told.text_fact(facts, "guidance")
    if not (written and _same_markup(written, body.guidance)):
        written = to_markdown(body.guidance, changes, "The guidance for markers").strip()
    criteria = told.rows_fact(facts, "criteria", frozenset({"id", "text", "points"}))
    words = told.text_fact(facts, "words")
    known = int(words) if words.isascii() and words.isdecimal() and len(words) < 5 else 0
    return replace(item, key=essay_key(written, criteria, changes), words=known)


@dataclass(frozen=True)
class _Answer:
    """What the item itself says about what is right."""

    declaration: Element
    processing: Element | None


def _with_facts(item: ExchangeItem, body: Body, answer: _Answer, facts: told.Facts, changes: Changes) -> ExchangeItem:
    """Add the facts of the manifest; a scoring rule only where it gives exactly this item."""
    reasons = told.map_fact(facts, "reasons")
    options = tuple(
        Option(option.id, option.text, str(reasons.get(option.id, "")) or option.reason) for option in item.options
    )
    known: dict[str, Any] = {name: told.text_fact(facts, name) for name in told.TEXTS}
    known |= {name: told.list_fact(facts, name) for name in told.LISTS}
    item = replace(item, options=options, regions=told.regions_fact(facts), **known)
    if item.kind is ItemKind.NUMERIC and body.shows_unit:
        item = replace(item, key={**item.key, "unit": told.text_fact(facts, "unit")})
    rule, parameters = told.text_fact(facts, "scoring"), told.map_fact(facts, "parameters")
    if not rule or (rule == item.scoring.value and parameters == dict(item.parameters)):
        return item
    ruled = _ruled(item, rule, facts)
    if ruled is not None and _gives(ruled, answer):
        return ruled
    changes.add("rule_lost", f"It was scored by {rule[:40]}, but its key was changed since. It has {item.scoring} now.")
    return item


def _ruled(item: ExchangeItem, rule: str, facts: told.Facts) -> ExchangeItem | None:
    """Return the item under the rule of its facts, None where the rule does not fit."""
    if rule not in {known.value for known in ScoringRule}:
        return None
    scoring, parameters = ScoringRule(rule), told.map_fact(facts, "parameters")
    tolerance = told.text_fact(facts, "tolerance")
    if scoring is ScoringRule.UNIT and item.kind is ItemKind.SHORT_TEXT:
        unit = told.text_fact(facts, "unit")
        key = {"value": str(item.key["texts"][0]).removesuffix(f" {unit}"), "tolerance": tolerance, "unit": unit}
        return replace(item, kind=ItemKind.NUMERIC, key=key, scoring=scoring, parameters=parameters)
    if scoring not in RULES_OF_KIND[item.kind]:
        return None
    key = {**item.key, "tolerance": tolerance} if scoring is ScoringRule.BANDS else item.key
    return replace(item, scoring=scoring, parameters=parameters, key=key)


def _gives(item: ExchangeItem, answer: _Answer) -> bool:
    try:
        return same_answer(item, answer.declaration, answer.processing)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError):
        # Parameters of a stranger that are not of the shape that the rule needs.
        return False


def _with_feedback(item: ExchangeItem, root: Element, changes: Changes) -> ExchangeItem:
    texts = [shown_text(feedback.children) for feedback in root.elements("modalFeedback")]
    shown = " / ".join(text for text in texts if text)
    if not shown:
        return item
    if item.rationale:
        changes.add("feedback_dropped", f"Its feedback is not kept: “{shown[:200]}”.")
        return item
    changes.add("feedback_moved", "Its feedback became the rationale.")
    nodes: list[Element | str] = [node for feedback in root.elements("modalFeedback") for node in feedback.children]
    return replace(item, rationale=to_markdown(nodes, changes, "The feedback"))
