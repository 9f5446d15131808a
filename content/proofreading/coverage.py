"""Whether the bank can feed its blueprints, the course its topics, and everything its day of review."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from content.proofreading.findings import Finding
from content.reader.assessment_shapes import limits
from content.reader.material import Material
from content.reader.references import lessons_of

# Forms that share few items, and retakes on a form of their own, need a bank of several forms' length.
FORMS_IN_BANK = 3


def check_bank_size(material: Material) -> Iterator[Finding]:
    """Find content areas, and levels within them, with fewer items than three forms of a blueprint need."""
    held: Counter[tuple[str, str]] = Counter((item.content_area, item.level) for item in material.items)
    for blueprint in material.blueprints:
        file, line = material.place_of(blueprint)
        for area in blueprint.content_areas:
            in_area = sum(count for (code, _), count in held.items() if code == area.code)
            wanted = {"": area.scored, **(dict(area.levels) if area.levels else {})}
            for level, count in wanted.items():
                scored = limits(count)[0]
                have = held[area.code, level] if level else in_area
                if have < scored * FORMS_IN_BANK:
                    what = f"{area.code} {level}".strip()
                    message = f"{what}: {have} items, {FORMS_IN_BANK} forms need {scored * FORMS_IN_BANK}"
                    yield Finding(file, line, "bank-size", "bank", message)


def check_dates(material: Material, today: date) -> Iterator[Finding]:
    """Find lessons, modules and items whose day of review has come."""
    for lesson in lessons_of(material.courses):
        if lesson.head.review_by <= today:
            message = f"was to be reviewed by {lesson.head.review_by}"
            yield Finding(lesson.file, 1, "review-overdue", lesson.head.code, message)
    for item in material.items:
        if item.review_by <= today:
            yield Finding(
                *material.place_of(item), "review-overdue", item.code, f"was to be reviewed by {item.review_by}"
            )


def check_topics(material: Material) -> Iterator[Finding]:
    """Find topics of the programme whose place in the lessons is gone: a lesson, or the screen in it."""
    screens = {
        lesson.head.code: {str(block.value) for block in lesson.blocks if block.kind == "heading"}
        for lesson in lessons_of(material.courses)
    }
    for topic in material.topics:
        for place in topic.taught_in:
            if place.lesson not in screens:
                message = f"«{topic.topic}» is said to be taught in {place.lesson}, which does not exist"
                yield Finding("topics.yaml", 1, "topic", place.lesson, message)
            elif place.screen not in screens[place.lesson]:
                message = f"«{topic.topic}» is said to be taught under «{place.screen}», which {place.lesson} lacks"
                yield Finding("topics.yaml", 1, "topic", place.lesson, message)
