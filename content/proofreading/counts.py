"""How much material there is, and how much of it anybody has reviewed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.proofreading.key_bias import choices_of_bank, key_lengths, key_positions
from content.proofreading.lesson_shape import readability_of
from content.reader.material import Material, Module
from content.reader.references import lessons_of
from content.reader.shapes import Fact, Figure, Question

LEVELS = ("recall", "apply", "judge")


@dataclass(frozen=True)
class ModuleCount:
    """What one module holds."""

    code: str
    lessons: int
    minutes: int
    words: int
    figures: int
    questions: int

    def __str__(self) -> str:
        return (
            f"{self.code}: {self.lessons} lessons, {self.minutes} min, {self.words} words, {self.figures} figures, "
            f"{self.questions} practice questions"
        )


@dataclass(frozen=True)
class AreaCount:
    """How many items one content area has at each of `LEVELS`, and how many of them carry a figure."""

    code: str
    by_level: tuple[int, ...]
    figures: int

    def __str__(self) -> str:
        return (
            f"{self.code}: {sum(self.by_level)} items ({_named(LEVELS, self.by_level)}), {self.figures} with a figure"
        )


@dataclass(frozen=True)
class Counts:
    """Numbers about one material folder; `lines` puts them in words."""

    modules: tuple[ModuleCount, ...]
    areas: tuple[AreaCount, ...]
    kinds: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    positions: tuple[int, ...]
    lengths: tuple[int, ...]
    hardest: tuple[tuple[str, float], ...]
    topics: int

    def lines(self) -> list[str]:
        """Say it in words, a line each."""
        minutes = sum(module.minutes for module in self.modules)
        course = ModuleCount(
            f"Course of {len(self.modules)} modules",
            sum(module.lessons for module in self.modules),
            minutes,
            sum(module.words for module in self.modules),
            sum(module.figures for module in self.modules),
            sum(module.questions for module in self.modules),
        )
        levels = tuple(sum(area.by_level[place] for area in self.areas) for place in range(len(LEVELS)))
        return [
            *map(str, self.modules),
            f"{course} ({minutes / 60:.1f} h)",
            *map(str, self.areas),
            str(AreaCount("Bank", levels, sum(area.figures for area in self.areas))),
            f"Kinds of item: {_pairs(self.kinds)}",
            f"Keys stand first, second, third, fourth: {_numbers(self.positions)}; "
            f"are longest to shortest: {_numbers(self.lengths)}",
            f"Facts by certainty: {_pairs(self.facts)}",
            f"Sources by what was read of them: {_pairs(self.sources)}",
            f"Hardest to read (grade): {', '.join(f'{code} {grade:.1f}' for code, grade in self.hardest)}",
            f"Topics of the programme with their place: {self.topics}",
        ]


def count(material: Material) -> Counts:
    """Count what a folder holds."""
    facts = [block.value for lesson in lessons_of(material.courses) for block in lesson.blocks]
    measured = [readability_of(lesson) for lesson in lessons_of(material.courses)]
    hardest = sorted(((lesson.code, lesson.grade) for lesson in measured), key=lambda pair: -pair[1])[:3]
    return Counts(
        modules=tuple(_module(module) for course in material.courses for module in course.modules),
        areas=tuple(_areas(material)),
        kinds=_tally(item.type for item in material.items),
        facts=_tally(fact.certainty for fact in facts if isinstance(fact, Fact)),
        sources=_tally(source.read for source in material.sources),
        positions=tuple(key_positions(choices_of_bank(material.items))),
        lengths=tuple(key_lengths(choices_of_bank(material.items))),
        hardest=tuple(hardest),
        topics=len(material.topics),
    )


def _module(module: Module) -> ModuleCount:
    blocks = [block.value for lesson in module.lessons for block in lesson.blocks]
    return ModuleCount(
        module.head.code,
        len(module.lessons),
        sum(lesson.head.minutes for lesson in module.lessons),
        sum(readability_of(lesson).words for lesson in module.lessons),
        sum(isinstance(block, Figure) for block in blocks),
        sum(isinstance(block, Question) for block in blocks),
    )


def _areas(material: Material) -> Iterable[AreaCount]:
    held: Counter[tuple[str, str]] = Counter((item.content_area, item.level) for item in material.items)
    drawn = Counter(item.content_area for item in material.items if item.figure)
    for area in sorted({area for area, _ in held}):
        yield AreaCount(area, tuple(held[area, level] for level in LEVELS), drawn[area])


def _tally(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items()))


def _named(names: Sequence[str], numbers: Sequence[int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))


def _pairs(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{name} {number}" for name, number in pairs) or "none"


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
