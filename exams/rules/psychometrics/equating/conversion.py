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
        return Conversion(method, equipercentile(new.shares(), old.shares()))
    line = linear.identity() if method is Method.IDENTITY else _line(method, new.moments(), old.moments())
    if isinstance(line, Why):
        return Conversion(method, tuple(line for _ in range(new.highest + 1)))
    return Conversion(method, tuple(line.at(score) for score in range(new.highest + 1)), line)


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
        return Conversion(Method.RASCH, tuple(found for _ in range(len(new) + 1)))
    scores = true_scores(list(new.values()), list(old.values()), found.shift)
    return Conversion(Method.RASCH, scores, link=found)


def circumstances_of_scores(
    new: FormScores, old: FormScores, *, random_groups: bool, common_items: int
) -> Circumstances:
    """Return what scores say about the choice of a method; the distance is in pooled standard deviations."""
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
        difficulties=False,
        anchor_scores=new.anchors is not None and old.anchors is not None,
        distance=distance,
    )
