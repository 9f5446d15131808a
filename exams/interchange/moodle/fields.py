"""Texts of Moodle XML, with their format and the files inside them."""

import base64
import binascii
import re
from urllib.parse import unquote

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.html import html_nodes
from exams.interchange.markup import shown_text, to_markdown
from exams.interchange.pictures import LARGEST_PHOTOGRAPH, picture_of
from exams.interchange.texts import line_from, markdown_from, without_image
from exams.interchange.tree import Picture
from exams.interchange.xml_tree import Element

FORMS = {"html": "html", "markdown": "markdown", "plain_text": "plain", "moodle_auto_format": "moodle", "": "moodle"}
OWN_FILE = "@@PLUGINFILE@@/"
SHOWN = re.compile(r"!\[([^\]]*)\]\(@@PLUGINFILE@@/([^)\s]+)\)\n\n(?:\[caption: ([^\]]*)\]\n\n)?")
FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback", "hint")


def text_of(field: Element | None) -> str:
    """Return the `<text>` of a field as it stands."""
    text = field.first("text") if field is not None else None
    return text.text if text is not None else ""


def _form(field: Element) -> str:
    form = FORMS.get(field.get("format"))
    if form is None:
        raise UnsupportedItemError(
            "text_format", f"Texts of the format “{field.get('format')[:40]}” are not known here."
        )
    return form


def read_text(field: Element | None, changes: Changes, what: str) -> str:
    """Return a field as Markdown; it may hold no pictures."""
    if field is None:
        return ""
    _refuse_files(field, what)
    return markdown_from(text_of(field), _form(field), changes, what)


def read_line(field: Element, changes: Changes, what: str) -> str:
    """Return a field as one plain line; it may hold no pictures."""
    _refuse_files(field, what)
    return line_from(text_of(field), _form(field), changes, what)


def _refuse_files(field: Element, what: str) -> None:
    if field.elements("file") or OWN_FILE in text_of(field):
        raise UnsupportedItemError("media", f"{what}: pictures and files cannot be held there.")


def with_picture(field: Element, changes: Changes) -> tuple[str, Picture | None]:
    """Return the question as Markdown, and its picture."""
    text, form = text_of(field), _form(field)
    if form == "markdown":
        stem, picture = _of_markdown(field, text)
        return markdown_from(stem, form, changes, "The question"), picture
    if form != "html" or "<img" not in text.lower():
        if field.elements("file"):
            changes.add("file_dropped", "It has files that its text does not show; they are not kept.")
        return markdown_from(text, form, changes, "The question"), None
    nodes, images = without_image(html_nodes(text))
    if len(images) > 1:
        raise UnsupportedItemError("several_pictures", "It shows several pictures, and items here have one.")
    source = images[0].get("src") if images else ""
    if not source.startswith(OWN_FILE):
        raise UnsupportedItemError("picture_elsewhere", f"Its picture lies at {source[:80]}. Put it into the question.")
    picture = _picture(field, source.removeprefix(OWN_FILE), images[0].get("alt"), "")
    return to_markdown(nodes, changes, "The question"), picture


def _of_markdown(field: Element, text: str) -> tuple[str, Picture | None]:
    found = SHOWN.match(text)
    stem = text[found.end() :] if found else text
    if OWN_FILE in stem:
        raise UnsupportedItemError("several_pictures", "Its picture does not stand alone before the question.")
    return stem, _picture(field, found[2], found[1], found[3] or "") if found else None


def _picture(field: Element, name: str, alt: str, caption: str) -> Picture:
    wanted = unquote(name)
    files = [file for file in field.elements("file") if file.get("name") == wanted]
    if len(files) > 1:
        raise RefusedItemError("picture_twice", f"Two files have the name {wanted[:80]}.")
    if not files:
        return picture_of(wanted, None, alt)
    return picture_of(wanted, _decoded(files[0]), alt, caption)


def _decoded(file: Element) -> bytes:
    written = file.text
    if len(written) > 2 * LARGEST_PHOTOGRAPH:
        raise RefusedItemError("picture_unsafe", "A picture is larger than 5 MB.")
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedItemError("picture_broken", "A picture is not written in base64.") from error


def feedback_texts(question: Element) -> str:
    """Return the words of feedback that items here do not have."""
    parts = [text_of(part) for name in FEEDBACK for part in question.elements(name)]
    return " / ".join(words for part in parts if (words := shown_text(html_nodes(part))))
