"""Interactions of QTI: what the candidate chooses, orders, matches, types or points at."""

from collections.abc import Sequence
from dataclasses import dataclass

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.markup import plain_text
from exams.interchange.numbers import is_true
from exams.interchange.qti.bodies import Body
from exams.interchange.tree import Option, Prompt
from exams.interchange.xml_tree import Element
from exams.rules.item_kinds import ItemKind


@dataclass(frozen=True)
class Question:
    """How is asked. `kind` of a text entry is settled by its declaration; `hotspots` are areas to choose from."""

    kind: ItemKind
    options: tuple[Option, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    fixed_order: bool = False
    image: Element | None = None
    hotspots: tuple[Element, ...] = ()


def read_question(body: Body, changes: Changes) -> Question:
    """Read the interaction of a body."""
    interaction = body.interaction
    match interaction.name:
        case "choiceInteraction":
            return _choices(interaction, interaction.elements("simpleChoice"), changes)
        case "inlineChoiceInteraction":
            return _choices(interaction, interaction.elements("inlineChoice"), changes)
        case "orderInteraction":
            return _order(interaction, changes)
        case "matchInteraction":
            return _match(interaction, changes)
        case "textEntryInteraction":
            return Question(ItemKind.SHORT_TEXT)
        case "extendedTextInteraction":
            return _essay(interaction, changes)
    return _picture_question(interaction, changes)


def _options(choices: Sequence[Element], changes: Changes) -> tuple[Option, ...]:
    options = tuple(_option(choice, changes) for choice in choices)
    _refuse_repeated([option.id for option in options])
    return options


def _option(choice: Element, changes: Changes) -> Option:
    feedback = [child for child in choice.elements() if child.name in ("feedbackInline", "feedbackBlock")]
    words = tuple(child for child in choice.children if child not in feedback)
    identifier = _identifier(choice)
    reason = " ".join(plain_text(each.children, changes, f"Feedback to option {identifier}") for each in feedback)
    return Option(identifier, plain_text(words, changes, f"Option {identifier}"), reason)


def _identifier(choice: Element) -> str:
    identifier = choice.get("identifier").strip()
    if not identifier or len(identifier) > 200:
        raise RefusedItemError("identifier_missing", "A choice has no identifier, or one that is too long.")
    return identifier


def _refuse_repeated(identifiers: Sequence[str]) -> None:
    twice = sorted({identifier for identifier in identifiers if identifiers.count(identifier) > 1})
    if twice:
        raise RefusedItemError("identifier_twice", f"Several choices have the identifier “{twice[0][:40]}”.")


def _choices(interaction: Element, choices: Sequence[Element], changes: Changes) -> Question:
    options = _options(choices, changes)
    shuffles = is_true(interaction.get("shuffle", "false"))
    fixed = sum(is_true(choice.get("fixed", "false")) for choice in choices)
    if shuffles and 0 < fixed < len(choices):
        changes.add("order_kept", "Some options kept their place in the mixed order. Here all of them keep it.")
    _say_limits(interaction, ("", "0", "1", str(len(options))), changes)
    return Question(ItemKind.MULTIPLE_RESPONSE, options, fixed_order=not shuffles or fixed > 0)


def _say_limits(interaction: Element, unlimited: Sequence[str], changes: Changes) -> None:
    most, least = interaction.get("maxChoices"), interaction.get("minChoices", "0")
    if most not in unlimited:
        changes.add("limit_dropped", f"Candidates could choose at most {most[:10]}. Here there is no such limit.")
    if least not in ("", "0", "1"):
        changes.add("limit_dropped", f"Candidates had to choose at least {least[:10]}. Here there is no such limit.")


def _order(interaction: Element, changes: Changes) -> Question:
    options = _options(interaction.elements("simpleChoice"), changes)
    _say_limits(interaction, ("", "0", str(len(options))), changes)
    if any(is_true(choice.get("fixed", "false")) for choice in interaction.elements("simpleChoice")):
        changes.add("order_kept", "Some options kept their place in the mixed order. Here all are mixed.")
    return Question(ItemKind.ORDERING, options)


def _match(interaction: Element, changes: Changes) -> Question:
    sets = interaction.elements("simpleMatchSet")
    if len(sets) != 2:
        raise RefusedItemError("match_sets", "A matching item needs two sets of choices.")
    lines, targets = (_options(part.elements("simpleAssociableChoice"), changes) for part in sets)
    _refuse_repeated([choice.id for choice in (*lines, *targets)])
    if any(choice.get("matchMax", "1") != "1" for choice in sets[0].elements("simpleAssociableChoice")):
        changes.add("limit_dropped", "Lines could have several partners. Here each line has one.")
    if any(choice.get("matchMax", "1") not in ("0", str(len(lines))) for choice in _associables(sets[1])):
        changes.add("limit_dropped", "Targets could be used only so often. Here there is no such limit.")
    if any(line.reason for line in lines):
        changes.add("feedback_dropped", "Feedback to single lines is not kept.")
    prompts = tuple(
        Prompt(line.id.removeprefix("P") if line.id[1:].isdecimal() else line.id, line.text) for line in lines
    )
    fixed = not is_true(interaction.get("shuffle", "false"))
    return Question(ItemKind.MATCHING, targets, prompts, fixed_order=fixed)


def _associables(part: Element) -> list[Element]:
    return part.elements("simpleAssociableChoice")


def _essay(interaction: Element, changes: Changes) -> Question:
    if interaction.get("maxStrings", "1") not in ("", "1") or interaction.get("format") == "preFormatted":
        changes.add("limit_dropped", "It asked for several texts or for preformatted text. Here it is one plain text.")
    return Question(ItemKind.ESSAY)


def _picture_question(interaction: Element, changes: Changes) -> Question:
    image = next((child for child in interaction.elements() if child.name in ("object", "img")), None)
    if image is None:
        raise RefusedItemError("picture_missing", "There is no picture to point at.")
    if interaction.get("maxChoices", "1") != "1":
        raise UnsupportedItemError("several_points", "Several places are to be marked, and items here ask for one.")
    hotspots = tuple(interaction.elements("hotspotChoice"))
    _refuse_repeated([_identifier(hotspot) for hotspot in hotspots])
    if hotspots:
        changes.add("hotspots_open", "The areas to choose from are not shown here: candidates point at a place.")
    return Question(ItemKind.HOTSPOT, image=image, hotspots=hotspots)
