"""How far somebody is in a course, what comes next, and what cannot start yet.

A module may name prerequisites; those that this course does not have (yet) do not hold anybody up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The four words that an outline uses."""

    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"
    LOCKED = "Cannot start yet"


@dataclass(frozen=True)
class LessonFacts:
    """One live lesson. `address` is the path of its page, `minutes` how long it takes."""

    code: str
    title: str
    minutes: int
    address: str
    page_id: int = 0
    revision: int | None = None


@dataclass(frozen=True)
class ModuleFacts:
    """One live module and its live lessons in order."""

    code: str
    title: str
    address: str
    prerequisites: tuple[str, ...]
    lessons: tuple[LessonFacts, ...]
    summary: str = ""
    content_areas: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long all lessons take together."""
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class LessonStanding:
    """A lesson and where the trainee stands with it."""

    lesson: LessonFacts
    state: State


@dataclass(frozen=True)
class ModuleStanding:
    """A module and where the trainee stands with it. `because` says why it cannot start yet."""

    module: ModuleFacts
    state: State
    lessons: tuple[LessonStanding, ...]
    done: int
    because: str = ""


@dataclass(frozen=True)
class Progress:
    """Where a trainee stands in a course."""

    modules: tuple[ModuleStanding, ...]
    done: int
    total: int
    next_lesson: LessonFacts | None

    @property
    def complete(self) -> bool:
        """All live lessons are completed, and there is at least one."""
        return self.total > 0 and self.done == self.total

    @property
    def lessons(self) -> tuple[LessonStanding, ...]:
        """All lessons in the order of the course."""
        return tuple(standing for module in self.modules for standing in module.lessons)

    @property
    def duration(self) -> str:
        """How long all lessons take together, in words."""
        return duration_text(sum(module.module.minutes for module in self.modules))

    def neighbours_of(self, code: str) -> tuple[LessonFacts | None, LessonFacts | None]:
        """Return the lessons before and after one, whatever their state; None at the ends or for an unknown code."""
        every = [standing.lesson for standing in self.lessons]
        codes = [lesson.code for lesson in every]
        if code not in codes:
            return None, None
        place = codes.index(code)
        return (every[place - 1] if place else None), (every[place + 1] if place + 1 < len(every) else None)

    def lesson_after(self, code: str) -> LessonFacts | None:
        """Return where to go on after a lesson: the first open one behind it, else whatever comes next."""
        found = False
        for standing in self.lessons:
            if found and standing.state not in {State.COMPLETED, State.LOCKED}:
                return standing.lesson
            found = found or standing.lesson.code == code
        return self.next_lesson

    def standing_of(self, code: str) -> tuple[ModuleStanding, LessonStanding] | None:
        """Return the standing of one lesson with that of its module, or None when the course lacks it."""
        for module in self.modules:
            for standing in module.lessons:
                if standing.lesson.code == code:
                    return module, standing
        return None


def duration_text(minutes: int) -> str:
    """Write a time as people say it. Worked: 45 gives "45 minutes", 60 "1 hour", 270 "4 hours 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in ((hours, "hour"), (rest, "minute")) if count
    ]
    return " ".join(parts) or "0 minutes"


def progress_of(modules: Sequence[ModuleFacts], completed: Collection[str], last_opened: str = "") -> Progress:
    """Work out the standing in a course from the codes of completed lessons and of the lesson opened last.

    Next is the lesson opened last while it is not completed, else the first lesson after the last completed one in
    the order of the course that can be started, else the first open one.
    Worked: lessons a b c d, completed a c: next is d; with b opened last, next is b; completed c d: next is a.
    """
    standings = tuple(_module_standing(module, modules, completed, last_opened) for module in modules)
    can_start = [standing for standing in standings if standing.state is not State.LOCKED]
    lessons = [standing.lesson for module in can_start for standing in module.lessons]
    every = [lesson for module in modules for lesson in module.lessons]
    return Progress(
        modules=standings,
        done=sum(lesson.code in completed for lesson in every),
        total=len(every),
        next_lesson=_next_lesson(lessons, completed, last_opened),
    )


def _next_lesson(lessons: list[LessonFacts], completed: Collection[str], last_opened: str) -> LessonFacts | None:
    pending = [lesson for lesson in lessons if lesson.code not in completed]
    for lesson in pending:
        if lesson.code == last_opened:
            return lesson
    done_at = [place for place, lesson in enumerate(lessons) if lesson.code in completed]
    after = lessons[max(done_at) + 1 :] if done_at else lessons
    return next((lesson for lesson in after if lesson.code not in completed), pending[0] if pending else None)


def _module_standing(
    module: ModuleFacts, modules: Sequence[ModuleFacts], completed: Collection[str], last_opened: str
) -> ModuleStanding:
    done = sum(lesson.code in completed for lesson in module.lessons)
    missing = [
        other
        for other in modules
        if other.code in module.prerequisites and any(lesson.code not in completed for lesson in other.lessons)
    ]
    opened = any(lesson.code == last_opened for lesson in module.lessons)
    if done == len(module.lessons) and module.lessons:
        state = State.COMPLETED
    elif missing:
        state = State.LOCKED
    else:
        state = State.IN_PROGRESS if done or opened else State.NOT_STARTED
    names = " and ".join(f"{other.code} {other.title}" for other in missing)
    return ModuleStanding(
        module=module,
        state=state,
        lessons=tuple(_lesson_standing(lesson, state, completed, last_opened) for lesson in module.lessons),
        done=done,
        because=f"Complete {names} first." if state is State.LOCKED else "",
    )


def _lesson_standing(
    lesson: LessonFacts, module: State, completed: Collection[str], last_opened: str
) -> LessonStanding:
    if lesson.code in completed:
        return LessonStanding(lesson, State.COMPLETED)
    if module is State.LOCKED:
        return LessonStanding(lesson, State.LOCKED)
    return LessonStanding(lesson, State.IN_PROGRESS if lesson.code == last_opened else State.NOT_STARTED)
