"""Modified Angoff: judges say how likely somebody just good enough is to answer each item right, in rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from exams.rules.psychometrics.standard_setting.panel import panel_mean
from exams.rules.psychometrics.undefined import Statistic, Why

# Probabilities by judge, one per item; None where a judge rated nothing.
Ratings = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class AngoffItem:
    """Mean and standard deviation (÷ J − 1) of the probabilities for one item, and how many judges gave one."""

    item: str
    judges: int
    mean: Statistic
    sd: Statistic


@dataclass(frozen=True)
class AngoffRound:
    """One round. `sums` are the points each judge's ratings add up to, undefined for a judge who left an item out.

    `cut` is the mean of the sums; when a rating is missing it is the sum of the means of the items, and
    `by_item_means` says so. `sd` and `se` are those of the sums of judges who rated every item.
    """

    judges: int
    missing: int
    cut: Statistic
    sd: Statistic
    se: Statistic
    by_item_means: bool
    sums: Mapping[str, Statistic]
    items: tuple[AngoffItem, ...]


def angoff_round(items: Sequence[str], ratings: Ratings) -> AngoffRound:
    """Return cut, spread and standard error of one round.

    Two judges with 0.6, 0.8 and 0.5, 0.9 add up to 1.4 each: cut 1.4, SE 0. Raises ValueError for a judge with another
    number of ratings than there are items. Source: Angoff (1971); exams.md 4.3.
    """
    if any(len(given) != len(items) for given in ratings.values()):
        raise ValueError("Every judge needs one rating, or none, for every item.")
    sums: dict[str, Statistic] = {judge: _sum(given) for judge, given in ratings.items()}
    whole = [value for value in sums.values() if not isinstance(value, Why)]
    panel = panel_mean(whole)
    described = tuple(_item(item, [given[place] for given in ratings.values()]) for place, item in enumerate(items))
    missing = sum(rating is None for given in ratings.values() for rating in given)
    spread = panel if len(whole) > 1 else None
    why = Why.NO_JUDGES if not ratings else Why.ONE_JUDGE if len(ratings) == 1 else Why.JUDGES_INCOMPLETE
    return AngoffRound(
        judges=len(ratings),
        missing=missing,
        cut=_sum_of_means(described, bool(ratings)) if missing else panel.mean,
        sd=spread.sd if spread else why,
        se=spread.se if spread else why,
        by_item_means=missing > 0,
        sums=sums,
        items=described,
    )


def _sum(given: Sequence[float | None]) -> Statistic:
    present = [rating for rating in given if rating is not None]
    return fsum(present) if len(present) == len(given) else Why.ITEM_NOT_RATED


def _item(item: str, given: Sequence[float | None]) -> AngoffItem:
    panel = panel_mean([rating for rating in given if rating is not None])
    return AngoffItem(item, panel.judges, panel.mean, panel.sd)


def _sum_of_means(items: Sequence[AngoffItem], judged: bool) -> Statistic:
    if not judged:
        return Why.NO_JUDGES
    means = [item.mean for item in items if not isinstance(item.mean, Why)]
    return fsum(means) if len(means) == len(items) else Why.ITEM_NOT_RATED
