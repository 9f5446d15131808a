"""How far assessors agree where a practical was rated twice: tables for the page and for the CSV file.

Source of the figures: exams.md 4.7. First and second rating stand for the two raters, whoever they were; adjudications
are left out, for they know that two differ. Of each record the last signed version counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from exams.models import RubricVersion, SignOff, Sitting, StationResult
from exams.panel_tables import PanelTable, number
from exams.rules.psychometrics.rater_agreement import Ratings, ac1, exact_agreement, intraclass, kappa
from exams.rules.psychometrics.undefined import Statistic, Why
from exams.rules.rubrics import RubricContent

RATERS = ("first", "second")
MET = ("met", "not met")
FEW = 30  # fewer performances than this say little (kappa and ICC have wide errors)
ALL = "All stations"
STATION_COLUMNS = (
    "Station",
    "Rated twice",
    "Same level, share",
    "Met or not, kappa",
    "Met or not, AC1",
    "Level, weighted kappa",
    "Level, ICC(2,1)",
    "Second minus first, levels",
)
ASSESSOR_COLUMNS = ("Assessor", "Rated with others", "Own minus other's level", "Standard error")


@dataclass(frozen=True)
class TwoRatings:
    """One station of one performance, judged twice: the ids and printed names of both, levels, whether it is met."""

    performance: str
    station: str
    people: tuple[tuple[int, str], tuple[int, str]]
    levels: tuple[int | None, int | None]
    met: tuple[bool, bool]


@dataclass(frozen=True)
class AgreementReading:
    """What the page of a rubric version shows; `is_little` warns of too few performances."""

    performances: int
    stations: PanelTable
    assessors: PanelTable
    is_little: bool


def newest_versions() -> list[RubricVersion]:
    """Return the newest version of every rubric, without its content; one query."""
    rows = RubricVersion.objects.select_related("rubric__programme").defer("content").order_by("rubric", "-number")
    return list({row.rubric_id: row for row in reversed(rows)}.values())


def read_agreement(version: RubricVersion) -> AgreementReading:
    """Compare all performances rated twice by a rubric version, in three queries."""
    pairs = list(_pairs(version))
    performances = len({pair.performance for pair in pairs})
    return AgreementReading(
        performances=performances,
        stations=_station_table(version.plain, pairs),
        assessors=_assessor_table(pairs),
        is_little=performances < FEW,
    )


def _pairs(version: RubricVersion) -> Iterator[TwoRatings]:
    seconds = Sitting.objects.filter(rubric_version=version, rates_again__isnull=False, adjudicates=False)
    first_of = dict(seconds.values_list("pk", "rates_again"))
    signed = SignOff.objects.filter(sitting__in={*first_of, *first_of.values()}, corrected_by__isnull=True)
    records = {row.sitting_id: row for row in signed.defer("record").prefetch_related("results").order_by("pk")}
    for second, first in first_of.items():
        if first in records and second in records:
            yield from _of_performance(records[first], records[second])


def _of_performance(first: SignOff, second: SignOff) -> Iterator[TwoRatings]:
    again: dict[str, StationResult] = {result.station: result for result in second.results.all()}
    for result in first.results.all():
        if other := again.get(result.station):
            yield TwoRatings(
                performance=str(first.sitting_id),
                station=result.station,
                people=((first.signer_id, first.printed_name), (second.signer_id, second.printed_name)),
                levels=(result.level, other.level),
                met=(result.met, other.met),
            )


def _station_table(rubric: RubricContent, pairs: Sequence[TwoRatings]) -> PanelTable:
    offered = tuple(str(level.level) for level in rubric.levels)
    rows = [
        (code, *_figures([pair for pair in pairs if pair.station == code], offered))
        for code in rubric.codes
        if any(pair.station == code for pair in pairs)
    ]
    return PanelTable("Stations", STATION_COLUMNS, (*rows, (ALL, *_figures(pairs, offered))))


def _figures(pairs: Sequence[TwoRatings], offered: tuple[str, ...]) -> tuple[str, ...]:
    levels = Ratings(RATERS, tuple(tuple(_word(level) for level in pair.levels) for pair in pairs), offered)
    met = Ratings(RATERS, tuple(tuple("met" if one else "not met" for one in pair.met) for pair in pairs), MET)
    differences = [second - first for first, second in _both_levels(pairs)]
    mean: Statistic = fmean(differences) if differences else Why.NO_RATINGS
    values = (exact_agreement(levels), kappa(met), ac1(met), kappa(levels, "quadratic"), _icc(levels), mean)
    return (str(len(pairs)), *(number(value) for value in values))


def _word(level: int | None) -> str | None:
    return None if level is None else str(level)


def _icc(levels: Ratings) -> Statistic:
    whole = tuple(row for row in levels.values if None not in row)  # a performance that broke off has no level
    return intraclass(Ratings(levels.raters, whole, levels.offered))["2,1"]


def _both_levels(pairs: Sequence[TwoRatings]) -> list[tuple[int, int]]:
    return [(first, second) for first, second in (pair.levels for pair in pairs) if first and second]


def _assessor_table(pairs: Sequence[TwoRatings]) -> PanelTable:
    """Return how much higher each assessor rates than whoever rated the same performance.

    The stations of one performance are not independent, so each performance counts once, by the mean over its stations.
    """
    names: dict[int, str] = {}
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        names |= dict(pair.people)
        (one, _), (other, _) = pair.people
        for first, second in _both_levels([pair]):
            found[one][pair.performance].append(first - second)
            found[other][pair.performance].append(second - first)
    by_name = sorted(found, key=lambda person: (names[person], person))
    rows = [_assessor_row(names[person], [fmean(own) for own in found[person].values()]) for person in by_name]
    return PanelTable("Assessors", ASSESSOR_COLUMNS, tuple(rows))


def _assessor_row(name: str, differences: Sequence[float]) -> tuple[str, ...]:
    count = len(differences)
    error: Statistic = stdev(differences) / sqrt(count) if count > 1 else Why.ONE_SUBJECT
    return (name, str(count), f"{fmean(differences):+.2f}", number(error))
