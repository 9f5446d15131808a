"""Checking the answer to a formative question. Nothing is stored: the reason is the point, not the mark."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Option:
    """One option as the lesson has it."""

    text: str
    correct: bool
    reason: str


@dataclass(frozen=True)
class CheckedOption:
    """One option beside what the learner did with it."""

    option: Option
    chosen: bool

    @property
    def words(self) -> str:
        """Say in words what happened with this option."""
        if self.chosen:
            return "You chose this. It is right." if self.option.correct else "You chose this. It is not right."
        return "Right, and you did not choose it." if self.option.correct else "Not right, and you left it."


@dataclass(frozen=True)
class Feedback:
    """The answer to an answer. `answered` is False when nothing usable was sent."""

    answered: bool
    right: bool
    options: tuple[CheckedOption, ...] = ()


def check_choice(options: Sequence[Option], chosen: Collection[int]) -> Feedback:
    """Compare chosen positions (from 0) with the right ones: all of them and no other. Unknown positions do not count.

    Worked: options right, wrong, right and chosen {0, 2} is right; {0} or {0, 1, 2} is not.
    """
    known = {position for position in chosen if 0 <= position < len(options)}
    right = {position for position, option in enumerate(options) if option.correct}
    checked = tuple(CheckedOption(option, position in known) for position, option in enumerate(options))
    return Feedback(answered=bool(known), right=known == right, options=checked)


def check_number(typed: str, *, answer: str, tolerance: str) -> Feedback:
    """Compare a typed number with `answer` ± `tolerance` (same unit, limits included).

    A comma counts as decimal point, blanks and a unit behind the number are ignored.
    Worked: answer 62.4, tolerance 0.1: "62,3 %" is right, "62.2" is not.
    """
    number = read_number(typed)
    if number is None:
        return Feedback(answered=False, right=False)
    return Feedback(answered=True, right=abs(number - Decimal(answer)) <= Decimal(tolerance))


def read_number(typed: str) -> Decimal | None:
    """Return the number at the beginning of what a person typed, or None."""
    text = typed.strip().replace(" ", "").replace("−", "-").replace(",", ".")[:40]
    length = 0
    while length < len(text) and (text[length] in "0123456789." or (text[length] == "-" and length == 0)):
        length += 1
    try:
        return Decimal(text[:length])
    except InvalidOperation:
        return None
