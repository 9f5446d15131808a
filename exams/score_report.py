"""What a candidate is told about a result that is out; the page and the PDF say the same (exams.md 3.11)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from exams.models import Attempt, Score
from exams.rescoring import Rescoring, story_of
from exams.rules.appeal_policy import appeal_until
from exams.rules.cut_score import Band, band, standard_error
from exams.rules.scaled_score import Scale

BAND_WORDS = {
    Band.TOO_FEW: "Too few questions to tell",
    Band.BELOW: "Below",
    Band.NEAR: "Near",
    Band.ABOVE: "Above",
}


@dataclass(frozen=True)
class AreaBand:
    """One content area on a failing candidate's report; `error` is the standard error in points, at the cut."""

    title: str
    raw: str
    maximum: int
    error: str
    band: Band
    words: str


@dataclass(frozen=True)
class MinimumLine:
    """Points that some areas had to reach by themselves."""

    title: str
    raw: str
    points: str
    met: bool


@dataclass(frozen=True)
class RescoringLine:
    """That the attempt was scored again: when, and in words why and what came of it. No question is named."""

    at: datetime
    why: str
    outcome: str


@dataclass(frozen=True)
class ScoreReport:
    """The decision first; points or a scaled score, never both, and never a percentage."""

    attempt: Attempt
    score: Score
    scale: Scale | None
    released_at: datetime
    appeal_until: datetime
    bands: tuple[AreaBand, ...]
    minimums: tuple[MinimumLine, ...]
    rescorings: tuple[RescoringLine, ...]

    @property
    def decision(self) -> str:
        """The decision in words."""
        return "Passed" if self.score.passed else "Not passed"

    @property
    def raw(self) -> str:
        """Points."""
        return plain(self.score.raw)

    @property
    def cut(self) -> str:
        """Points that passing needs."""
        return plain(self.score.cut)

    @property
    def maximum(self) -> str:
        """Points that could be reached."""
        return plain(self.score.maximum)

    @property
    def form_code(self) -> str:
        """Which form was sat, without anything that is in it."""
        return f"{self.attempt.form.code}, version {self.attempt.form.version}"

    @property
    def in_numbers(self) -> str:
        """Score and pass mark, and whether that is provisional."""
        note = " The pass mark is provisional." if self.attempt.form.blueprint.cut_is_provisional else ""
        if self.scale is not None and self.score.scaled is not None:
            scale = f"on a scale from {self.scale.lowest} to {self.scale.highest}"
            return f"Score {self.score.scaled} {scale}. {self.scale.cut} is needed to pass.{note}"
        return f"{self.raw} of {self.maximum} points. {self.cut} are needed to pass.{note}"


def report_on(attempt: Attempt) -> ScoreReport | None:
    """Return the report on an attempt whose result is out, or None."""
    score = attempt.released_score
    if score is None:
        return None
    story = story_of(attempt.result)
    released_at = story.released_at
    return ScoreReport(
        attempt=attempt,
        score=score,
        scale=attempt.form.blueprint.scale if score.scaled is not None else None,
        released_at=released_at,
        appeal_until=appeal_until(released_at, days=attempt.exam.appeal_days),
        bands=() if score.passed else tuple(_area_band(area, score) for area in score.areas),
        minimums=tuple(_minimum(minimum) for minimum in score.minimums),
        rescorings=tuple(_rescoring(rescoring) for rescoring in story.rescorings),
    )


def _rescoring(rescoring: Rescoring) -> RescoringLine:
    why = "because a question was put right" if rescoring.for_a_key else "after an appeal"
    if not rescoring.counts:
        return RescoringLine(rescoring.at, why, "the earlier result stays, for scoring again does not lower it")
    if not rescoring.differs:
        return RescoringLine(rescoring.at, why, "the result stays as it was")
    return RescoringLine(rescoring.at, why, f"before: {_in_words(rescoring.before)}")


def _in_words(score: Score) -> str:
    """Write an earlier score: points or a scaled score, never both, and the decision."""
    decision = "passed" if score.passed else "not passed"
    if score.scaled is not None:
        return f"score {score.scaled}, {decision}"
    return f"{plain(score.raw)} of {plain(score.maximum)}, {decision}"


def _area_band(area: dict[str, Any], score: Score) -> AreaBand:
    raw, maximum = Decimal(area["raw"]), int(area["maximum"])
    place = band(raw, maximum, cut=score.cut, total=score.maximum)
    error = f"{standard_error(maximum, cut=score.cut, total=score.maximum):.1f}"
    return AreaBand(area["title"], plain(raw), maximum, error, place, BAND_WORDS[place])


def _minimum(minimum: dict[str, Any]) -> MinimumLine:
    raw, points = plain(Decimal(minimum["raw"])), plain(Decimal(minimum["points"]))
    return MinimumLine(minimum["title"], raw, points, minimum["met"])


def plain(number: Decimal) -> str:
    """Write points without needless zeros, cut off after two places and never rounded up: 34.6666 → 34.66."""
    text = f"{number:.4f}"[:-2]
    return text.rstrip("0").rstrip(".")
