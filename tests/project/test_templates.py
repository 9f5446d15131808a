"""Templates keep to the content security policy, to their own package, and to escaping."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lms", "content", "courses", "exams", "certificates")
# Pages that become a PDF: no browser, no content security policy, one file with its style inside.
PRINTED = {
    "certificates/templates/certificates/print.html",
    "courses/templates/courses/print/proof.html",
    "exams/templates/exams/print/report.html",
}
# Why each place may put text into a page without escaping it.
UNESCAPED = {
    "lms/templates/django/forms/field.html": "help texts are written by us or by Django, never by people",
    "content/templatetags/typography.py": "escapes what is not markup already, then changes blanks only",
    "courses/rendering.py": "what our own block templates rendered with escaping, read back from its row",
    "exams/templates/exams/marking/task.html": "the same stems as in the room; what was written there is escaped",
    "exams/templates/exams/_question_body.html": "stems of items, by exams.rules.wording, which escapes HTML",
    "exams/templates/exams/start.html": "the honour statement of a blueprint, made by exams.rules.wording",
}
SHARED = ("look/", "allauth/layouts/", "django/forms/")
LIBRARIES = {"account", "allauth", "mfa", "usersessions", "django", "wagtailadmin"}
# Filters that write markup: in the title of a page, or in a mail, it would stand there letter by letter.
MAKES_MARKUP = re.compile(r"\|\s*(?:moment|exact_moment|moment_from|clock|day|linebreaks|linebreaksbr|urlize)\b")
TITLE = re.compile(r"{%\s*block title\s*%}(.*?){%\s*endblock", re.DOTALL)
MARKING = re.compile(r"\|\s*safe\b|\bmark_safe\b|\bautoescape off\b|\bSafeString\(")

RULES = {
    "inline style": re.compile(r"<style\b(?![^>]*nonce)|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"(href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "another host": re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//(?!\{)", re.IGNORECASE),
}


def templates() -> Iterator[Path]:
    """Yield every template of ours."""
    for package in PACKAGES:
        yield from (ROOT / package).glob("**/templates/**/*.html")


def plain_texts() -> Iterator[Path]:
    """Yield every template of a mail, a calendar file or another text without markup."""
    for package in PACKAGES:
        for ending in ("txt", "ics"):
            yield from (ROOT / package).glob(f"**/templates/**/*.{ending}")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sorted(templates()), ids=named)
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    if named(path) in PRINTED:
        return
    assert [rule for rule, pattern in RULES.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", sorted(templates()), ids=named)
def test_a_template_includes_only_its_own_package_and_the_shared_partials(path: Path) -> None:
    owner = path.parts[path.parts.index("templates") + 1]
    used = re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']", path.read_text())
    shared = {name for name in used if "/" not in name or name.startswith(SHARED)}
    # Templates that override a library's may use the library's own, and those of people's accounts.
    library = {name for name in used if owner in LIBRARIES and name.split("/")[0] in LIBRARIES | {"accounts"}}
    assert [name for name in used if name not in shared | library and not name.startswith(f"{owner}/")] == []


@pytest.mark.parametrize("path", sorted(templates()), ids=named)
def test_the_title_of_a_page_holds_no_markup(path: Path) -> None:
    assert [title for title in TITLE.findall(path.read_text()) if MAKES_MARKUP.search(title)] == []


@pytest.mark.parametrize("path", sorted(plain_texts()), ids=named)
def test_a_mail_holds_no_markup(path: Path) -> None:
    assert MAKES_MARKUP.search(path.read_text()) is None


@pytest.mark.parametrize(("filter_", "refused"), [("day", True), ("exact_moment", True), ("plain_day", False)])
def test_the_rule_for_titles_finds_filters_that_write_markup(filter_: str, refused: bool) -> None:
    text = f"{{% block title %}}\nExam of {{{{ at|{filter_} }}}}{{% endblock %}}"
    assert [bool(MAKES_MARKUP.search(title)) for title in TITLE.findall(text)] == [refused]


def test_text_goes_unescaped_in_named_places_only() -> None:
    sources = [*templates(), *(path for package in PACKAGES for path in (ROOT / package).glob("**/*.py"))]
    assert {named(path) for path in sources if MARKING.search(path.read_text())} == set(UNESCAPED)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("inline style", '<p style="color: red">'),
        ("inline style", "<style>"),
        ("inline script", "<script>alert(1)</script>"),
        ("inline handler", '<button onclick="x()">'),
        ("script address", '<a href="javascript:x()">'),
        ("another host", '<img src="https://example.org/x.png">'),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert RULES[rule].search(text)
