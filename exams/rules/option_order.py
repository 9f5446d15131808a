"""The order in which a candidate sees the options of an item, and their letters for everybody else."""

import hashlib
import hmac
import string
from collections.abc import Collection, Sequence


def option_order(options: Sequence[str], *, seed: str, version: str, fixed: Collection[str] = frozenset()) -> list[str]:
    """Return the option ids in an order that depends only on seed (hex), item version and ids; `fixed` ones stay.

    Sorted by HMAC-SHA256 and not shuffled, because Python promises no shuffle across its versions (exams.md 2.3).
    """
    secret = bytes.fromhex(seed)

    def rank(option: str) -> bytes:
        return hmac.digest(secret, f"{version}:{option}".encode(), hashlib.sha256)

    moving = iter(sorted((option for option in options if option not in fixed), key=rank))
    return [option if option in fixed else next(moving) for option in options]


def letters_as_written(options: Sequence[str]) -> dict[str, str]:
    """Return the small letter of each option id in the order of its author: the first one is a.

    Ids are drawn by lot, so they are no letters to read. Candidates get capital letters, in an order of their own.
    """
    letters = [*string.ascii_lowercase, *(str(number) for number in range(len(string.ascii_lowercase) + 1, 100))]
    return dict(zip(options, letters, strict=False))
