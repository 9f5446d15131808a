"""The code on the instructor's screen: signed, for one session, good for two minutes.

It changes every half minute, so what somebody photographs and passes on is worth little, and whoever scans the code as
it stands has a minute and a half to be signed in and to confirm. Whether it counts for a person is not decided here.
"""

import uuid

from django.core import signing

from courses.errors import AttendanceError
from courses.models import SeminarSession

LASTS_SECONDS = 120
CHANGES_EVERY_SECONDS = 30
_signer = signing.TimestampSigner(salt="courses.attendance", sep=".")


def code_for(session: SeminarSession) -> str:
    """Return the code of a session as of now, fit for an address."""
    return _signer.sign(session.pk.hex)


def session_in(code: str) -> uuid.UUID:
    """Return the session that a code is for. Raises `AttendanceError`: `expired`, `not_a_code`."""
    try:
        return uuid.UUID(_signer.unsign(code, max_age=LASTS_SECONDS))
    except signing.SignatureExpired as error:
        raise AttendanceError(
            "expired", "This code is no longer good. Scan the one that is on the instructor's screen now."
        ) from error
    except (signing.BadSignature, ValueError) as error:
        raise AttendanceError(
            "not_a_code", "This is not a code of a session. Scan the code on the instructor's screen again."
        ) from error
