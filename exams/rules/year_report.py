"""Results of an exam year by year, in numbers that name nobody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

# With fewer persons a share says more about them than about the programme.
FEWEST = 5
COLUMNS = ("year", "measure", "area", "n", "value", "hidden")


@dataclass(frozen=True)
class PassRate:
    """How many attempts had a result, and how many of these passed; `hidden` when that would tell about few persons."""

    n: int
    passed: int
    hidden: bool

    @property
    def share(self) -> float | None:
        """The share that passed, or None when there is none to show."""
        return None if self.hidden or not self.n else self.passed / self.n


@dataclass(frozen=True)
class AreaMean:
    """Mean share of the points of a content area, over the first attempts of a year that had questions from it."""

    code: str
    title: str
    n: int
    mean: float | None


@dataclass(frozen=True)
class YearCounts:
    """What is counted for a year: attempts with a result that is out, the first ones, and persons who came again."""

    year: int
    every: int
    every_passed: int
    first: int
    first_passed: int
    persons_again: int


@dataclass(frozen=True)
class YearRow:
    """One year of an exam."""

    year: int
    first: PassRate
    every: PassRate
    again: PassRate
    persons_again: int
    areas: tuple[AreaMean, ...]


@dataclass
class AreaSums:
    """Shares of points of one area, added up exactly."""

    title: str
    n: int = 0
    shares: Fraction = field(default_factory=Fraction)


def add_areas(sums: dict[str, AreaSums], areas: Iterable[Mapping[str, object]]) -> None:
    """Add the areas of one stored score: code, title, points as text, number of items."""
    for area in areas:
        code, maximum = str(area["code"]), Fraction(str(area["maximum"]))
        if maximum:
            found = sums.setdefault(code, AreaSums(str(area["title"])))
            found.n += 1
            found.shares += Fraction(str(area["raw"])) / maximum


def year_row(counts: YearCounts, areas: Mapping[str, AreaSums]) -> YearRow:
    """Return one year as it is shown. Shares and means of fewer than five are hidden; their number is not.

    All attempts are hidden as well when one to four of them are retakes: with the first attempts beside them, the
    difference would tell how those few did.
    """
    retakes = counts.every - counts.first
    few_again = 0 < retakes < FEWEST
    return YearRow(
        year=counts.year,
        first=_rate(counts.first, counts.first_passed),
        every=_rate(counts.every, counts.every_passed, few_again or 0 < counts.first < FEWEST),
        again=_rate(retakes, counts.every_passed - counts.first_passed),
        persons_again=counts.persons_again,
        areas=tuple(
            AreaMean(code, found.title, found.n, float(found.shares / found.n) if found.n >= FEWEST else None)
            for code, found in sorted(areas.items())
        ),
    )


def _rate(n: int, passed: int, hidden: bool = False) -> PassRate:
    return PassRate(n, passed, hidden or n < FEWEST)


def measures(row: YearRow) -> Iterator[tuple[object, ...]]:
    """Yield one year as rows under `COLUMNS`, unrounded; a hidden value is empty and says so."""
    rates: dict[str, PassRate] = {"first_attempts": row.first, "all_attempts": row.every, "retakes": row.again}
    for name, rate in rates.items():
        hidden = "yes" if rate.n and rate.share is None else "no"
        yield row.year, f"pass_rate_{name}", "", rate.n, "" if rate.share is None else rate.share, hidden
    yield row.year, "persons_who_came_again", "", row.persons_again, row.persons_again, "no"
    for area in row.areas:
        shown = ("", "yes") if area.mean is None else (area.mean, "no")
        yield row.year, "mean_share_of_points", area.code, area.n, *shown
