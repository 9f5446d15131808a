"""Files of what a panel judged, one format per method of standard setting (`docs/measurement.md`)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from exams.measurement_files.tables import CsvTable, open_table
from exams.rules.psychometrics.standard_setting.beuk import BeukJudge
from exams.rules.psychometrics.standard_setting.borderline import StationResult
from exams.rules.psychometrics.standard_setting.ebel import EbelCell
from exams.rules.psychometrics.standard_setting.hofstee import HofsteeJudge

Judge = TypeVar("Judge")

ONLY_ROUND = 1
ONLY_STATION = "station"
# Beyond any exam or panel; guards against numbers that would fill the memory or leave those of the machine.
MOST_POINTS = 1_000_000
MOST_ITEMS = 1_000_000
MOST_ROUNDS = 1_000
MOST_PERSONS = 1_000_000_000


@dataclass(frozen=True)
class AngoffFile:
    """Ratings by round, then by judge; the rounds in ascending order."""

    items: tuple[str, ...]
    rounds: Mapping[int, Mapping[str, tuple[float | None, ...]]]


@dataclass(frozen=True)
class PanelFile(Generic[Judge]):
    """What each judge said, and persons by score where the file has them."""

    judges: tuple[Judge, ...]
    scores: Mapping[float, int]


def read_angoff(path: Path) -> AngoffFile:
    """Read `judge,I01,I02,…` with probabilities between 0 and 1, blank where nothing was rated; `round` is optional.

    Raises `MeasurementFileError`.
    """
    rounds: dict[int, dict[str, tuple[float | None, ...]]] = defaultdict(dict)
    with open_table(path) as table:
        named = {name.lower(): name for name in table.header}
        if "judge" not in named:
            table.needs("judge")
        items = [name for name in table.header if name.lower() not in ("judge", "round")]
        if not items:
            table.faults.add("No column holds an item.", line=1)
        for line, cells in table.lines:
            number = _round(table, cells, named.get("round"), line)
            judge = _name(table, cells, named["judge"], line)
            if judge in rounds[number]:
                table.faults.add(f"Judge {judge} has a row for round {number} before.", line=line, column="judge")
            rounds[number][judge] = tuple(_share(table, cells, item, line) for item in items)
        table.faults.raise_if_any()
    return AngoffFile(tuple(items), {number: rounds[number] for number in sorted(rounds)})


def read_ebel(path: Path) -> dict[str, list[EbelCell]]:
    """Read `judge,relevance,difficulty,items,expected`, a row per cell. Raises `MeasurementFileError`.

    Every judge sorts the same form, so the numbers of items must add up to the same.
    """
    cells_of: dict[str, list[EbelCell]] = defaultdict(list)
    with open_table(path, lower=True) as table:
        table.needs("judge", "relevance", "difficulty", "items", "expected")
        for line, cells in table.lines:
            judge = _name(table, cells, "judge", line)
            relevance, difficulty = (_name(table, cells, name, line) for name in ("relevance", "difficulty"))
            if any((cell.relevance, cell.difficulty) == (relevance, difficulty) for cell in cells_of[judge]):
                table.faults.add(f"Judge {judge} has {relevance}, {difficulty} on a row before.", line=line)
            items = _whole(table, cells, "items", line, MOST_ITEMS, "number of items")
            expected = _share(table, cells, "expected", line, needed=True)
            cells_of[judge].append(EbelCell(relevance, difficulty, items, expected or 0.0))
        numbers = {judge: sum(cell.items for cell in given) for judge, given in cells_of.items()}
        if len(set(numbers.values())) > 1:
            said = ", ".join(f"{judge} {number}" for judge, number in numbers.items())
            table.faults.add(f"The judges sorted different numbers of items: {said}.", column="items")
        table.faults.raise_if_any()
    return dict(cells_of)


def read_hofstee(path: Path, maximum: int | None = None) -> PanelFile[HofsteeJudge]:
    """Read `judge,k_min,k_max,f_min,f_max`, and scores as `read_scores` does. Raises `MeasurementFileError`.

    Cuts above the `maximum` of the exam, if it is known, are refused: they are likely percents.
    """
    judge = partial(_hofstee_judge, most=MOST_POINTS if maximum is None else maximum)
    return _read_panel(path, ("k_min", "k_max", "f_min", "f_max"), judge)


def read_beuk(path: Path, maximum: int | None = None) -> PanelFile[BeukJudge]:
    """Read `judge,cut,pass_rate`, and scores as `read_scores` does; `maximum` as with Hofstee.

    Raises `MeasurementFileError`.
    """
    judge = partial(_beuk_judge, most=MOST_POINTS if maximum is None else maximum)
    return _read_panel(path, ("cut", "pass_rate"), judge)


def read_scores(path: Path) -> dict[float, int]:
    """Read `score`, and `n` for how many persons have it (default 1), a row per person or per score."""
    scores: Counter[float] = Counter()
    with open_table(path, lower=True) as table:
        table.needs("score")
        for line, cells in table.lines:
            _count_score(table, cells, line, scores, needed=True)
        table.faults.raise_if_any()
    return dict(scores)


def read_borderline(path: Path) -> dict[str, list[StationResult]]:
    """Read `checklist,rating`, a row per candidate and station; `station` is optional, other columns are passed over.

    Raises `MeasurementFileError`.
    """
    stations: dict[str, list[StationResult]] = defaultdict(list)
    with open_table(path, lower=True) as table:
        table.needs("checklist", "rating")
        for line, cells in table.lines:
            station = _name(table, cells, "station", line) if "station" in table.header else ONLY_STATION
            points = _signed(table, cells, "checklist", line, "points")
            rating = _signed(table, cells, "rating", line, "a rating")
            stations[station].append(StationResult(points, rating))
        table.faults.raise_if_any()
    return dict(stations)


def _read_panel(
    path: Path, columns: tuple[str, ...], judge_of: Callable[[CsvTable, list[str], int], Judge]
) -> PanelFile[Judge]:
    """Read rows of judges, and rows whose columns of judges are blank and which hold a score."""
    judges: dict[str, Judge] = {}
    scores: Counter[float] = Counter()
    with open_table(path, lower=True) as table:
        table.needs("judge", *columns)
        has_scores = "score" in table.header
        for line, cells in table.lines:
            of_judge = any(cells[table.header.index(name)].strip() for name in ("judge", *columns))
            if of_judge:
                name = _name(table, cells, "judge", line)
                if name in judges:
                    table.faults.add(f"Judge {name} has a row before.", line=line, column="judge")
                judges[name] = judge_of(table, cells, line)
            if has_scores:
                _count_score(table, cells, line, scores, needed=not of_judge)
        table.faults.raise_if_any()
    return PanelFile(tuple(judges.values()), dict(scores))


def _hofstee_judge(table: CsvTable, cells: list[str], line: int, *, most: int) -> HofsteeJudge:
    lowest, highest = (_points(table, cells, name, line, most) for name in ("k_min", "k_max"))
    fewest, largest = (_share(table, cells, name, line, needed=True) or 0.0 for name in ("f_min", "f_max"))
    if lowest > highest:
        table.faults.add("k_min lies above k_max.", line=line, column="k_min")
    if fewest > largest:
        table.faults.add("f_min lies above f_max.", line=line, column="f_min")
    return HofsteeJudge(lowest, highest, fewest, largest)


def _beuk_judge(table: CsvTable, cells: list[str], line: int, *, most: int) -> BeukJudge:
    cut = _points(table, cells, "cut", line, most)
    return BeukJudge(cut, _share(table, cells, "pass_rate", line, needed=True) or 0.0)


def _count_score(table: CsvTable, cells: list[str], line: int, scores: Counter[float], *, needed: bool) -> None:
    """Add the persons of this row, if it has a score."""
    if not needed and not cells[table.header.index("score")].strip():
        return
    score = _points(table, cells, "score", line)
    one_each = "n" not in table.header or not cells[table.header.index("n")].strip()
    scores[score] += 1 if one_each else _whole(table, cells, "n", line, MOST_PERSONS, "number of persons")


def _name(table: CsvTable, cells: list[str], column: str, line: int) -> str:
    name = cells[table.header.index(column)].strip()
    if not name:
        table.faults.add("The cell is blank.", line=line, column=column)
    return name


def _needed(table: CsvTable, cells: list[str], column: str, line: int) -> Decimal:
    found = len(table.faults.found)
    value = table.number(cells, column, line)
    if value is None and len(table.faults.found) == found:
        table.faults.add("The cell is blank.", line=line, column=column)
    return value if value is not None else Decimal(0)


def _points(table: CsvTable, cells: list[str], column: str, line: int, most: int = MOST_POINTS) -> float:
    value = _needed(table, cells, column, line)
    if not 0 <= value <= MOST_POINTS:
        table.faults.add(f"{value} cannot be points.", line=line, column=column)
        return 0.0
    if value > most:
        words = f"{value} lies above the {most} points of the exam; a cut is in points, not in percent."
        table.faults.add(words, line=line, column=column)
        return 0.0
    return float(value)


def _signed(table: CsvTable, cells: list[str], column: str, line: int, what: str) -> float:
    """Return points or a rating, which may lie below 0."""
    value = _needed(table, cells, column, line)
    if not -MOST_POINTS <= value <= MOST_POINTS:
        table.faults.add(f"{value} cannot be {what}.", line=line, column=column)
        return 0.0
    return float(value)


def _share(table: CsvTable, cells: list[str], column: str, line: int, *, needed: bool = False) -> float | None:
    """Return a share between 0 and 1; a percentage is refused, since 1 could be either."""
    value = _needed(table, cells, column, line) if needed else table.number(cells, column, line)
    if value is not None and not 0 <= value <= 1:
        table.faults.add(f"{value} does not lie between 0 and 1; write 65 % as 0.65.", line=line, column=column)
    return None if value is None else float(value)


def _round(table: CsvTable, cells: list[str], column: str | None, line: int) -> int:
    if column is None:
        return ONLY_ROUND
    return _whole(table, cells, column, line, MOST_ROUNDS, "number of a round")


def _whole(table: CsvTable, cells: list[str], column: str, line: int, most: int, what: str) -> int:
    """Return a whole number from 0 to `most`; the bounds come first, since 1e99999999 has too many digits to write."""
    value = _needed(table, cells, column, line)
    if not 0 <= value <= most or value != value.to_integral_value():
        table.faults.add(f"{value} is no {what}, which is whole and at most {most}.", line=line, column=column)
        return 0
    return int(value)
