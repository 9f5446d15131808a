"""Markdown to what candidates get."""

import pytest

from exams.rules.wording import lead_and_rest, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("A *coil*.", "<p>A <em>coil</em>.</p>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[out](https://example.org)", "<p>out</p>"),
        ("![x](https://example.org/x.png)", "<p></p>"),
        ("120 % of 47 < 60", "<p>120 % of 47 &lt; 60</p>"),
    ],
)
def test_nothing_leads_out_and_nothing_runs(markdown, html):
    assert to_html(markdown).replace("<p>&lt;", "&lt;").replace("&gt;</p>", "&gt;") == html


def test_a_heading_gets_the_first_paragraph():
    assert lead_and_rest("<p>A coil.</p>\n<p>What now?</p>") == ("A coil.", "<p>What now?</p>")
    assert lead_and_rest("<ul><li>a</li></ul>") == ("", "<ul><li>a</li></ul>")
