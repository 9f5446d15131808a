"""Signs of a gradebook: what stands in the cell of one person and one piece of work.

Source: ux.md G1 to G3: a dash for nothing yet, a number for a score, tick and cross with words, a sign for what waits
for somebody's judgement; told apart without colour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from exams.rules.practical import PracticalOutcome
from exams.rules.practicum import Standing
from exams.rules.result_policy import OUT, ResultState


class Sign(StrEnum):
    """Kinds of cells, in the order of the legend."""

    NOTHING = "nothing"
    STARTED = "started"
    WAITS = "waits"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    VOID = "void"


WORDS: dict[Sign, str] = {
    Sign.NOTHING: "Nothing yet",
    Sign.STARTED: "In progress",
    Sign.WAITS: "Needs grading",
    Sign.COMPLETE: "Complete",
    Sign.INCOMPLETE: "Incomplete",
    Sign.VOID: "Void",
}


@dataclass(frozen=True)
class Cell:
    """One cell: its sign, a short text where a number says more than the sign, and the words that explain both.

    `record` names what a reader may open from it: the id of an attempt, a sitting or a signed record; `plan` an open
    remediation plan.
    """

    sign: Sign
    text: str = ""
    words: str = ""
    record: str = ""
    plan: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether this piece of work is done."""
        return self.sign is Sign.COMPLETE

    @property
    def spoken(self) -> str:
        """The whole cell in words, as files and screen readers get it."""
        return " ".join(part for part in (self.text, self.words or WORDS[self.sign]) if part)


@dataclass(frozen=True)
class AttemptFacts:
    """One attempt at an exam, as far as it concerns the gradebook. `state` is None while the attempt is open."""

    attempt: str
    number: int
    state: ResultState | None
    passed: bool | None
    points: str


def course_cell(done: int, total: int, *, complete: bool) -> Cell:
    """Say how far somebody is in the lessons of a course; complete is what the course recorded, not what is counted."""
    if complete:
        return Cell(Sign.COMPLETE)
    if not total:
        return Cell(Sign.NOTHING, words="This programme has no lessons online")
    if not done:
        return Cell(Sign.NOTHING)
    return Cell(Sign.STARTED, f"{done}/{total}", "lessons")


def exam_cell(attempts: Iterable[AttemptFacts]) -> Cell:
    """Say where somebody stands in one exam: a pass that is out counts whatever came later, else the newest attempt.

    A score shows only when it is out (matrix of the security design, row "result · read").
    """
    rows = sorted(attempts, key=lambda row: row.number)
    if not rows:
        return Cell(Sign.NOTHING)
    passes = [row for row in rows if row.state in OUT and row.passed]
    row = passes[-1] if passes else rows[-1]
    if row.state is None:
        return Cell(Sign.STARTED, words=f"In progress, attempt {row.number}", record=row.attempt)
    if row.state is ResultState.VOIDED:
        return Cell(Sign.VOID, words=f"Void, attempt {row.number}", record=row.attempt)
    if row.state is ResultState.AWAITING_MARKING:
        return Cell(Sign.WAITS, words=f"Needs grading, attempt {row.number}", record=row.attempt)
    if row.state not in OUT:
        return Cell(Sign.WAITS, words=f"Not released, attempt {row.number}", record=row.attempt)
    decision = "passed" if row.passed else "not passed"
    sign = Sign.COMPLETE if row.passed else Sign.INCOMPLETE
    return Cell(sign, row.points, f"{decision}, attempt {row.number}", row.attempt)


def station_cell(met: bool | None, planned: date | None, today: date, *, sitting: str = "") -> Cell:
    """Say where somebody stands at one station: signed and met or not, else whether a sitting is planned or due.

    `met` is None without a signed record. A planned sitting on or before `today` waits for its assessor, also where an
    older record says "not met": that is the retake.
    """
    if met:
        return Cell(Sign.COMPLETE)
    if planned is not None and planned <= today:
        return Cell(Sign.WAITS, words="Needs grading: the sitting is due", record=sitting)
    if met is False:
        return Cell(Sign.INCOMPLETE, words="Not met" + (", next sitting planned" if planned else ""), record=sitting)
    return Cell(Sign.STARTED, words="Sitting planned", record=sitting) if planned else Cell(Sign.NOTHING)


def practical_cell(outcome: PracticalOutcome) -> Cell:
    """Say how many stations of the practical are met, of the rubric version that counts for this person."""
    if not outcome.stations_total:
        return Cell(Sign.NOTHING, words="This programme has no practical")
    text = f"{outcome.stations_passed}/{outcome.stations_total}"
    sign = Sign.COMPLETE if outcome.passed else Sign.STARTED if outcome.stations_passed else Sign.NOTHING
    return Cell(sign, text, "stations met")


def practicum_cell(lines: Sequence[Standing]) -> Cell:
    """Say how many lines of the practicum's requirement are met, optional ones left out."""
    needed = [line for line in lines if not line.optional]
    met = sum(line.met for line in needed)
    if not any(line.done for line in lines):
        return Cell(Sign.NOTHING)
    sign = Sign.COMPLETE if met == len(needed) else Sign.STARTED
    return Cell(sign, f"{met}/{len(needed)}", "requirements met")


def parts_cell(cells: Sequence[Cell]) -> Cell:
    """Count how many parts of the programme are complete: the course, each required exam, the practical."""
    done = sum(cell.is_complete for cell in cells)
    sign = Sign.COMPLETE if done == len(cells) else Sign.STARTED if done else Sign.NOTHING
    return Cell(sign, f"{done}/{len(cells)}", "parts complete")
