"""Is a name on paper the name in the register? An aid for people who compare by eye, in three answers.

Names are compared as people write them: capitals, accents, hyphens, full stops and the order of the parts do not
matter, and a part may be missing or shortened to its first letter as long as two parts agree in full. Names in
different scripts never agree: a transliteration is for people to judge.
"""

import unicodedata
from collections import Counter
from enum import StrEnum

LEAST_AGREEING = 2  # parts of a name that have to agree in full where others are missing or shortened
# Letters that differ by more than an accent, as passports and keyboards without them spell them.
_SPELLED_OUT = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "þ": "th"})


class NameMatch(StrEnum):
    """How two names compare."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERENT = "different"


def compare_names(given: str, held: str) -> NameMatch:
    """Compare a name that somebody typed with the one in the register.

    `ada LOVELACE` and `Ada Lovelace` are the same. `Lovelace, Ada`, `Ada K. Lovelace` and `Ada King Lovelace` are
    alike, `Zoe Angstrom` is like `Zoë Ångström`, and `Ada King` is not like `Ada Lovelace`.
    """
    if _plain(given) == _plain(held):
        return NameMatch.SAME
    one, other = _parts(given), _parts(held)
    if one == other:
        return NameMatch.ALIKE
    agreeing = (one & other).total()
    rest, others = sorted((one - other).elements()), sorted((other - one).elements())
    fewer, more = sorted((rest, others), key=len)
    return NameMatch.ALIKE if agreeing >= LEAST_AGREEING and _shortened(fewer, more) else NameMatch.DIFFERENT


def _shortened(fewer: list[str], more: list[str]) -> bool:
    """Say whether each part of the side with fewer has one on the other side that shortens it, or that it shortens."""
    left = list(more)
    for part in fewer:
        partner = next((each for each in left if _is_initial(part, each)), None)
        if partner is None:
            return False
        left.remove(partner)
    return True


def _is_initial(part: str, other: str) -> bool:
    return min(len(part), len(other)) == 1 and part[0] == other[0]


def _plain(name: str) -> str:
    """Return a name without capitals and needless blanks, accents kept."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _parts(name: str) -> Counter[str]:
    """Return the parts of a name without accents, and how often each occurs."""
    spelled = name.lower().translate(_SPELLED_OUT)
    letters = [each for each in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(each)]
    text = "".join(each if each.isalnum() or each == "\u2019" or each == "'" else " " for each in letters)
    return Counter(text.replace("\u2019", "").replace("'", "").casefold().split())
