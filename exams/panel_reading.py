"""A closed round as its page shows it: the spread of each item, the sums of the judges, the cut in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.models import FormItem, PanelJudge, PanelMethod, PanelRound
from exams.panel_rounds import distribution_of, latest_answers, latest_ratings, outcome_of
from exams.panel_tables import PanelTable, tables_of
from exams.rules.psychometrics.standard_setting.outcome import PanelOutcome
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
    """Everything on the page of a closed round. Points are rounded to hundredths.

    `no_cut` says why there is no cut, `why` why it has no standard error; `rule` how it follows from what was said.
    `moves` says how far the cut moves when one judge is left out, where a method has no standard error.
    """

    held: PanelRound
    items: tuple[ItemSpread, ...]
    sums: tuple[JudgeSum, ...]
    tables: tuple[PanelTable, ...]
    cut: str
    no_cut: str
    rule: str
    error: str
    why: str
    moves: str
    persons: int | None
    rated: int
    absent: int
    missing: int

    @property
    def headline(self) -> str:
        """The cut in a few words."""
        return f"cut {self.cut} of {len(self.held.panel.places)} points" if not self.no_cut else "no cut"


def judge_name(place: int) -> str:
    """Return how judges know each other: "Judge A", and "Judge 27" beyond the alphabet."""
    return f"Judge {LETTERS[place]}" if place < len(LETTERS) else f"Judge {place + 1}"


def read_round(held: PanelRound, *, own: PanelJudge | None, names: bool) -> RoundReading:
    """Read a closed round, in a fixed number of queries; the names of the judges only with `names`."""
    panel, by_shares = held.panel, held.panel.way is PanelMethod.ANGOFF
    found = outcome_of(held)
    judges = list(panel.judges.select_related("person"))
    named = {judge.pk: _name(place, judge, names) for place, judge in enumerate(judges)}
    places = FormItem.objects.filter(form=panel.form_id, position__in=panel.places).order_by("position")
    rows = list(places.values_list("position", "version__item__code"))
    return RoundReading(
        held=held,
        items=_items(held, rows, own) if by_shares else (),
        sums=tuple(_sums(named, found.sums, own)) if panel.way.judges_items else (),
        tables=() if by_shares else tables_of(held, found, latest_answers(held), rows, _marked(named, own)),
        cut=points(found.cut),
        no_cut=found.cut.sentence if isinstance(found.cut, Why) else "",
        rule=_rule(panel.way, found),
        error=points(found.error),
        why=found.error.sentence if isinstance(found.error, Why) else "",
        moves=_moves(found),
        persons=distribution_of(held).persons if panel.way.uses_scores else None,
        rated=found.judges,
        absent=len(judges) - found.judges,
        missing=found.missing,
    )


def _name(place: int, judge: PanelJudge, names: bool) -> str:
    return judge_name(place) + (f", {judge.person.full_name}" if names else "")


def _marked(named: Mapping[int, str], own: PanelJudge | None) -> dict[int, str]:
    return {key: f"{name} (you)" if own and key == own.pk else name for key, name in named.items()}


def _rule(way: PanelMethod, found: PanelOutcome) -> str:
    """Say how the cut follows from what was said."""
    if way is PanelMethod.ANGOFF and found.missing:
        return "the sum of the items’ means, because ratings are missing"
    if way.judges_items:
        return "the mean of the judges’ sums"
    if way is PanelMethod.HOFSTEE:
        return "the first whole score at which as many fail as the panel’s line allows there"
    return "the first whole score at which no more pass than the panel’s line says"


def _moves(found: PanelOutcome) -> str:
    if found.without_one is None:
        return ""
    low, high = found.without_one
    return (
        f"With one judge left out it is {low:g}." if low == high else f"With one judge left out: {low:g} to {high:g}."
    )


def _items(held: PanelRound, rows: Sequence[tuple[int, str]], own: PanelJudge | None) -> tuple[ItemSpread, ...]:
    ratings, shown = latest_ratings(held), p_by_place(held)
    mine = ratings.get(own.pk, {}) if own else {}
    return tuple(_item(number, place, ratings, mine, shown) for number, place in enumerate(rows, start=1))


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


def _sums(named: Mapping[int, str], sums: Mapping[str, Statistic], own: PanelJudge | None) -> Iterable[JudgeSum]:
    for key, name in named.items():
        value = sums.get(str(key))
        why = "rated nothing" if value is None else value.sentence if isinstance(value, Why) else ""
        yield JudgeSum(name, "–" if value is None else points(value), why, own is not None and key == own.pk)


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


def recommended_in_words(recommended: object, error: object) -> str:
    """Say what a panel recommends, with its standard error where the method has one."""
    return f"{recommended} points" + ("" if error is None else f", standard error {error}")
