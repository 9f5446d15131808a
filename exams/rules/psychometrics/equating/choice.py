"""Which way of equating the data allow, and why (exams.md 4.6)."""

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """Ways from the new form to the scale of the old one."""

    IDENTITY = "identity"
    MEAN = "mean"
    LINEAR = "linear"
    TUCKER = "tucker"
    CHAINED = "chained"
    EQUIPERCENTILE = "equipercentile"
    RASCH = "rasch"


# Persons per form: below the first, two parameters are worse than one or none; equipercentile needs the second (Kolen
# and Brennan 2014, chapter 8, for random groups without smoothing).
FEWEST_FOR_LINE = 100
FEWEST_FOR_CURVE = 1500
# Persons per form below which even a difference of means is mostly chance.
FEWEST_FOR_MEAN = 30
# An anchor carries a link when it has this many items or this share of the form.
ANCHOR_ITEMS, ANCHOR_SHARE = 20, 0.20
# Anchor means further apart than this many standard deviations: groups too different for Tucker's assumption.
GROUPS_APART = 0.25


@dataclass(frozen=True)
class Circumstances:
    """What is known: persons per form, items per form, items in common, how the groups came about and differ.

    Persons are None where there are difficulties of items only.
    `random_groups` means that chance decided who took which form. `difficulties` says that Rasch difficulties of both
    forms exist; `anchor_scores` that each person has a score on the common items. `distance` is the difference of the
    groups' anchor means in standard deviations, where known.
    """

    new_persons: int | None
    old_persons: int | None
    items: int
    common_items: int
    random_groups: bool
    difficulties: bool
    anchor_scores: bool
    distance: float | None = None


@dataclass(frozen=True)
class Recommendation:
    """A method with the reasons for it, and what makes any result doubtful."""

    method: Method
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def recommend(known: Circumstances) -> Recommendation:
    """Return the method for these circumstances: 60 persons per form with an anchor and difficulties get Rasch."""
    doubts = _doubts(known)
    if known.new_persons is None or known.old_persons is None:
        return _without_persons(known, doubts)
    fewest = min(known.new_persons, known.old_persons)
    if fewest < FEWEST_FOR_LINE:
        return _for_few(known, fewest, doubts)
    if known.random_groups:
        if fewest >= FEWEST_FOR_CURVE:
            why = f"Chance made the groups, and {fewest} persons or more per form are enough for a curve."
            return Recommendation(Method.EQUIPERCENTILE, (why,), doubts)
        why = f"Chance made the groups; {fewest} persons are enough for a line and fewer than {FEWEST_FOR_CURVE}."
        return Recommendation(Method.LINEAR, (why,), doubts)
    if known.anchor_scores and known.common_items:
        return _for_anchor(known, doubts)
    if known.difficulties and known.common_items:
        why = "The groups may differ, and the common items have difficulties but no scores per person."
        return Recommendation(Method.RASCH, (why,), doubts)
    return _nothing_shows_the_difference(doubts)


def _without_persons(known: Circumstances, doubts: tuple[str, ...]) -> Recommendation:
    if known.difficulties and known.common_items:
        return Recommendation(Method.RASCH, ("There are difficulties of common items, and no scores.",), doubts)
    return _nothing_shows_the_difference(doubts)


def _for_few(known: Circumstances, fewest: int, doubts: tuple[str, ...]) -> Recommendation:
    few = f"{fewest} persons on a form are fewer than {FEWEST_FOR_LINE}: a line or curve would follow chance."
    if known.difficulties and known.common_items:
        return Recommendation(Method.RASCH, (few, "Common items with Rasch difficulties need one number only."), doubts)
    if known.random_groups and fewest >= FEWEST_FOR_MEAN:
        return Recommendation(Method.MEAN, (few, "Chance made the groups, so their means may be compared."), doubts)
    return Recommendation(Method.IDENTITY, (few, "Scores are safer as they are than moved by chance."), doubts)


def _for_anchor(known: Circumstances, doubts: tuple[str, ...]) -> Recommendation:
    if known.distance is not None and abs(known.distance) > GROUPS_APART:
        apart = f"The groups lie {abs(known.distance):.2f} standard deviations apart on the anchor"
        why = f"{apart}; Tucker is for groups that lie at most {GROUPS_APART} apart."
        return Recommendation(Method.CHAINED, (why,), doubts)
    return Recommendation(Method.TUCKER, ("The groups may differ, they are much alike on the anchor.",), doubts)


def _nothing_shows_the_difference(doubts: tuple[str, ...]) -> Recommendation:
    why = "The groups may differ and the forms share no item: nothing tells a hard form from a weak group."
    return Recommendation(Method.IDENTITY, (why,), doubts)


def _doubts(known: Circumstances) -> tuple[str, ...]:
    if known.random_groups or not known.common_items:
        return ()
    if known.common_items >= min(ANCHOR_ITEMS, ANCHOR_SHARE * known.items):
        return ()
    share = known.common_items / known.items if known.items else 0
    return (
        f"{known.common_items} common items ({share:.0%} of the form) are a weak anchor: "
        f"{ANCHOR_ITEMS} items or {ANCHOR_SHARE:.0%} are asked for.",
    )
