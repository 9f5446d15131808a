"""From a closed attempt to a result that is out: the states, and which step leads where (exams.md 1.3)."""

from enum import StrEnum


class ResultState(StrEnum):
    """Where a closed attempt stands. Only a released score is shown to the candidate and counts."""

    AWAITING_MARKING = "awaiting_marking"
    SCORED = "scored"
    HELD = "held"
    RELEASED = "released"
    APPEALED = "appealed"
    REGRADED = "regraded"
    VOIDED = "voided"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return WORDS[self]


WORDS: dict[ResultState, str] = {
    ResultState.AWAITING_MARKING: "Waits for marking",
    ResultState.SCORED: "Scored, not released",
    ResultState.HELD: "Held",
    ResultState.RELEASED: "Released",
    ResultState.APPEALED: "Released, under appeal",
    ResultState.REGRADED: "Scored again, new result not released",
    ResultState.VOIDED: "Void",
}
FIRST_STATES = frozenset({ResultState.AWAITING_MARKING, ResultState.SCORED, ResultState.VOIDED})
STEPS: dict[ResultState, frozenset[ResultState]] = {
    ResultState.AWAITING_MARKING: frozenset({ResultState.SCORED, ResultState.VOIDED}),
    ResultState.SCORED: frozenset({ResultState.RELEASED, ResultState.HELD}),
    ResultState.HELD: frozenset({ResultState.RELEASED, ResultState.VOIDED}),
    ResultState.RELEASED: frozenset({ResultState.APPEALED, ResultState.REGRADED}),
    ResultState.APPEALED: frozenset({ResultState.RELEASED, ResultState.REGRADED}),
    ResultState.REGRADED: frozenset({ResultState.RELEASED}),
    ResultState.VOIDED: frozenset(),
}
# A score of these is out: shown to the candidate, and it counts.
OUT = frozenset({ResultState.RELEASED, ResultState.APPEALED, ResultState.REGRADED})


def may_step(origin: ResultState | None, target: ResultState) -> bool:
    """Whether a result may go from one state to another; `origin` is None for a result that begins."""
    return target in (FIRST_STATES if origin is None else STEPS[origin])
