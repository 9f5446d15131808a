"""What became of a result that was out when its attempt was scored again: for the page, the PDF and the mail."""

from dataclasses import dataclass
from datetime import datetime

from exams.models import Result, Score
from exams.rules.result_policy import ResultState

UNREAD = ("items", "areas", "minimums")


@dataclass(frozen=True)
class Rescoring:
    """One time that an attempt was scored again after its result was out. `anew` counts from then on if it `counts`.

    The reason was a correction of a key, or else the decision about an appeal.
    """

    at: datetime
    before: Score
    anew: Score
    counts: bool

    @property
    def for_a_key(self) -> bool:
        """Whether a key was corrected; no question is named."""
        return bool(self.before.key_changes != self.anew.key_changes)

    @property
    def differs(self) -> bool:
        """Whether another score counts since then: another decision, or other numbers."""
        before, anew = self.before, self.anew
        told = ("passed", "raw", "maximum", "cut", "scaled")
        same = all(getattr(before, name) == getattr(anew, name) for name in told)
        return self.counts and not same


@dataclass(frozen=True)
class Story:
    """When the score that counts was let out first, and each time that the attempt was scored again."""

    released_at: datetime
    rescorings: tuple[Rescoring, ...]


def story_of(result: Result) -> Story:
    """Read the steps of a result that is out, in one query."""
    states = (ResultState.RELEASED, ResultState.REGRADED)
    steps = result.events.filter(to_state__in=states).select_related("score")
    unread = (f"score__{name}" for name in UNREAD)
    released: dict[int, datetime] = {}
    found: list[Rescoring] = []
    out: Score | None = None
    waiting: Score | None = None
    for step in steps.defer(*unread).order_by("happened_at", "pk"):
        score = step.score
        if score is None:  # an appeal ended, and the same score stands
            continue
        if step.to_state == ResultState.REGRADED:
            waiting = score
            continue
        released.setdefault(score.pk, step.happened_at)
        if out is not None and waiting is not None:
            found.append(Rescoring(step.happened_at, out, waiting, counts=score.pk == waiting.pk))
        out, waiting = score, None
    return Story(released.get(result.released_score_id or 0, result.changed_at), tuple(found))
