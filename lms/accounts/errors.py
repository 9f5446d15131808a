"""Errors that carry a code for machines and a sentence for people; all packages build on this one class.

CodedError
├── RoleError, ProofError
├── lms.approvals.errors: ProposalError
├── courses.errors: AdmissionError, ProgressError, PracticeError, ReviewError
├── exams.errors: AttemptError, FormError, ItemError, ResultError, MarkingError, AccommodationError, PolicyError,
│   PracticalError, MaterialError, ExchangeError, MeasurementFileError, ReviewError
└── certificates.errors: IssuanceError, RevocationError, DoubtError, SuspensionError, ReissueError, HoldError
"""


class CodedError(Exception):
    """Something that a person asked for cannot be done, and why."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep a stable `code` and a `sentence` that says what happened and what to do."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class RoleError(CodedError):
    """A role cannot be granted or ended as asked."""


class ProofError(CodedError):
    """A person did not show, for one act, that it is them."""
