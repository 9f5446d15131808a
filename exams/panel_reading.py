"""A closed round as its page shows it: the spread of each item, the sums of the judges, the cut in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.actions.cut_adoption import round_outcome
from exams.actions.panels import latest_ratings
from exams.models import FormItem, PanelJudge, PanelRound
from exams.rules.psychometrics.standard_setting.rounds import Spread, spread_of
from exams.rules.psychometrics.undefined import Statistic, Why

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class ItemSpread:
    """One item: what the judges said, in percent; `own` is the reader's value, `p` what candidates did, in words.

    `number` is how judges count, without items that are tried out; `position` its place on the form.
    """

    number: int
    position: int
    code: str
    spread: Spread | None
    median: str
    own: int | None
    p: str

    @property
    def width(self) -> int:
        """Length of the bar from lowest to highest, on a line of 200 units; never nothing."""
        return max(2, 2 * (self.spread.highest - self.spread.lowest)) if self.spread else 0

    @property
    def median_x(self) -> str:
        """Where the median lies on a line of 200 units."""
        return f"{2 * self.spread.median:g}" if self.spread else ""


@dataclass(frozen=True)
class JudgeSum:
    """The points that one judge's ratings add up to; `why` says why there are none."""

    name: str
    points: str
    why: str
    is_own: bool


@dataclass(frozen=True)
class RoundReading:
    """Everything on the page of a closed round. Points are rounded to hundredths."""

    held: PanelRound
    items: tuple[ItemSpread, ...]
    sums: tuple[JudgeSum, ...]
    cut: str
    error: str
    why: str
    rated: int
    absent: int
    missing: int
    by_item_means: bool


def judge_name(place: int) -> str:
    """Return how judges know each other: "Judge A", and "Judge 27" beyond the alphabet."""
    return f"Judge {LETTERS[place]}" if place < len(LETTERS) else f"Judge {place + 1}"


def read_round(held: PanelRound, *, own: PanelJudge | None, names: bool) -> RoundReading:
    """Read a closed round, in a fixed number of queries; the names of the judges only with `names`."""
    ratings = latest_ratings(held)
    found = round_outcome(held, ratings)
    judges = list(held.panel.judges.select_related("person"))
    places = FormItem.objects.filter(form=held.panel.form_id, position__in=held.panel.places).order_by("position")
    rows = places.values_list("position", "version__item__code")
    shown = p_by_place(held)
    mine = ratings.get(own.pk, {}) if own else {}
    error = found.se
    return RoundReading(
        held=held,
        items=tuple(_item(number, place, ratings, mine, shown) for number, place in enumerate(rows, start=1)),
        sums=tuple(_sums(judges, found.sums, own, names)),
        cut=points(found.cut),
        error=points(error),
        why=error.sentence if isinstance(error, Why) else "",
        rated=found.judges,
        absent=len(judges) - found.judges,
        missing=found.missing,
        by_item_means=found.by_item_means,
    )


def _item(
    number: int,
    place: tuple[int, str],
    ratings: Mapping[int, Mapping[int, int]],
    mine: Mapping[int, int],
    shown: Mapping[int, str],
) -> ItemSpread:
    position, code = place
    spread = spread_of([given[position] for given in ratings.values() if position in given])
    median = f"{spread.median:g}" if spread else "–"
    return ItemSpread(number, position, code, spread, median, mine.get(position), shown.get(position, ""))


def _sums(
    judges: Sequence[PanelJudge], sums: Mapping[str, Statistic], own: PanelJudge | None, names: bool
) -> Iterable[JudgeSum]:
    for place, judge in enumerate(judges):
        name = judge_name(place) + (f", {judge.person.full_name}" if names else "")
        value = sums.get(str(judge.pk))
        why = "rated nothing" if value is None else value.sentence if isinstance(value, Why) else ""
        yield JudgeSum(name, "–" if value is None else points(value), why, own is not None and judge.pk == own.pk)


def points(value: Statistic) -> str:
    """Write a number of points with two decimals, or a dash."""
    return "–" if isinstance(value, Why) else f"{value:.2f}"


def p_by_place(held: PanelRound) -> dict[int, str]:
    """Return the share of right answers that judges of this round see, by place, as "0.72, 210 candidates"."""
    if held.shown is None:
        return {}
    items: list[dict[str, Any]] = held.shown.figures["items"]
    return {
        item["position"]: f"{item['p']:.2f}, {item['n']} candidate{'' if item['n'] == 1 else 's'}"
        for item in items
        if item["p"] is not None
    }


def adoption_in_words(steps: int | None) -> str:
    """Say how an adopted cut lies to what the panel recommends."""
    if steps is None:
        return "another value than the panel’s"
    if steps == 0:
        return "what the panel recommends"
    return f"{abs(steps)} standard error{'s' if abs(steps) > 1 else ''} {'above' if steps > 0 else 'below'} the panel’s"
