"""The life of an item version: which step leads where, who may take it, and what stands in its way.

draft → review → (rejected → draft) → pretest → operational → retired. Source: exams.md 1.1. An approval holds for the
words that were read, so every step names the content hash it was taken on; the actions see to that.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class ItemStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    REVIEW = "review"
    REJECTED = "rejected"
    PRETEST = "pretest"
    OPERATIONAL = "operational"
    RETIRED = "retired"


# Their words may still change, so no form may hold them.
UNFINISHED = frozenset({ItemStatus.DRAFT, ItemStatus.REVIEW, ItemStatus.REJECTED})
PUBLISHED = frozenset({ItemStatus.PRETEST, ItemStatus.OPERATIONAL})
# What an item must be to stand in a section of a new form.
USABLE_IN: dict[str, frozenset[ItemStatus]] = {
    "scored": frozenset({ItemStatus.OPERATIONAL}),
    "pretest": PUBLISHED,
}
ENDORSEMENTS_NEEDED = 2


class Step(StrEnum):
    """What somebody does with a version. The values are stored with each decision."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    REVISE = "revise"
    APPROVE = "approve"
    ENDORSE = "endorse"
    DISCARD = "discard"
    RETIRE = "retire"


class Actor(StrEnum):
    """As what somebody acts on a version."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    EXAM_ADMIN = "exam_admin"


class RetireReason(StrEnum):
    """Why an item goes out of use."""

    COMPROMISED = "compromised"
    OUTDATED = "outdated"
    FAULTY = "faulty"
    STATISTICS = "statistics"
    OTHER = "other"


class ReturnReason(StrEnum):
    """What a reviewer found."""

    KEY = "key"
    STEM = "stem"
    OPTIONS = "options"
    REFERENCE = "reference"
    LANGUAGE = "language"
    OTHER = "other"


@dataclass(frozen=True)
class Transition:
    """One step from one status to another, and who may take it."""

    step: Step
    source: ItemStatus
    target: ItemStatus
    actors: frozenset[Actor]


_AUTHOR = frozenset({Actor.AUTHOR})
_READERS = frozenset({Actor.REVIEWER, Actor.EXAM_ADMIN})
_ADMIN = frozenset({Actor.EXAM_ADMIN})

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Step.SUBMIT, ItemStatus.DRAFT, ItemStatus.REVIEW, _AUTHOR),
    Transition(Step.WITHDRAW, ItemStatus.REVIEW, ItemStatus.DRAFT, _AUTHOR),
    Transition(Step.REVISE, ItemStatus.DRAFT, ItemStatus.DRAFT, _AUTHOR),
    Transition(Step.REVISE, ItemStatus.REJECTED, ItemStatus.DRAFT, _AUTHOR),
    Transition(Step.DISCARD, ItemStatus.DRAFT, ItemStatus.RETIRED, _AUTHOR),
    Transition(Step.DISCARD, ItemStatus.REJECTED, ItemStatus.RETIRED, _AUTHOR),
    Transition(Step.RETURN, ItemStatus.REVIEW, ItemStatus.REJECTED, _READERS),
    Transition(Step.APPROVE, ItemStatus.REVIEW, ItemStatus.PRETEST, _READERS),
    Transition(Step.ENDORSE, ItemStatus.PRETEST, ItemStatus.OPERATIONAL, _READERS),
    Transition(Step.RETIRE, ItemStatus.PRETEST, ItemStatus.RETIRED, _ADMIN),
    Transition(Step.RETIRE, ItemStatus.OPERATIONAL, ItemStatus.RETIRED, _ADMIN),
)
_BY_STEP = {(transition.step, transition.source): transition for transition in TRANSITIONS}
# Steps that judge the words: nobody takes them on words of their own.
JUDGING = frozenset({Step.RETURN, Step.APPROVE, Step.ENDORSE})

STATUS_WORDS: dict[ItemStatus, str] = {
    ItemStatus.DRAFT: "Draft",
    ItemStatus.REVIEW: "In review",
    ItemStatus.REJECTED: "Returned",
    ItemStatus.PRETEST: "Pretest",
    ItemStatus.OPERATIONAL: "Operational",
    ItemStatus.RETIRED: "Retired",
}


@dataclass(frozen=True)
class VersionFacts:
    """What the rules need to know of a version.

    `endorsed_by` are the ids of those who approved these words for counting, `person` is who acts now.
    """

    status: ItemStatus
    person: int
    is_own: bool
    has_rationale: bool = True
    has_reference: bool = True
    endorsed_by: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Obstacle:
    """Why a step cannot be taken, with a code and a sentence."""

    code: str
    sentence: str


def obstacle(step: Step, facts: VersionFacts, actors: Collection[Actor]) -> Obstacle | None:
    """Return what stands in the way of a step, or None when it may be taken."""
    transition = _BY_STEP.get((step, facts.status))
    if transition is None:
        words = STATUS_WORDS[facts.status].lower()
        return Obstacle("wrong_status", f"This version is {words}, so this step is not open. Load the page again.")
    if step in JUDGING and facts.is_own:
        return Obstacle("own_item", "You wrote this item. Somebody else has to decide about it.")
    if not transition.actors & set(actors):
        return Obstacle("not_yours", "This step belongs to somebody else.")
    if step is Step.SUBMIT and not facts.has_rationale:
        return Obstacle("no_rationale", "Write why the key is right before the item goes to review.")
    if step is Step.SUBMIT and not facts.has_reference:
        return Obstacle("no_reference", "Name at least one source before the item goes to review.")
    if step is Step.ENDORSE and facts.person in facts.endorsed_by:
        return Obstacle(
            "already_endorsed", "You approved this version for counting already. It needs another reviewer."
        )
    return None


def status_after(step: Step, facts: VersionFacts) -> ItemStatus:
    """Return the status after a step that may be taken. The first of two endorsements leaves a version where it is."""
    if step is Step.ENDORSE and len(facts.endorsed_by | {facts.person}) < ENDORSEMENTS_NEEDED:
        return facts.status
    return _BY_STEP[(step, facts.status)].target
