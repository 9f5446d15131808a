"""One item as QTI, in the names of 2.x; `names` makes 3.0 of it."""

import hashlib
import re

from exams.interchange.html import html_nodes
from exams.interchange.qti.names import ITEM, with_new_names
from exams.interchange.qti.responses import declaration_of, most_of, processing_of
from exams.interchange.tree import ExchangeItem, Picture
from exams.interchange.xml_tree import Element, element
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.wording import to_html

NAMESPACES = {
    "qti21": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "qti3": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
TEMPLATES_OF_3 = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"


def identifier_of(item: ExchangeItem) -> str:
    """Return the code as an identifier of QTI, which does not begin with a digit."""
    return item.code if IDENTIFIER.fullmatch(item.code) else f"item-{item.code}"


def picture_name(picture: Picture) -> str:
    """Return where a picture lies in the package."""
    return f"figures/{hashlib.sha256(picture.content).hexdigest()[:16]}.{picture.ending}"


def item_element(item: ExchangeItem, version: str) -> Element:
    """Write one item in a version, "qti21" or "qti3"."""
    most = most_of(item)
    outcome = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"} | (
        {"normalMaximum": most} if most else {}
    )
    parts: list[Element | str] = [declaration_of(item), Element("outcomeDeclaration", outcome), _body(item, version)]
    if (processing := processing_of(item)) is not None:
        parts.append(processing)
    facts = {"identifier": identifier_of(item), "title": item.code, "adaptive": "false", "timeDependent": "false"}
    written = Element(ITEM, facts, tuple(parts))
    if version == "qti3":
        written = _template_of_3(with_new_names(written))
    return Element(written.name, {"xmlns": NAMESPACES[version], **written.attributes}, written.children)


def _template_of_3(item: Element) -> Element:
    children = tuple(
        Element(child.name, {"template": f"{TEMPLATES_OF_3}{child.get('template').rpartition('/')[2]}.xml"})
        if isinstance(child, Element) and child.get("template")
        else child
        for child in item.children
    )
    return Element(item.name, item.attributes, children)


def _body(item: ExchangeItem, version: str) -> Element:
    before: list[Element | str] = []
    if item.picture is not None and item.kind is not ItemKind.HOTSPOT:
        before.append(element("p", element("img", src=picture_name(item.picture), alt=item.picture.alt)))
    if item.kind is ItemKind.ESSAY:
        guidance = html_nodes(to_html(item.key["guidance"]))
        before.append(element("rubricBlock", *guidance, view="scorer"))
    return element("itemBody", *before, *html_nodes(to_html(item.stem)), *_interaction(item, version))


def _interaction(item: ExchangeItem, version: str) -> list[Element]:
    response = {"responseIdentifier": "RESPONSE"}
    choices = [element("simpleChoice", option.text, identifier=option.id) for option in item.options]
    shuffle = "false" if item.fixed_order else "true"
    match item.kind:
        case ItemKind.SINGLE_CHOICE:
            return [element("choiceInteraction", *choices, **response, shuffle=shuffle, maxChoices="1")]
        case ItemKind.MULTIPLE_RESPONSE:
            return [element("choiceInteraction", *choices, **response, shuffle=shuffle, maxChoices="0")]
        case ItemKind.ORDERING:
            return [element("orderInteraction", *choices, **response, shuffle="true")]
        case ItemKind.MATCHING:
            return [_match(item, response, shuffle)]
        case ItemKind.HOTSPOT:
            return [_select_point(item, response, version)]
        case ItemKind.ESSAY:
            lines = {"expectedLength": str(item.words * 6)} if item.words else {}
            return [element("extendedTextInteraction", **response, **lines)]
    unit = f" {item.key['unit']}" if item.kind is ItemKind.NUMERIC and item.scoring is not ScoringRule.UNIT else ""
    return [element("p", element("textEntryInteraction", **response), unit.rstrip())]


def _match(item: ExchangeItem, response: dict[str, str], shuffle: str) -> Element:
    lines = [
        element("simpleAssociableChoice", prompt.text, identifier=f"P{prompt.id}", matchMax="1")
        for prompt in item.prompts
    ]
    targets = [
        element("simpleAssociableChoice", option.text, identifier=option.id, matchMax="0") for option in item.options
    ]
    sets = (element("simpleMatchSet", *lines), element("simpleMatchSet", *targets))
    return element("matchInteraction", *sets, **response, shuffle=shuffle, maxAssociations=str(len(lines)))


def _select_point(item: ExchangeItem, response: dict[str, str], version: str) -> Element:
    picture = item.picture
    name, alt, kind = (picture_name(picture), picture.alt, picture.media_type) if picture else ("", "", "")
    shown = element("img", src=name, alt=alt) if version == "qti3" else element("object", alt, data=name, type=kind)
    return element("selectPointInteraction", shown, **response, maxChoices="1")
