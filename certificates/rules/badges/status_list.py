"""Which credentials were taken back, as one bit each in a list that is the same for everybody.

Source: W3C Bitstring Status List 1.0, sections 2 and 3. A list has 131,072 places, so that fetching it tells nobody
which credential is being checked; place 0 is the left-most bit. It travels compressed and as base64url with the
multibase sign `u` in front.
"""

import base64
import gzip
import zlib
from collections.abc import Iterable
from enum import StrEnum

LENGTH = 131_072  # places, the least that the standard allows
SIGN = "u"


class Purpose(StrEnum):
    """What a set bit says: taken back for good, or out of force for now."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


def encode(places: Iterable[int]) -> str:
    """Return the list in which the bits of these places are set. Raises `IndexError` for a place outside.

    With no bit set it has 69 characters or less. Equal places give equal text.
    """
    bits = bytearray(LENGTH // 8)
    for place in places:
        if not 0 <= place < LENGTH:
            raise IndexError(f"A status list has places 0 to {LENGTH - 1}, not {place}.")
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return SIGN + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(encoded: str, place: int) -> bool:
    """Read one bit. Raises `ValueError` when the text is no list of our length, or the place is outside."""
    if not encoded.startswith(SIGN) or not 0 <= place < LENGTH:
        raise ValueError("This is not a status list, or it has no such place.")
    packed = base64.b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4), altchars=b"-_", validate=True)
    # One byte more than a list has is asked for at most: a list must not unpack to gigabytes.
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        bits = unpacking.decompress(packed, LENGTH // 8 + 1)
    except zlib.error as error:
        raise ValueError("This status list cannot be unpacked.") from error
    if len(bits) != LENGTH // 8 or not unpacking.eof or unpacking.unused_data:
        raise ValueError(f"A status list of ours has {LENGTH} places.")
    return bool(bits[place // 8] & 0x80 >> place % 8)
