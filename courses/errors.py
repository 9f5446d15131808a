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


class SeminarError(CodedError):
    """A seminar cannot be planned, changed or called off, or a seat in it cannot be had or given back."""


class AttendanceError(CodedError):
    """Somebody cannot be counted as present, or a mark cannot be changed."""
