"""HTML of others into Markdown and plain lines: the words stay, and no text is too much for it."""

import time
from contextlib import suppress

import pytest

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.html import LONGEST_HTML, html_nodes
from exams.interchange.markup import plain_text, to_markdown
from exams.rules.wording import to_html


def markdown(html: str) -> tuple[str, list[str]]:
    changes = Changes()
    return to_markdown(html_nodes(html), changes, "The question"), [note.sentence for note in changes.notes]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>One</p><p>two <em>three</em> <b>four</b></p>", "One\n\ntwo *three* **four**"),
        ("<ul><li>a<li>b</ul><ol><li>c</ol>", "- a\n- b\n\n1) c"),
        ("a<br>b", "a\\\nb"),
        ("1 &lt; 2 &amp; 3 * 4 _x_ [y]", "1 < 2 & 3 \\* 4 \\_x\\_ \\[y\\]"),
        ("<p># no heading</p><p>1. no list</p><p>- none</p>", "\\# no heading\n\n1\\. no list\n\n\\- none"),
        ("B<sub>1</sub> is 10<sup>-3</sup>", "B₁ is 10⁻³"),
        ("<table><tr><th>a</th></tr><tr><td>b | c</td></tr></table>", "| a |\n| --- |\n| b \\| c |"),
        ("a <b c", "a \\<b c"),
        ("<![if x]>a<!-- b -->c", "ac"),
    ],
)
def test_markup_that_markdown_has_is_kept(html: str, wanted: str) -> None:
    assert markdown(html) == (wanted, [])


def test_markup_that_is_lost_is_named_and_its_words_are_kept() -> None:
    assert markdown('<a href="http://x">here</a>') == ("here", ["The question: <a> is not kept, what stands in it is."])
    text, notes = markdown("<h2>Head</h2>x<script>alert(1)</script>")
    assert (text, len(notes)) == ("**Head**\n\nx", 2)
    # Marks beside letters are no emphasis in Markdown, so the words go before the mark.
    text, notes = markdown("a<b>(b)</b>c")
    assert (text, notes) == ("a(b)c", ["The question: its words are kept, its markup is not."])


def test_what_cannot_be_shown_is_not_dropped() -> None:
    with pytest.raises(UnsupportedItemError):
        markdown("<p>See <img src='x'></p>")
    with pytest.raises(UnsupportedItemError):
        plain_text(html_nodes("x<sup>per cent</sup>"), Changes(), "Option a")
    with pytest.raises(RefusedItemError):
        html_nodes("<i>" * 100)


HEAVY = [
    "<![",
    "<!--",
    "<a ",
    "<a b=",
    "<a b='",
    "</a ",
    "<?",
    "&#",
    "<a/",
    '<a "',
    "<a b='x' ",
    "<script>",
    "&#9",
    "[",
]


@pytest.mark.parametrize("piece", HEAVY)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * LONGEST_HTML)[:LONGEST_HTML]
    start = time.process_time()
    with suppress(RefusedItemError, UnsupportedItemError):
        markdown(text)
    assert time.process_time() - start < 1


def test_what_is_written_shows_no_markup_of_the_source() -> None:
    text, _ = markdown("&lt;script&gt;alert(1)&lt;/script&gt; <b onclick='x'>y</b>")
    assert to_html(text) == "<p>&lt;script&gt;alert(1)&lt;/script&gt; <strong>y</strong></p>"
