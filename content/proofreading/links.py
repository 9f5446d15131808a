"""Links that cannot work: addresses of no form, hosts that are examples, DOIs that are none."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from content.proofreading.findings import Finding
from content.reader.lessons import Lesson
from content.reader.material import Material
from content.reader.references import lessons_of

LINK = re.compile(r"\]\((?P<address>[^)\s]+)\)")
# ISO 26324: a prefix of 10 and a registrant's number, then anything that can be printed.
DOI = re.compile(r"10\.[0-9]{4,9}(\.[0-9]+)*/[^\s<>\"]+\Z")
EXAMPLES = ("example.org", "example.com", "example.net", "localhost")


def check_links(material: Material) -> Iterator[Finding]:
    """Find links in lessons and addresses of sources that cannot lead anywhere. Asks no network."""
    for lesson in lessons_of(material.courses):
        yield from _of_lesson(lesson, material)
    for source in material.sources:
        if source.url and (problem := _problem_of(source.url)):
            yield Finding(*material.place_of(source), "link", source.key, problem)


def _of_lesson(lesson: Lesson, material: Material) -> Iterator[Finding]:
    text = (material.root / lesson.file).read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), start=1):
        for match in LINK.finditer(line):
            if problem := _problem_of(match["address"]):
                yield Finding(lesson.file, number, "link", lesson.head.code, problem)


def _problem_of(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.scheme == "mailto":
        return None if "@" in parts.path else f"{address} is no mail address"
    host = parts.hostname or ""
    if "." not in host or host.endswith(EXAMPLES):
        return f"{address} leads nowhere"
    if host.endswith("doi.org") and not DOI.match(parts.path.lstrip("/")):
        return f"{address} is not a DOI"
    return None
