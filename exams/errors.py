"""What can go wrong in exams, with codes that tests and clients rely on."""

from lms.accounts.errors import CodedError


class AttemptError(CodedError):
    """An attempt cannot be started, continued, answered or submitted as asked."""


class MaterialError(CodedError):
    """Items, a blueprint or a form cannot be loaded; nothing of the call was stored."""
