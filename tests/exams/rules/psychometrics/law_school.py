"""Section 6 of the Law School Admission Test: 1,000 persons, five items (Bock and Lieberman 1970).

The answers stand in R's package ltm as `LSAT`, whose estimates the tests quote.
"""

import numpy as np

# Answers to the five items, and how many persons gave them.
PATTERNS = """
00000 3, 00001 6, 00010 2, 00011 11, 00100 1, 00101 1, 00110 3, 00111 4, 01000 1, 01001 8, 01011 16, 01101 3, 01110 2,
01111 15, 10000 10, 10001 29, 10010 14, 10011 81, 10100 3, 10101 28, 10110 15, 10111 80, 11000 16, 11001 56, 11010 21,
11011 173, 11100 11, 11101 61, 11110 28, 11111 298
"""


def counted() -> dict[tuple[int, ...], int]:
    """Return how many persons gave each pattern."""
    pairs = (entry.split() for entry in PATTERNS.replace("\n", " ").split(","))
    return {tuple(map(int, pattern)): int(count) for pattern, count in pairs}


def answers() -> np.ndarray:
    """Return persons × items."""
    return np.array([pattern for pattern, count in counted().items() for _ in range(count)], dtype=float)
