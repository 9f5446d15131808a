"""How far somebody is, and what comes next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.progress import LessonFacts, ModuleFacts, State, duration_text, progress_of


def module(code: str, *lessons: str, after: tuple[str, ...] = ()) -> ModuleFacts:
    facts = tuple(LessonFacts(lesson, lesson, 10, f"/{lesson}/") for lesson in lessons)
    return ModuleFacts(code, code, f"/{code}/", after, facts)


COURSE = (module("M01", "a", "b"), module("M02", "c", "d"))


@pytest.mark.parametrize(
    ("completed", "last_opened", "expected"),
    [
        ("", "", "a"),
        ("a", "", "b"),
        ("ac", "", "d"),
        ("ac", "b", "b"),
        ("cd", "", "a"),
        ("a", "a", "b"),
        ("", "d", "d"),
        ("", "gone", "a"),
    ],
)
def test_continue_leads_to_the_next_lesson(completed: str, last_opened: str, expected: str) -> None:
    following = progress_of(COURSE, frozenset(completed), last_opened).next_lesson
    assert following is not None
    assert following.code == expected


def test_nothing_comes_after_everything() -> None:
    progress = progress_of(COURSE, frozenset("abcd"))
    assert (progress.complete, progress.next_lesson, progress.done, progress.total) == (True, None, 4, 4)


def test_a_course_without_lessons_is_never_complete() -> None:
    assert not progress_of((), frozenset()).complete


def test_states_of_modules_and_lessons() -> None:
    progress = progress_of(COURSE, frozenset("abc"), "d")
    assert [standing.state for standing in progress.modules] == [State.COMPLETED, State.IN_PROGRESS]
    assert [standing.state for standing in progress.modules[1].lessons] == [State.COMPLETED, State.IN_PROGRESS]


def test_a_module_waits_for_its_prerequisites_and_says_so() -> None:
    course = (module("M01", "a"), module("M02", "b", after=("M01",)))
    locked = progress_of(course, frozenset()).modules[1]
    assert (locked.state, locked.because) == (State.LOCKED, "Complete M01 M01 first.")
    assert progress_of(course, frozenset("a")).modules[1].state is State.NOT_STARTED


def test_a_prerequisite_that_the_course_does_not_have_holds_nobody_up() -> None:
    assert progress_of((module("M06", "a", after=("M02",)),), frozenset()).modules[0].state is State.NOT_STARTED


def test_going_on_after_a_lesson_skips_what_is_done() -> None:
    progress = progress_of(COURSE, frozenset("ab"))
    assert [getattr(progress.lesson_after(code), "code", None) for code in "abcd"] == ["c", "c", "d", "c"]


def test_neighbours_are_those_of_the_course() -> None:
    progress = progress_of(COURSE, frozenset())
    before, after = progress.neighbours_of("b")
    assert (before and before.code, after and after.code) == ("a", "c")
    assert progress.neighbours_of("a")[0] is None
    assert progress.neighbours_of("gone") == (None, None)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (270, "4 hours 30 minutes")]
)
def test_time_is_written_as_people_say_it(minutes: int, words: str) -> None:
    assert duration_text(minutes) == words


@given(completed=st.frozensets(st.sampled_from("abcdx")), opened=st.sampled_from(["", *"abcdx"]))
def test_next_is_an_open_lesson_and_missing_only_when_complete(completed: frozenset[str], opened: str) -> None:
    progress = progress_of(COURSE, completed, opened)
    assert progress.done == len(completed & set("abcd"))
    assert (progress.next_lesson is None) == progress.complete
    assert progress.next_lesson is None or progress.next_lesson.code not in completed
