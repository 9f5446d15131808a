"""What to look at in an item, and why. A flag asks a person to look; it retires nothing (exams.md 4.1)."""

from collections.abc import Callable
from dataclasses import dataclass

from exams.rules.psychometrics.item_analysis import OMIT, ItemStatistics, OptionStatistics
from exams.rules.psychometrics.undefined import Why

LOWEST_R = 0.10
DEAD_BELOW = 0.05
LOWEST_P = 0.25
HIGHEST_P = 0.95


@dataclass(frozen=True)
class Flag:
    """A code to count by and a sentence to read."""

    code: str
    sentence: str


def flags_of(item: ItemStatistics, *, is_choice: Callable[[str], bool], has_parts: bool = False) -> tuple[Flag, ...]:
    """Return what is striking. `is_choice` says of a label whether persons chose it among others, and is to be judged.

    `has_parts` is an item that can earn part of a point: few points are then no few right answers.
    """
    judged = [option for option in item.options if is_choice(option.option)]
    found = [*_difficulty(item, has_parts=has_parts), *_key(item, judged)]
    return (*found, *(flag for option in judged for flag in _dead(option)))


def _difficulty(item: ItemStatistics, *, has_parts: bool) -> list[Flag]:
    if isinstance(item.p, Why):
        return []
    those = f"of what {item.n} could earn was earned" if has_parts else f"of {item.n} are right"
    if item.p < LOWEST_P:
        return [Flag("too_hard", f"Only {item.p:.0%} {those}; below {LOWEST_P:.0%} is worth a look.")]
    if item.p > HIGHEST_P:
        return [Flag("too_easy", f"{item.p:.1%} {those}; above {HIGHEST_P:.0%} an item says little.")]
    return []


def _key(item: ItemStatistics, judged: list[OptionStatistics]) -> list[Flag]:
    """Flag a key that good persons do not choose, or choose less than a distractor."""
    own = item.r_corrected
    if isinstance(own, Why):
        return []
    better = [pair for option in judged if (pair := _rival(option, own)) is not None]
    if better:
        r, option = max(better)
        words = f"Option {option} goes with the rest of the form (r = {r:.2f}) more than the key does (r = {own:.2f})."
        return [Flag("possible_miskey", words)]
    if own < LOWEST_R:
        words = f"The key hardly goes with the rest of the form (r = {own:.2f}, n = {item.n})."
        return [Flag("possible_miskey", f"{words} Check the key and the wording.")]
    return []


def _rival(option: OptionStatistics, own: float) -> tuple[float, str] | None:
    if option.key or option.option == OMIT or isinstance(option.r_rest, Why) or option.r_rest <= own:
        return None
    return option.r_rest, option.option


def _dead(option: OptionStatistics) -> list[Flag]:
    if option.key or option.option == OMIT or isinstance(option.proportion, Why) or option.proportion >= DEAD_BELOW:
        return []
    words = f"Option {option.option} was chosen by {option.n}, {option.proportion:.1%}; below {DEAD_BELOW:.0%} it is"
    return [Flag("dead_option", f"{words} no real choice.")]
