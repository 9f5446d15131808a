"""What can go wrong in exams, with codes that tests and clients rely on."""

from typing import TYPE_CHECKING

from lms.accounts.errors import CodedError

if TYPE_CHECKING:
    from exams.rules.practical import Missing
    from exams.rules.scheduling import Objection


class AttemptError(CodedError):
    """An attempt cannot be started, continued, answered or submitted as asked."""


class SessionError(CodedError):
    """An exam session cannot be planned, booked or supervised as asked."""


class ResultError(CodedError):
    """A result cannot be released, held, changed or appealed as asked."""


class MaterialError(CodedError):
    """Items, a blueprint or a form cannot be loaded; nothing of the call was stored."""


class ReviewError(CodedError):
    """A review of an item cannot be recorded, and why."""


class PracticalError(CodedError):
    """A sitting cannot be assigned, opened, changed or signed, and why."""


class IncompleteRecordError(PracticalError):
    """A record has gaps or contradicts itself; `missing` lists each with its field."""

    def __init__(self, missing: "tuple[Missing, ...]") -> None:
        """Keep the list of what is missing."""
        count = len(missing)
        super().__init__(
            "record_incomplete", f"{count} {'entry is' if count == 1 else 'entries are'} missing in the checklist."
        )
        self.missing = missing


class UnconfirmedError(PracticalError):
    """A plan has something against it that has to be confirmed; `objections` says what."""

    def __init__(self, objections: "tuple[Objection, ...]") -> None:
        """Keep what was found."""
        super().__init__("not_confirmed", " ".join(found.sentence for found in objections))
        self.objections = objections
