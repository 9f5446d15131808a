"""Retakes: the first moment that the rules allow, against a simulation that tries hour after hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.attempt_policy import Outcome, PastAttempt, RetakePolicy, Window, eligibility

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST = 24 * 40


def at(hour: int) -> datetime:
    return START + hour * HOUR


def ask(past, policy, now, **facts):
    return eligibility(past=past, policy=policy, now=now, course_completed=True, **facts)


def may_come(hour: int, past: list[tuple[int, Outcome]], policy: RetakePolicy, opens: int) -> bool:
    """Go through the rules one by one at one hour; nothing here is a maximum of moments."""
    if hour < opens:
        return False
    counted = [begun for begun, outcome in past if outcome in policy.counts]
    window = policy.window // HOUR
    if sum(1 for begun in counted if hour - begun < window) >= policy.maximum_attempts:
        return False
    for begun, outcome in past:
        if outcome is Outcome.PASSED and hour - (begun + 1) < policy.wait_after_pass // HOUR:
            return False
    if not counted:
        return True
    last = counted[-1]
    number = sum(1 for begun in counted if last - begun < window)
    if number >= policy.maximum_attempts:
        wait = policy.wait_after_last // HOUR
    elif not policy.waits:
        wait = 0
    else:
        wait = policy.waits[number - 1] // HOUR if number <= len(policy.waits) else policy.waits[-1] // HOUR
    return hour - (last + 1) >= wait


policies = st.builds(
    RetakePolicy,
    maximum_attempts=st.integers(1, 4),
    window=st.integers(1, 10).map(lambda days: days * DAY),
    waits=st.lists(st.integers(0, 4).map(lambda days: days * DAY), max_size=3).map(tuple),
    wait_after_last=st.integers(0, 8).map(lambda days: days * DAY),
    counts=st.frozensets(st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.VOIDED_MISCONDUCT])),
    wait_after_pass=st.integers(0, 6).map(lambda days: days * DAY),
)
ended = st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.VOIDED_TECHNICAL, Outcome.VOIDED_MISCONDUCT])
histories = st.dictionaries(st.integers(0, 240), ended, max_size=5).map(lambda found: sorted(found.items()))


@given(histories, policies, st.integers(0, 300), st.integers(250, 500))
def test_the_first_moment_is_that_of_the_simulation(history, policy, opens, now):
    past = [PastAttempt(at(hour), at(hour + 1), outcome) for hour, outcome in history]
    answer = ask(past, policy, at(now), window=Window(opens_at=at(opens)))
    first = next(hour for hour in range(now, now + LONGEST) if may_come(hour, history, policy, opens))
    assert answer.may_start == (first == now)
    assert answer.not_before == (None if first == now else at(first))


def past_of(*outcomes: Outcome) -> list[PastAttempt]:
    return [PastAttempt(at(24 * n), at(24 * n + 1), outcome) for n, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcome", "left", "waits"),
    [
        (Outcome.FAILED, 2, True),
        (Outcome.VOIDED_MISCONDUCT, 2, True),
        (Outcome.VOIDED_TECHNICAL, 3, False),
        (Outcome.PENDING, 2, False),
        (Outcome.OPEN, 2, False),
    ],
)
def test_what_uses_up_an_attempt(outcome, left, waits):
    """A fault of ours does not, misconduct does; what is not decided yet counts until it is."""
    answer = ask(past_of(outcome), RetakePolicy(), at(24))
    assert (answer.attempts_left, answer.not_before is not None) == (left, waits)


def test_three_technical_faults_leave_all_attempts():
    answer = ask(past_of(*[Outcome.VOIDED_TECHNICAL] * 3), RetakePolicy(), at(100))
    assert (answer.may_start, answer.attempts_left) == (True, 3)


def test_a_pass_ends_the_matter_unless_the_policy_says_otherwise():
    passed = past_of(Outcome.PASSED)
    assert [r.code for r in ask(passed, RetakePolicy(), at(9999)).reasons] == ["already_passed"]
    again = RetakePolicy(wait_after_pass=30 * DAY, waits=())
    assert ask(passed, again, at(10)).not_before == at(1) + 30 * DAY
    assert ask(passed, again, at(1) + 30 * DAY).may_start


def test_the_moment_is_the_next_whole_second():
    ends = at(1) + timedelta(microseconds=1)
    answer = ask([PastAttempt(at(0), ends, Outcome.FAILED)], RetakePolicy(), at(2))
    assert answer.not_before == at(1) + 14 * DAY + timedelta(seconds=1)
    assert ask([PastAttempt(at(0), ends, Outcome.FAILED)], RetakePolicy(), answer.not_before).may_start


@pytest.mark.parametrize(("hour", "codes"), [(9, ["window_not_open"]), (10, []), (11, []), (12, ["window_closed"])])
def test_the_window_is_open_from_its_first_moment_until_before_its_last(hour, codes):
    answer = ask([], RetakePolicy(), at(hour), window=Window(at(10), at(12)))
    assert [reason.code for reason in answer.reasons] == codes
    assert answer.not_before == (at(10) if hour == 9 else None)
