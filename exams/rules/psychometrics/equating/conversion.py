"""The conversion table from a new form to the scale of an old one, by any method."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from exams.rules.psychometrics.equating import linear
from exams.rules.psychometrics.equating.choice import Circumstances, Method
from exams.rules.psychometrics.equating.equipercentile import equipercentile
from exams.rules.psychometrics.equating.linear import Line
from exams.rules.psychometrics.equating.rasch import Link, link, true_scores
from exams.rules.psychometrics.equating.scores import FormScores, Moments
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class Conversion:
    """`scores[x]` is the score on the old form's scale of x points on the new form, unrounded and not cut off.

    `line` is there for straight methods, `link` for Rasch anchors.
    """

    method: Method
    scores: tuple[Statistic, ...]
    line: Line | None = None
    link: Link | None = None


def convert(method: Method, new: FormScores, old: FormScores) -> Conversion:
    """Convert by any method that works on scores. Raises ValueError for `rasch`, which works on difficulties."""
    if method is Method.RASCH:
        raise ValueError("Rasch equating needs difficulties; use convert_by_difficulties.")
    if method is Method.EQUIPERCENTILE:
        return _curve(new, old)
    line = linear.identity() if method is Method.IDENTITY else _line(method, new.moments(), old.moments())
    if isinstance(line, Why):
        return nothing(method, line, new.highest)
    return Conversion(method, tuple(line.at(score) for score in range(new.highest + 1)), line)


def _curve(new: FormScores, old: FormScores) -> Conversion:
    ours, theirs = new.shares(), old.shares()
    if isinstance(ours, Why):
        return nothing(Method.EQUIPERCENTILE, ours, new.highest)
    if isinstance(theirs, Why):
        return nothing(Method.EQUIPERCENTILE, theirs, new.highest)
    return Conversion(Method.EQUIPERCENTILE, equipercentile(ours, theirs))


def nothing(method: Method, why: Why, highest: int) -> Conversion:
    """Return the conversion that has no value for any score, for one reason."""
    return Conversion(method, tuple(why for _ in range(highest + 1)))


def _line(method: Method, new: Moments | Why, old: Moments | Why) -> Line | Why:
    if isinstance(new, Why):
        return new
    if isinstance(old, Why):
        return old
    if method is Method.MEAN:
        return linear.mean(new, old)
    if method is Method.LINEAR:
        return linear.linear(new, old)
    return linear.tucker(new, old) if method is Method.TUCKER else linear.chained(new, old)


def convert_by_difficulties(
    new: Mapping[str, float],
    old: Mapping[str, float],
    anchors: frozenset[str] | None = None,
    areas: Mapping[str, str] | None = None,
) -> Conversion:
    """Convert by Rasch difficulties in logits of all items of both forms.

    `anchors` are the common items that may link the forms, by default all of them. Same items, all 0.3 harder on paper
    in the new calibration: the shift is −0.3 and every score stays what it is.
    """
    chosen = {item: b for item, b in new.items() if anchors is None or item in anchors}
    found = link(chosen, old, areas)
    if isinstance(found, Why):
        return nothing(Method.RASCH, found, len(new))
    scores = true_scores(list(new.values()), list(old.values()), found.shift)
    return Conversion(Method.RASCH, scores, link=found)


def circumstances_of_scores(
    new: FormScores, old: FormScores, *, random_groups: bool, common_items: int, difficulties: bool = False
) -> Circumstances:
    """Return what scores say about the choice of a method; the distance is in pooled standard deviations.

    `difficulties` says that there are Rasch difficulties of both forms beside the scores.
    """
    distance = None
    ours, theirs = new.moments(), old.moments()
    if isinstance(ours, Moments) and isinstance(theirs, Moments) and ours.anchor_mean is not None:
        persons = ours.persons + theirs.persons
        spread = ours.persons * (ours.anchor_variance or 0.0) + theirs.persons * (theirs.anchor_variance or 0.0)
        if spread > 0 and theirs.anchor_mean is not None:
            distance = (ours.anchor_mean - theirs.anchor_mean) / sqrt(spread / persons)
    return Circumstances(
        new_persons=len(new.totals),
        old_persons=len(old.totals),
        items=new.highest,
        common_items=common_items,
        random_groups=random_groups,
        difficulties=difficulties,
        anchor_scores=new.anchors is not None and old.anchors is not None,
        distance=distance,
    )
