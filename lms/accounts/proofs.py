"""How a person shows, for one act, that it is them: passkey, or password and, where they have one, a code (S-9)."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import models
from django.utils import timezone

from lms.accounts import passkeys
from lms.accounts.errors import ProofError
from lms.accounts.models import User


class ProofMethod(models.TextChoices):
    """What was shown, as it is kept with the act."""

    PASSWORD = "password", "their password"
    PASSWORD_AND_CODE = "password_code", "their password and a code from their second factor"
    PASSKEY = "passkey", "their passkey"


@dataclass(frozen=True)
class Given:
    """What a person handed over: a passkey's answer as the browser sent it, or a password and perhaps a code."""

    password: str = ""
    code: str = ""
    passkey: str = ""


@dataclass(frozen=True)
class Proof:
    """How and when a person showed that it is them; with a passkey, its answer too, as text."""

    method: ProofMethod
    at: datetime
    assertion: str = ""


def needs_code(person: User) -> bool:
    """Whether the person's password counts only together with a code of an authenticator app."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def prove(person: User, given: Given, *, challenge: bytes) -> Proof:
    """Check what the person gave; a passkey must have answered this challenge, the digest of what it signs.

    Call it outside a transaction: hashing takes tens of milliseconds, and SQLite lets one writer in at a time. Raises
    `ProofError`: wrong_password, wrong_code, passkey_refused.
    """
    if not person.is_active:
        raise ProofError("wrong_password", "This account is closed. Nothing has been signed.")
    if given.passkey:
        return _proof_by_passkey(person, given.passkey, challenge)
    if not person.check_password(given.password):
        raise ProofError("wrong_password", "That is not your password. Nothing has been signed.")
    if not needs_code(person):
        return Proof(ProofMethod.PASSWORD, timezone.now())
    if not _is_code_of(person, given.code):
        sentence = "That code is not valid, or was used already. Nothing has been signed. Wait for the next code."
        raise ProofError("wrong_code", sentence)
    return Proof(ProofMethod.PASSWORD_AND_CODE, timezone.now())


def _proof_by_passkey(person: User, answer: str, challenge: bytes) -> Proof:
    try:
        assertion = passkeys.read_answer(person, challenge, answer)
    except ValueError as fault:
        sentence = "Your passkey did not sign this. Nothing has been signed. Try again, or use your password."
        raise ProofError("passkey_refused", sentence) from fault
    return Proof(ProofMethod.PASSKEY, timezone.now(), assertion.to_text())


def _is_code_of(person: User, code: str) -> bool:
    """Try the authenticator app, then the recovery codes; either takes a code once."""
    rows = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN)
    return bool(code) and any(row.wrap().validate_code(code.strip()) for row in rows.order_by("-type"))
