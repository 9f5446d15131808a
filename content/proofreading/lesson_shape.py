"""What makes a lesson fit for a phone in a break: short, readable, with something to do and something to keep."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.proofreading.findings import Finding
from content.proofreading.passages import lesson_passages
from content.proofreading.readability import grade_level, words_of
from content.reader.lessons import Lesson
from content.reader.material import Module
from content.reader.shapes import Callout, Case, Question, Summary

FEWEST_WORDS, MOST_WORDS = 700, 1_400
HIGHEST_GRADE = 10.0
LESSONS = range(4, 8)
QUESTIONS = range(8, 13)


@dataclass(frozen=True)
class Readability:
    """Words and grade of one lesson."""

    code: str
    words: int
    grade: float


PROSE = {"text", "fact", "callout", "steps", "case", "summary"}
READ_BY_ALL = PROSE | {"table", "figure", "stem", "key", "distractor"}


def readability_of(lesson: Lesson) -> Readability:
    """Measure one lesson: words of all that everybody reads (reasons show on answering), grade of its running text."""
    passages = list(lesson_passages(lesson))
    prose = "\n\n".join(passage.text for passage in passages if passage.kind in PROSE)
    words = sum(len(words_of(passage.text)) for passage in passages if passage.kind in READ_BY_ALL)
    return Readability(lesson.head.code, words, grade_level(prose) if prose else 0.0)


def check_lesson(lesson: Lesson) -> Iterator[Finding]:
    """Find a lesson that is too long, too short, too hard to read, or without something to do or to keep."""
    measured = readability_of(lesson)
    if not FEWEST_WORDS <= measured.words <= MOST_WORDS:
        message = f"{measured.words} words; a lesson has {FEWEST_WORDS} to {MOST_WORDS}"
        yield Finding(lesson.file, 1, "lesson-length", lesson.head.code, message)
    if measured.grade > HIGHEST_GRADE:
        message = f"reads at grade {measured.grade:.1f}; at most {HIGHEST_GRADE:.0f} is readable in a break"
        yield Finding(lesson.file, 1, "reading-level", lesson.head.code, message)
    if not any(isinstance(block.value, Question) for block in lesson.blocks):
        yield Finding(lesson.file, 1, "nothing-to-do", lesson.head.code, "no practice question")
    if not isinstance(lesson.blocks[-1].value, Summary):
        yield Finding(lesson.file, 1, "no-summary", lesson.head.code, "does not end with a summary to keep")


def check_module(module: Module, file: str) -> Iterator[Finding]:
    """Find a module without its due share of lessons, practice questions, cases and answered misconceptions."""
    code = module.head.code
    blocks = [block.value for lesson in module.lessons for block in lesson.blocks]
    questions = sum(isinstance(block, Question) for block in blocks)
    if len(module.lessons) not in LESSONS:
        message = f"{len(module.lessons)} lessons; a module has {LESSONS.start} to {LESSONS.stop - 1}"
        yield Finding(file, 1, "module-size", code, message)
    if questions not in QUESTIONS:
        message = f"{questions} practice questions; a module has {QUESTIONS.start} to {QUESTIONS.stop - 1}"
        yield Finding(file, 1, "module-questions", code, message)
    if not any(isinstance(block, Case) for block in blocks):
        yield Finding(file, 1, "module-case", code, "no case")
    if not any(isinstance(block, Callout) and block.kind == "misconception" for block in blocks):
        yield Finding(file, 1, "module-misconception", code, "answers no misconception")
