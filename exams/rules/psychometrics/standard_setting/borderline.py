"""Borderline regression: the checklist points that go with a global rating of "borderline", station by station."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from exams.rules.psychometrics.standard_setting.scores import NEGLIGIBLE
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class StationResult:
    """One candidate at one station: points on the checklist and the examiner's global rating as a number."""

    checklist: float
    rating: float


@dataclass(frozen=True)
class StationCut:
    """The line checklist = intercept + slope · rating, its fit, and the cut where the rating is borderline.

    `rmse` is the standard deviation around the line, ÷ (n − 2). `cautions` are codes with sentences.
    """

    station: str
    n: int
    n_borderline: int
    cut: Statistic
    slope: Statistic
    intercept: Statistic
    r_squared: Statistic
    rmse: Statistic
    cautions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class BorderlineCut:
    """Cuts of all stations, and their mean for stations that count alike."""

    cut: Statistic
    stations: tuple[StationCut, ...]


# Fewer borderline candidates than this make the line an assertion about people nobody saw.
FEWEST_BORDERLINE = 5


def borderline_regression(stations: Mapping[str, Sequence[StationResult]], borderline: float) -> BorderlineCut:
    """Return the cut of every station (Wood, Humphrey-Murto and Norman 2006; exams.md 4.3).

    Ratings 1, 2, 3 with 40, 50, 60 points and a borderline rating of 2 give a cut of 50.
    """
    cuts = tuple(_station(name, results, borderline) for name, results in stations.items())
    known = [station.cut for station in cuts if not isinstance(station.cut, Why)]
    if not cuts:
        return BorderlineCut(Why.NO_PERSONS, ())
    if len(known) < len(cuts):
        return BorderlineCut(cuts[0].cut if len(cuts) == 1 else Why.STATION_WITHOUT_CUT, cuts)
    return BorderlineCut(sum(known) / len(known), cuts)


def _station(name: str, results: Sequence[StationResult], borderline: float) -> StationCut:
    n = len(results)
    near = sum(result.rating == borderline for result in results)
    ratings = [result.rating for result in results]
    if n < 2 or max(ratings) - min(ratings) <= NEGLIGIBLE:
        why = Why.NO_PERSONS if n == 0 else Why.ONE_PERSON if n == 1 else Why.NO_RATING_VARIANCE
        return StationCut(name, n, near, why, why, why, why, why)
    points = [result.checklist for result in results]
    mean_rating, mean_points = sum(ratings) / n, sum(points) / n
    spread = sum((rating - mean_rating) ** 2 for rating in ratings)
    shared = sum((r - mean_rating) * (p - mean_points) for r, p in zip(ratings, points, strict=True))
    slope = shared / spread
    intercept = mean_points - slope * mean_rating
    left = sum((p - intercept - slope * r) ** 2 for r, p in zip(ratings, points, strict=True))
    whole = sum((p - mean_points) ** 2 for p in points)
    return StationCut(
        station=name,
        n=n,
        n_borderline=near,
        cut=intercept + slope * borderline,
        slope=slope,
        intercept=intercept,
        r_squared=Why.NO_VARIANCE if max(points) - min(points) <= NEGLIGIBLE else max(0.0, 1 - left / whole),
        rmse=sqrt(left / (n - 2)) if n > 2 else Why.TWO_PERSONS,
        cautions=tuple(_cautions(slope, near, min(ratings) <= borderline <= max(ratings))),
    )


def _cautions(slope: float, near: int, inside: bool) -> list[tuple[str, str]]:
    found = []
    if slope <= 0:
        words = "Better global ratings go with no more points: checklist and rating contradict each other."
        found.append(("slope_not_positive", words))
    if not inside:
        words = "No rating lies on the other side of borderline: the line is drawn beyond what was seen."
        found.append(("extrapolated", words))
    if near < FEWEST_BORDERLINE:
        found.append(("few_borderline", f"Candidates rated borderline: {near}, fewer than {FEWEST_BORDERLINE}."))
    return found
