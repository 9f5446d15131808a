"""Numbers that look random and are the same for ever: only `random()` of Python's generator is promised to stay."""

import math
import random


class Dice:
    """A stream of numbers from one seed."""

    def __init__(self, seed: int) -> None:
        """Begin the stream that belongs to `seed`."""
        self._random = random.Random(seed)  # noqa: S311 - drawings, not secrets

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two bounds, all equally likely."""
        return low + (high - low) * self._random.random()

    def normal(self, mean: float, deviation: float) -> float:
        """Return a number from a normal distribution (Box and Muller)."""
        radius = math.sqrt(-2 * math.log(1 - self._random.random()))
        return mean + deviation * radius * math.cos(2 * math.pi * self._random.random())
