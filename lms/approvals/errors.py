"""What can go wrong with proposals."""

from lms.accounts.errors import CodedError


class ProposalError(CodedError):
    """Something cannot be proposed or decided as asked."""
