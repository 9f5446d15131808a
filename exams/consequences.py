"""What hangs on a pass in packages above: they say so here, and exams ask before a pass is put in doubt."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Consequence:
    """One thing that rests on the pass of an enrolment, in words, such as a certificate by its number."""

    enrolment: uuid.UUID
    words: str


Finder = Callable[[Collection[uuid.UUID]], list[Consequence]]
_finders: list[Finder] = []


def knows_consequences(finder: Finder) -> Finder:
    """Register a function that finds what rests on the passes of these enrolments."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def consequences_for(enrolments: Collection[uuid.UUID]) -> list[Consequence]:
    """Return all that rests on the passes of these enrolments."""
    return [found for finder in _finders for found in finder(enrolments)] if enrolments else []
