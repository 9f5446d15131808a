"""What can go wrong in exams, with codes that tests and clients rely on."""

from typing import TYPE_CHECKING

from lms.accounts.errors import CodedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exams.measurement_files.faults import FileFault
    from exams.rules.assembly_facts import Shortage
    from exams.rules.marking import AwardFault
    from exams.rules.practical import Missing
    from exams.rules.scheduling import Objection


class AttemptError(CodedError):
    """An attempt cannot be started, continued, answered or submitted as asked."""


class SessionError(CodedError):
    """An exam session cannot be planned, booked or supervised as asked."""


class AccommodationError(CodedError):
    """An accommodation cannot be granted or ended as asked."""


class PolicyError(CodedError):
    """The policy of an exam cannot be changed as asked; `field` names what to mend, where it is one field."""

    def __init__(self, code: str, sentence: str, field: str | None = None) -> None:
        """Keep the field beside code and sentence."""
        super().__init__(code, sentence)
        self.field = field


class ResultError(CodedError):
    """A result cannot be released, held, changed or appealed as asked."""


class MarkingError(CodedError):
    """A written answer cannot be taken, given back or marked as asked, and why."""


class AwardsError(MarkingError):
    """Points are missing or impossible; `faults` says which."""

    def __init__(self, faults: "Sequence[AwardFault]") -> None:
        """Keep what is wrong, criterion by criterion."""
        super().__init__("awards_unusable", " ".join(fault.sentence for fault in faults))
        self.faults = faults


class MaterialError(CodedError):
    """Items, a blueprint or a form cannot be loaded; nothing of the call was stored."""


class ExchangeError(CodedError):
    """A file of another system cannot be read, or items cannot be written for one; nothing was stored."""


class MeasurementFileError(CodedError):
    """A file of responses, keys or judgements cannot be used; `faults` names row and column of what is to mend."""

    def __init__(self, faults: "Sequence[FileFault]") -> None:
        """Keep what is wrong, place by place."""
        super().__init__("file_unusable", "\n".join(map(str, faults)))
        self.faults = tuple(faults)


class ReviewError(CodedError):
    """A review of an item cannot be recorded, and why."""


class ItemError(CodedError):
    """An item cannot be written, moved on or taken out of use as asked, and why."""


class FormError(CodedError):
    """A form cannot be assembled, changed, locked or given out as asked, and why."""


class StudyError(CodedError):
    """A study of stored answers cannot be made or stopped as asked, and why."""


class PanelError(CodedError):
    """A cut cannot be set as asked, and why."""


class InfeasibleError(FormError):
    """No form meets all demands; `shortages` says which lack how much."""

    def __init__(self, shortages: "tuple[Shortage, ...]") -> None:
        """Keep the report."""
        super().__init__("infeasible", "No form meets all demands. Nothing was relaxed, and nothing was stored.")
        self.shortages = shortages


class PracticalError(CodedError):
    """A sitting cannot be assigned, opened, changed or signed, and why."""


class RubricError(CodedError):
    """A draft of a rubric cannot be started, changed or handed in as asked."""


class RemediationError(CodedError):
    """A remediation plan cannot be written, answered, followed up or closed as asked."""


class AssessorError(CodedError):
    """The qualification of an assessor cannot be granted, renewed or withdrawn as asked."""


class UnfitError(PracticalError):
    """Somebody is not qualified for a sitting, or has a conflict of interest."""


class OverridableError(UnfitError):
    """There is a conflict of interest, and a second person could allow it."""


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
