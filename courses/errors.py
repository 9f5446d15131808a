"""What can be refused in learning."""

from lms.accounts.errors import CodedError


class ProgressError(CodedError):
    """A lesson cannot be completed or reopened."""


class PracticeError(CodedError):
    """A practice run cannot start or take an answer."""


class ReviewError(CodedError):
    """A review of a lesson cannot begin."""


class AdmissionError(CodedError):
    """An application cannot be sent or decided."""
