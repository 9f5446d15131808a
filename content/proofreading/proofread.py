"""All checks over one material folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from content.proofreading.counts import Counts, count
from content.proofreading.coverage import check_bank_size, check_dates, check_topics
from content.proofreading.doses import check_doses
from content.proofreading.findings import Finding, without_accepted
from content.proofreading.item_clues import check_clues
from content.proofreading.key_bias import check_bias
from content.proofreading.lesson_shape import check_lesson, check_module
from content.proofreading.links import check_links
from content.proofreading.passages import passages_of
from content.proofreading.roles import check_role
from content.proofreading.stems import check_stems
from content.proofreading.wording import check_wording
from content.reader.material import Material
from content.reader.references import lessons_of


@dataclass(frozen=True)
class Verdict:
    """What was found, without what people have accepted, and how much there is."""

    findings: tuple[Finding, ...]
    counts: Counts
    accepted: int


def proofread(material: Material, *, today: date) -> Verdict:
    """Run every check on material that the reader has passed."""
    findings = without_accepted(_all_findings(material, today), material.accepted)
    return Verdict(tuple(findings), count(material), len(material.accepted))


def _all_findings(material: Material, today: date) -> Iterator[Finding]:
    for passage in passages_of(material):
        yield from check_wording(passage)
        yield from check_role(passage)
        yield from check_doses(passage)
    for lesson in lessons_of(material.courses):
        yield from check_lesson(lesson)
    for course in material.courses:
        for module in course.modules:
            yield from check_module(module, f"{module.folder}/module.yaml")
    for item in material.items:
        yield from check_clues(item, *material.place_of(item))
    yield from check_bias(material)
    yield from check_stems(material)
    yield from check_bank_size(material)
    yield from check_topics(material)
    yield from check_dates(material, today)
    yield from check_links(material)
