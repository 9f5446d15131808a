"""Accepted answers in systems where the first one that fits counts: a wrong one that stands first takes from the right.

Here an answer is right when any accepted one fits, so that such a key cannot be held.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from exams.interchange.findings import UnsupportedItemError
from exams.rules.scoring.keys import TextKey
from exams.rules.scoring.texts import STAR, normalised, wildcard

Answer = TypeVar("Answer")


def refuse_taken(worth: Sequence[tuple[Answer, Fraction]], meet: Callable[[Answer, Answer], bool]) -> None:
    """Raise `UnsupportedItemError` where an answer worth nothing stands before one that earns, and one fits both.

    `worth` is what each answer is worth in percent, in the order of the file.
    """
    nothing: list[Answer] = []
    for answer, percent in worth:
        if percent <= 0:
            nothing.append(answer)
        elif any(meet(answer, other) for other in nothing):
            raise UnsupportedItemError(
                "first_counts",
                "An answer worth nothing stands before a right one that it overlaps, and there the first one counts. "
                "Here every right one does. Write its key without overlap.",
            )


def patterns_meet(one: str, other: str) -> bool:
    r"""Whether some text fits both of two patterns in which * is a wildcard and \* a star; case does not matter."""
    pieces, others = (STAR.split(normalised(pattern)) for pattern in (one, other))
    if len(pieces) == 1:
        return wildcard(_plain(pieces[0]), TextKey((other,))) == 1
    if len(others) == 1:
        return wildcard(_plain(others[0]), TextKey((one,))) == 1
    # Whatever stands between first and last piece fits into the wildcard of the other one.
    start, longer_start = sorted((_plain(pieces[0]), _plain(others[0])), key=len)
    end, longer_end = sorted((_plain(pieces[-1]), _plain(others[-1])), key=len)
    return longer_start.startswith(start) and longer_end.endswith(end)


def _plain(piece: str) -> str:
    return piece.replace("\\*", "*")
