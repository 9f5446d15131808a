"""What a correction of a key means for an answer, for the cut, and for a result that is out (exams.md 3.9).

An item version never changes. A key change is a row beside it, and scoring is a pure function of the item version, its
key changes in their order, and the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction

from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import AwaitingMarking, Key, Value, outcome


class KeyPolicy(StrEnum):
    """What is done about a wrong key."""

    REKEY = "rekey"
    ACCEPT_BOTH = "accept_both"
    FULL_CREDIT = "full_credit"
    REMOVE = "remove"

    @property
    def words(self) -> str:
        """The policy as people read it."""
        return POLICY_WORDS[self]

    @property
    def needs_key(self) -> bool:
        """Whether it names another key."""
        return self in (KeyPolicy.REKEY, KeyPolicy.ACCEPT_BOTH)


POLICY_WORDS: dict[KeyPolicy, str] = {
    KeyPolicy.REKEY: "Another key is right, the old one is wrong",
    KeyPolicy.ACCEPT_BOTH: "Another key is right as well",
    KeyPolicy.FULL_CREDIT: "Everybody gets the points",
    KeyPolicy.REMOVE: "The item no longer counts",
}


# These rules give points to options, numbers or areas by what their file says; the key beside it decides nothing, or
# not alone.
WITHOUT_OWN_KEY = frozenset(
    {
        ScoringRule.QTI_MAP_RESPONSE,
        ScoringRule.FRACTIONS_SUM,
        ScoringRule.BANDS,
        ScoringRule.QTI_MAP_RESPONSE_POINT,
    }
)
NO_KEY_OF_ESSAY = (
    "An essay has no key: people mark it by its rubric, and the marks that they gave stand. If the question is faulty, "
    "give everybody the points or take it out; a better rubric comes with the next version of the item."
)
NO_KEY_OF_FILE = (
    "The scoring rule of this item came in a file and tells the points of each answer itself, so no other key can "
    "be named here. Give everybody the points or take the item out; corrected points come with a new item."
)


def why_no_other_key(kind: ItemKind, rule: ScoringRule) -> str:
    """Say in sentences why no other key can be named for an item, and what is done instead; empty when one can."""
    if kind is ItemKind.ESSAY:
        return NO_KEY_OF_ESSAY
    return NO_KEY_OF_FILE if rule in WITHOUT_OWN_KEY else ""


@dataclass(frozen=True)
class Change:
    """One key change; `key` is the new one where the policy names one."""

    policy: KeyPolicy
    key: Key | None = None


@dataclass(frozen=True)
class Ruling:
    """How one item version is scored at present: any of these keys is right, unless everybody or nobody gets points."""

    keys: tuple[Key, ...]
    full_credit: bool = False
    removed: bool = False


def ruling_of(key: Key, changes: Iterable[Change] = ()) -> Ruling:
    """Apply changes in their order to the key that the version came with.

    A later change stands above an earlier one: after a removal, another key brings the item back.
    """
    ruling = Ruling((key,))
    for change in changes:
        match change.policy:
            case KeyPolicy.FULL_CREDIT:
                ruling = replace(ruling, full_credit=True, removed=False)
            case KeyPolicy.REMOVE:
                ruling = replace(ruling, full_credit=False, removed=True)
            case KeyPolicy.REKEY if change.key is not None:
                ruling = Ruling((change.key,))
            case KeyPolicy.ACCEPT_BOTH if change.key is not None:
                ruling = Ruling((*ruling.keys, change.key))
            case _:
                raise ValueError(f"A key change by {change.policy.value} names a key.")
    return ruling


def ruled_outcome(rule: ScoringRule, ruling: Ruling, value: Value) -> Fraction | AwaitingMarking:
    """Score one answer under a ruling: the best of its keys, or 1 for everybody, unanswered included.

    An answer that a person has to mark has no other key.
    """
    if ruling.full_credit:
        return Fraction(1)
    outcomes = [outcome(rule, key, value) for key in ruling.keys]
    return max((found for found in outcomes if isinstance(found, Fraction)), default=AwaitingMarking())


def cut_without(cut: Decimal, *, counted: int, removed: int) -> Decimal:
    """Return the cut after `removed` of `counted` items no longer count: in proportion, cut off at hundredths.

    A cut of 35 of 50 becomes 34.30 of 49. Cutting off, not rounding, favours the candidate. Zero when nothing is left
    would let everybody pass, so the last item cannot be removed: raises `ValueError`.
    """
    if removed >= counted:
        raise ValueError("At least one item has to count.")
    exact = cut * (counted - removed) / counted
    return exact.quantize(Decimal("0.01"), rounding=ROUND_FLOOR) if removed else cut


@dataclass(frozen=True)
class Standing:
    """What one score says: the decision, and points of so many."""

    passed: bool
    raw: Decimal
    maximum: Decimal

    @property
    def rank(self) -> tuple[bool, Fraction]:
        """Greater is better for the candidate: first the decision, then the share of points."""
        return self.passed, Fraction(self.raw) / Fraction(self.maximum)


def counting(released: Standing, anew: Standing, *, may_lower: bool) -> Standing:
    """Say which of two scores counts after a regrade: the new one, unless it would harm and the exam forbids that."""
    return anew if may_lower or anew.rank >= released.rank else released
