"""Reviews of lessons and exam items: what counts as one, who may make one, and when the next is due.

A review holds for one wording. It is medical when a physician read that wording for what is medically right; nothing
else lets the product say "reviewed by a TMS physician".
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.accounts.roles import Role

MEDICAL_REVIEW = "Medical review"  # the name of the workflow that migrations lay
AGAIN_AFTER = timedelta(days=365)


class ReviewerRole(StrEnum):
    """As what somebody reviews."""

    TECHNICIAN = "technician"
    PHYSICIAN = "physician"
    EDUCATOR = "educator"


class ReviewScope(StrEnum):
    """What somebody looked at."""

    MEDICAL = "medical"
    CONTENT = "content"
    LANGUAGE = "language"


SCOPE_WORDS: dict[ReviewScope, str] = {
    ReviewScope.MEDICAL: "what is medically right",
    ReviewScope.CONTENT: "content",
    ReviewScope.LANGUAGE: "language",
}


@dataclass(frozen=True)
class ReviewFacts:
    """That one person looked at one wording, on which day, and for what."""

    name: str
    role: str
    scope: str
    reviewed_on: date

    @property
    def is_medical(self) -> bool:
        """Say whether a physician read it for what is medically right."""
        return self.role == ReviewerRole.PHYSICIAN and self.scope == ReviewScope.MEDICAL

    @property
    def words(self) -> str:
        """Say who looked at what: "A. Reader, physician, for what is medically right"."""
        return f"{self.name}, {self.role}, for {SCOPE_WORDS[ReviewScope(self.scope)]}"


def is_reviewed(reviews: Iterable[ReviewFacts]) -> bool:
    """Say whether one of the reviews is medical."""
    return any(review.is_medical for review in reviews)


def due_on(review_by: date, reviews: Iterable[ReviewFacts]) -> date:
    """Return the day by which it must be checked again: `review_by`, or a year after a later medical review."""
    return max([review_by, *(review.reviewed_on + AGAIN_AFTER for review in reviews if review.is_medical)])


def bare_name(name: str) -> str:
    """Return a name as it is compared: whatever its case and blanks."""
    return " ".join(name.split()).casefold()


def is_author(name: str, authors: Iterable[str]) -> bool:
    """Say whether a person of this name is named as an author."""
    return bare_name(name) in {bare_name(author) for author in authors}


def reviews_as(roles: Collection[Role]) -> ReviewerRole | None:
    """Return as what somebody with these roles reviews, or None. Only the role of a physician makes a physician."""
    if Role.PHYSICIAN in roles:
        return ReviewerRole.PHYSICIAN
    return ReviewerRole.EDUCATOR if Role.EXAM_ADMIN in roles else None


def scopes_open_to(role: ReviewerRole | None) -> tuple[ReviewScope, ...]:
    """Return what somebody may review: physicians everything, others all but what is medically right."""
    if role is None:
        return ()
    return tuple(scope for scope in ReviewScope if scope is not ReviewScope.MEDICAL or role is ReviewerRole.PHYSICIAN)
