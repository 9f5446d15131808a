"""The body of a QTI item: its one interaction, the words around it, its pictures, and what is for markers only."""

from dataclasses import dataclass

from exams.interchange.findings import Changes, UnsupportedItemError
from exams.interchange.markup import shown_text
from exams.interchange.xml_tree import Element

# Stands where an answer is typed inside a sentence. XML cannot hold this sign, so that no text has it.
GAP = "\x01"
INLINE = {"textEntryInteraction", "inlineChoiceInteraction"}
SUPPORTED = INLINE | {
    *("choiceInteraction", "orderInteraction", "matchInteraction", "extendedTextInteraction"),
    *("hotspotInteraction", "selectPointInteraction"),
}
PROGRAMMES = {"templateInline", "templateBlock", "printedVariable", "feedbackBlock", "feedbackInline"}
WORDS = {
    "associateInteraction": "pairs of one list",
    "gapMatchInteraction": "words dragged into gaps",
    "hottextInteraction": "marked words",
    "sliderInteraction": "a slider",
    "drawingInteraction": "a drawing by the candidate",
    "uploadInteraction": "a file of the candidate",
    "mediaInteraction": "a recording",
    "graphicOrderInteraction": "an order on a picture",
    "graphicAssociateInteraction": "pairs on a picture",
    "graphicGapMatchInteraction": "labels dragged onto a picture",
    "positionObjectInteraction": "objects dragged onto a picture",
    "customInteraction": "a custom interaction",
    "portableCustomInteraction": "a custom interaction",
    "endAttemptInteraction": "a button that ends the attempt",
}


@dataclass(frozen=True)
class Body:
    """What stands in the body. `nodes` is the question with gaps, without interaction and pictures.

    `shows_unit` says that the unit stands behind the box of a number, and nothing else with it.
    """

    interaction: Element
    nodes: tuple[Element | str, ...]
    images: tuple[Element, ...]
    guidance: tuple[Element | str, ...]
    shows_unit: bool


def body_of(root: Element, unit: str, changes: Changes) -> Body:
    """Take the body apart. `unit` is what may stand behind the box of a number without being part of the question."""
    body = root.first("itemBody")
    if body is None:
        raise UnsupportedItemError("no_body", "It has no body.")
    interactions = [element for element in body.walk() if element.name.lower().endswith("interaction")]
    for interaction in interactions:
        if interaction.name not in SUPPORTED:
            words = WORDS.get(interaction.name, interaction.name[:60])
            raise UnsupportedItemError("interaction", f"It asks for {words}, which items here cannot.")
    if len(interactions) != 1:
        raise UnsupportedItemError("interactions", f"It has {len(interactions)} interactions, and items here have one.")
    reader = _Reader(interactions[0], changes)
    everything = reader.without_interaction(body.children)
    behind = f"{GAP} {' '.join(unit.split())}".strip()
    boxes = {_box_text(node) for node in everything}
    nodes = tuple(node for node in everything if _box_text(node) not in (GAP, behind))
    shows_unit = bool(unit.strip()) and behind in boxes
    return Body(interactions[0], nodes, tuple(reader.images), tuple(reader.guidance), shows_unit)


def _box_text(node: Element | str) -> str:
    """Return the words of a paragraph that holds nothing but words: the place for the answer may be one of them."""
    if isinstance(node, str) or node.name not in ("p", "div") or node.elements():
        return ""
    return shown_text(node.children)


class _Reader:
    """Walks through a body once."""

    def __init__(self, interaction: Element, changes: Changes) -> None:
        self.interaction, self.changes = interaction, changes
        self.images: list[Element] = []
        self.guidance: list[Element | str] = []

    def without_interaction(self, nodes: tuple[Element | str, ...]) -> list[Element | str]:
        return [new for node in nodes for new in ([node] if isinstance(node, str) else self.replaced(node))]

    def replaced(self, node: Element) -> list[Element | str]:
        """Return what stands for one element."""
        if node is self.interaction:
            prompt = node.first("prompt")
            asked = self.without_interaction(prompt.children) if prompt else []
            return [GAP] if node.name in INLINE else [Element("div", {}, tuple(asked))] if asked else []
        if node.name in PROGRAMMES:
            raise UnsupportedItemError("programme", f"<{node.name}> changes what is shown, which items here cannot.")
        if node.name == "img" or (node.name == "object" and node.get("type").startswith("image/")):
            self.images.append(node)
            return []
        if node.name == "rubricBlock":
            self._rubric(node)
            return []
        if node.name in ("stylesheet", "catalogInfo"):
            self.changes.add("markup_dropped", f"<{node.name}> is not kept.")
            return []
        children = tuple(self.without_interaction(node.children))
        emptied = bool(node.children) and not any(isinstance(child, Element) or child.strip() for child in children)
        return [] if emptied else [Element(node.name, node.attributes, children)]

    def _rubric(self, node: Element) -> None:
        if "scorer" in node.get("view").split():
            self.guidance += node.children
        else:
            said = shown_text(node.children)[:200]
            self.changes.add("rubric_dropped", f"Its instructions are not kept: “{said}”. Put them into the question.")
