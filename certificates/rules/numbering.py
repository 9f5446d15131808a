"""Public numbers of certificates: `TMS-MZXM-P6XZ-SQ70-SWG1-6`.

Sixteen random characters of Crockford's base32 (80 bits) and a check character, the value modulo 37
(https://www.crockford.com/base32.html). Modulo 37 finds every single wrong character and every swap of neighbours.
Five of the 37 check characters (`* ~ $ = U`) read badly in addresses and on the telephone, so a number is drawn again
until its check character is one of the other 32.

Worked example: the value 0 is written `0000-0000-0000-0000-0`, the value 1 `0000-0000-0000-0001-1`; 36 would need the
check character `U` and is never issued.
"""

import re
from collections.abc import Callable

PREFIX = "TMS"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
RANDOM_BITS = 80
RANDOM_LENGTH = 16
BARE_LENGTH = RANDOM_LENGTH + 1
LONGEST_INPUT = 300

_READ_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_BETWEEN = r"[\s\-\u2010-\u2015\u2212.]"
_SEPARATORS = re.compile(f"{_BETWEEN}+")
# A number with its prefix somewhere in other text: a sentence, a link with more behind it.
_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-z]){PREFIX}((?:{_BETWEEN}*[0-9A-Za-z]){{{BARE_LENGTH}}})(?![0-9A-Za-z])", re.IGNORECASE
)


def draw_number(random_bits: Callable[[int], int]) -> str:
    """Return a bare number of 17 characters; `random_bits(80)` gives a random integer of 80 bits."""
    while True:
        value = random_bits(RANDOM_BITS)
        check = CHECK_ALPHABET[value % 37]
        if check in ALPHABET:
            return _encode(value) + check


def format_number(bare: str) -> str:
    """Return a bare number as people read it, with prefix and dashes."""
    groups = [bare[start : start + 4] for start in range(0, BARE_LENGTH, 4)]
    return "-".join([PREFIX, *groups])


def as_typed(text: str) -> str:
    """Return what somebody typed in the groups of a number, so that it can be compared with the certificate.

    A number that exists and one that cannot exist are spelled alike; the result says nothing about either. Text that
    does not look like a number at all comes back as it is, at most 300 characters of it.
    """
    bare = _bare(text[:LONGEST_INPUT])
    if len(bare) > 2 * BARE_LENGTH or not (bare.isascii() and bare.isalnum()):
        return text.strip()[:LONGEST_INPUT]
    return "-".join([PREFIX, *(bare[start : start + 4] for start in range(0, len(bare), 4))])


def read_number(text: str) -> str | None:
    """Return the bare number that somebody typed, pasted or scanned; None when it cannot be one.

    Forgives case, blanks, dashes, a whole link, words around the number, the letters O, I and L in place of 0 and 1,
    and U, which no number has, in place of V. Does not forgive a wrong check character.
    """
    if len(text) > LONGEST_INPUT:
        return None
    spellings = (_bare(text), *(_bare(found[1]) for found in _IN_TEXT.finditer(text)))
    return next((bare for bare in spellings if _is_number(bare)), None)


def _is_number(bare: str) -> bool:
    if len(bare) != BARE_LENGTH or not set(bare) <= set(ALPHABET):
        return False
    return CHECK_ALPHABET[_decode(bare[:-1]) % 37] == bare[-1]


def _bare(text: str) -> str:
    """Return the characters of a number without link, prefix and separators, and with the digits that were meant."""
    last_part = text.strip().rstrip("/").rsplit("/", 1)[-1]
    bare = _SEPARATORS.sub("", last_part).upper()
    if len(bare) != BARE_LENGTH:  # seventeen characters may begin with the prefix by chance
        bare = bare.removeprefix(PREFIX)
    return bare.translate(_READ_ALIKE)


def _encode(value: int) -> str:
    return "".join(ALPHABET[value >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))


def _decode(characters: str) -> int:
    value = 0
    for character in characters:
        value = value * 32 + ALPHABET.index(character)
    return value
