"""What cannot be done with certificates, with a code for machines and a sentence for people."""

from lms.accounts.errors import CodedError


class IssuanceError(CodedError):
    """A certificate cannot be made: the name cannot be printed, or the page does not fit."""


class RevocationError(CodedError):
    """A credential cannot be revoked: it is revoked already, or the reason is missing."""


class DoubtError(CodedError):
    """A doubt about a credential cannot be settled: it is settled already, or the reason is missing."""


class SuspensionError(CodedError):
    """A credential cannot be suspended or put back into force: its status is against it, or something is missing."""


class ReissueError(CodedError):
    """A credential cannot be issued again: its status does not allow it, or the request is incomplete or settled."""


class HoldError(CodedError):
    """A certificate cannot be held back, or its hold not be released."""


class RegisterError(CodedError):
    """The log does not continue what was signed or published before, so nothing is signed."""
