"""The cut of one round of a panel, whatever its method (exams.md 4.3): cut, standard error, and what it rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from exams.rules.psychometrics.standard_setting.angoff import AngoffRound, angoff_round
from exams.rules.psychometrics.standard_setting.answers import CELLS, Answers, cell_key, item_key, needed
from exams.rules.psychometrics.standard_setting.beuk import BeukCut, BeukJudge, beuk
from exams.rules.psychometrics.standard_setting.ebel import EbelCell, EbelCut, ebel
from exams.rules.psychometrics.standard_setting.hofstee import HofsteeCut, HofsteeJudge, hofstee
from exams.rules.psychometrics.standard_setting.scores import ScoreDistribution
from exams.rules.psychometrics.undefined import Statistic, Why

# A curve of fewer scores moves by more than three points of percent with each candidate.
FEWEST_PERSONS = 30
FEWEST_JUDGES = 2
Judge = TypeVar("Judge")


@dataclass(frozen=True)
class PanelOutcome:
    """One round. `judges` said something, `missing` answers of theirs are missing; points are not rounded.

    `sums` are the points of each judge where a method adds any up. `without_one` are lowest and highest cut when one
    judge is left out, where the method has no standard error; None where a cut vanishes by that.
    """

    judges: int
    missing: int
    cut: Statistic
    error: Statistic
    sums: Mapping[str, Statistic]
    detail: AngoffRound | EbelCut | HofsteeCut | BeukCut
    without_one: tuple[float, float] | None = None


def angoff_outcome(places: Sequence[int], ratings: Mapping[str, Mapping[int, int]]) -> PanelOutcome:
    """Return the outcome of ratings in percent by judge and place. Judges who rated nothing took no part in it."""
    shares = {
        judge: [None if (percent := given.get(place)) is None else percent / 100 for place in places]
        for judge, given in ratings.items()
    }
    found = angoff_round([str(place) for place in places], shares)
    return PanelOutcome(found.judges, found.missing, found.cut, found.se, found.sums, found)


def ebel_outcome(places: Sequence[int], answers: Mapping[str, Answers]) -> PanelOutcome:
    """Return the outcome of cells and percents; only judges who placed every item and filled every cell count."""
    missing, whole = _whole("ebel", places, answers)
    found = ebel({judge: _cells(places, given) for judge, given in whole.items()})
    sums = {judge: found.sums.get(judge, Why.JUDGE_INCOMPLETE) for judge in answers}
    enough = len(whole) >= FEWEST_JUDGES
    why = Why.JUDGES_INCOMPLETE if answers else Why.NO_JUDGES
    cut, error = (found.panel.mean, found.panel.se) if enough else (why, why)
    return PanelOutcome(len(answers), missing, cut, error, sums, found)


def hofstee_outcome(answers: Mapping[str, Answers], scores: ScoreDistribution) -> PanelOutcome:
    """Return the outcome of four limits by judge, against the scores that candidates have."""
    missing, whole = _whole("hofstee", (), answers)
    judges = [
        HofsteeJudge(
            _points(given["k_min"], scores),
            _points(given["k_max"], scores),
            int(given["f_min"]) / 100,
            int(given["f_max"]) / 100,
        )
        for given in whole.values()
    ]
    return _compromise(len(answers), missing, judges, scores, hofstee)


def beuk_outcome(answers: Mapping[str, Answers], scores: ScoreDistribution) -> PanelOutcome:
    """Return the outcome of a cut and a pass rate by judge, against the scores that candidates have."""
    missing, whole = _whole("beuk", (), answers)
    judges = [BeukJudge(_points(given["cut"], scores), int(given["pass_rate"]) / 100) for given in whole.values()]
    return _compromise(len(answers), missing, judges, scores, beuk)


def missing_of(method: str, places: Sequence[int], given: Answers) -> int:
    """Count what a judge has still to answer."""
    return sum(about not in given for about in needed(method, places, given))


def _whole(method: str, places: Sequence[int], answers: Mapping[str, Answers]) -> tuple[int, dict[str, Answers]]:
    left = {judge: missing_of(method, places, given) for judge, given in answers.items()}
    return sum(left.values()), {judge: given for judge, given in answers.items() if not left[judge]}


def _cells(places: Sequence[int], given: Answers) -> list[EbelCell]:
    counts = {cell: sum(given[item_key(place)] == cell for place in places) for cell in CELLS}
    found = []
    for cell, count in counts.items():
        if count:
            relevance, difficulty = cell.split(".")
            found.append(EbelCell(relevance, difficulty, count, int(given[cell_key(cell)]) / 100))
    return found


def _points(percent: str, scores: ScoreDistribution) -> float:
    return int(percent) * scores.maximum / 100


def _compromise(
    said: int,
    missing: int,
    judges: Sequence[Judge],
    scores: ScoreDistribution,
    method: Callable[[Sequence[Judge], ScoreDistribution], HofsteeCut | BeukCut],
) -> PanelOutcome:
    found = method(judges, scores)
    cut: Statistic = found.cut
    if not said:
        cut = Why.NO_JUDGES
    elif len(judges) < FEWEST_JUDGES:
        cut = Why.JUDGES_INCOMPLETE
    elif scores.persons < FEWEST_PERSONS:
        cut = Why.TOO_FEW_PERSONS
    without: tuple[float, float] | None = None
    if not isinstance(cut, Why) and len(judges) > FEWEST_JUDGES:
        cuts = [method([*judges[:place], *judges[place + 1 :]], scores).cut for place in range(len(judges))]
        known = [one for one in cuts if not isinstance(one, Why)]
        without = (min(known), max(known)) if len(known) == len(cuts) else None
    return PanelOutcome(said, missing, cut, Why.NO_ERROR_BY_METHOD, {}, found, without)
