"""What files say about each other: sources cited, codes used once, forms that fit their blueprint."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from content.reader.assessment_shapes import Blueprint, ExamForm, Practical, in_words, limits
from content.reader.faults import FaultList
from content.reader.item_shapes import Item
from content.reader.shapes import Fact

if TYPE_CHECKING:
    from content.reader.lessons import Lesson
    from content.reader.material import Course, Material

Where = Callable[[object], tuple[str, int]]


def check_sources(material: "Material", where: Where, faults: FaultList) -> None:
    """Every source that is cited must exist."""
    known = {source.key for source in material.sources}
    for key, file, line in _citations(material, where):
        if key not in known:
            faults.add(file, line, f"unknown source `{key}`")


def _citations(material: "Material", where: Where) -> Iterator[tuple[str, str, int]]:
    for item in material.items:
        yield from ((key, *where(item)) for key in item.sources)
    for practical in material.practicals:
        yield from ((key, *where(practical)) for station in practical.stations for key in station.sources)
    for term in material.terms:
        yield from ((key, *where(term)) for key in term.sources)
    for lesson in lessons_of(material.courses):
        yield from ((key, lesson.file, 1) for key in lesson.head.sources)
        for block in lesson.blocks:
            if isinstance(block.value, Fact):
                yield from ((key, lesson.file, block.line) for key in block.value.sources)


def lessons_of(courses: Iterable["Course"]) -> Iterator["Lesson"]:
    """Yield all lessons of all courses."""
    return (lesson for course in courses for module in course.modules for lesson in module.lessons)


def check_courses(material: "Material", where: Where, faults: FaultList) -> None:
    """Codes are used once, and lessons carry the code of their module."""
    modules = [module for course in material.courses for module in course.modules]
    _refuse_repeated_codes("course", [course.head for course in material.courses], where, faults)
    _refuse_repeated_codes("module", [module.head for module in modules], where, faults)
    seen: set[str] = set()
    for module in modules:
        if module.head.code in module.head.prerequisites:
            faults.add(*where(module.head), "a module cannot be its own prerequisite")
        if module.head.review_status == "reviewed":
            for lesson in module.lessons:
                if not lesson.head.medically_reviewed:
                    faults.add(
                        lesson.file, 1, "its module is `reviewed`, but no physician's medical review of it is recorded"
                    )
        for lesson in module.lessons:
            code = lesson.head.code
            if code in seen:
                faults.add(lesson.file, 2, f"the lesson code `{code}` is used twice")
            if not code.startswith(f"{module.head.code}-"):
                faults.add(lesson.file, 2, f"the code must begin with {module.head.code}-")
            seen.add(code)


def check_glossary(material: "Material", where: Where, faults: FaultList) -> None:
    """Keys and names of terms are used once, whatever their capitals, and the lessons that teach them exist."""
    lessons = {lesson.head.code for lesson in lessons_of(material.courses)}
    keys: set[str] = set()
    names: set[str] = set()
    for term in material.terms:
        if term.key in keys:
            faults.add(*where(term), f"the term key `{term.key}` is used twice")
        keys.add(term.key)
        for name in (term.term, *term.also):
            if name.casefold() in names:
                faults.add(*where(term), f"the word `{name}` stands in the glossary twice")
            names.add(name.casefold())
        if term.lesson is not None and term.lesson not in lessons:
            faults.add(*where(term), f"there is no lesson `{term.lesson}`")


def check_assessment(material: "Material", where: Where, faults: FaultList) -> None:
    """Items, blueprints, forms and practicals fit together."""
    _refuse_repeated_codes("item", material.items, where, faults)
    _refuse_repeated_codes("blueprint", material.blueprints, where, faults)
    _refuse_repeated_codes("exam form", material.exam_forms, where, faults)
    _refuse_repeated_codes("practical", material.practicals, where, faults)
    items = {item.code: item for item in material.items}
    for item in material.items:
        for enemy in sorted(set(item.enemies) - set(items)):
            faults.add(*where(item), f"the enemy `{enemy}` of {item.code} does not exist")
    blueprints = {blueprint.code: blueprint for blueprint in material.blueprints}
    for form in material.exam_forms:
        blueprint = blueprints.get(form.blueprint)
        for problem in _problems_of_form(form, blueprint, items):
            faults.add(*where(form), problem)
        if blueprint is not None and blueprint.published_items == "forbidden":
            open_to_all = sorted(material.published_codes & {place.item for place in form.items})
            if open_to_all:
                faults.add(*where(form), f"{blueprint.code} forbids published items: {', '.join(open_to_all)}")
    programmes = {course.head.code for course in material.courses}
    parts: tuple[ExamForm | Practical, ...] = (*material.exam_forms, *material.practicals)
    for part in parts:
        if part.programme not in programmes:
            faults.add(*where(part), f"there is no course `{part.programme}`")


def _problems_of_form(form: ExamForm, blueprint: Blueprint | None, items: dict[str, Item]) -> Iterator[str]:
    """Yield why a form does not fit its blueprint or its items."""
    codes = [place.item for place in form.items]
    yield from (f"there is no item `{code}`" for code in codes if code not in items)
    on_form = set(codes)
    for code in codes:
        if code in items:
            yield from (
                f"{code} and its enemy {enemy} share this form"
                for enemy in items[code].enemies
                if enemy in on_form and (code < enemy or code not in items.get(enemy, items[code]).enemies)
            )
    if blueprint is None:
        yield f"there is no blueprint `{form.blueprint}`"
        return
    scored = Counter(place.item.partition("-")[0] for place in form.items if place.section == "scored")
    wanted = {area.code: area.scored for area in blueprint.content_areas}
    for area in sorted(set(scored) | set(wanted)):
        least, most = limits(wanted.get(area, 0))
        if not least <= scored[area] <= most:
            yield f"{area} has {scored[area]} scored items, the blueprint asks for {in_words(wanted.get(area, 0))}"
    yield from _problems_of_levels(form, blueprint, items)
    pretest = sum(place.section == "pretest" for place in form.items)
    if pretest != blueprint.pretest_count:
        yield f"{pretest} pretest items, the blueprint asks for {blueprint.pretest_count}"


def _problems_of_levels(form: ExamForm, blueprint: Blueprint, items: dict[str, Item]) -> Iterator[str]:
    """Yield where the scored items of an area do not stand at the levels that the blueprint asks for."""
    scored = [items[place.item] for place in form.items if place.section == "scored" and place.item in items]
    found: Counter[tuple[str, str]] = Counter((item.content_area, item.level) for item in scored)
    for area in blueprint.content_areas:
        for level, wanted in (dict(area.levels) if area.levels else {}).items():
            least, most = limits(wanted)
            if not least <= found[area.code, level] <= most:
                have = found[area.code, level]
                yield f"{area.code} has {have} scored items to {level}, the blueprint asks for {in_words(wanted)}"


def _refuse_repeated_codes(noun: str, things: Iterable[Any], where: Where, faults: FaultList) -> None:
    seen: set[str] = set()
    for thing in things:
        if thing.code in seen:
            faults.add(*where(thing), f"the {noun} code `{thing.code}` is used twice")
        seen.add(thing.code)
