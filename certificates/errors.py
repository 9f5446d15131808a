"""What cannot be done with certificates, with a code for machines and a sentence for people."""

from lms.accounts.errors import CodedError


class IssuanceError(CodedError):
    """A certificate cannot be made: the name cannot be printed, or the page does not fit."""


class RevocationError(CodedError):
    """A credential cannot be revoked: it is revoked already, or the reason is missing."""


class DoubtError(CodedError):
    """A doubt about a credential cannot be settled: it is settled already, or the reason is missing."""


class RegisterError(CodedError):
    """The log does not continue what was signed or published before, so nothing is signed."""
