"""The order of the items on an assembled form."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from exams.rules.assembly_facts import PRETEST, SCORED, Place, PoolItem

Unit = tuple[str, ...]


def rank(seed: str, *words: object) -> bytes:
    """Return a key that depends only on seed (hex) and words: sorted by it, things stand in an order of their own.

    HMAC-SHA256 and no shuffle, because Python promises no shuffle across its versions (exams.md 2.3).
    """
    return hmac.digest(bytes.fromhex(seed), ":".join(map(str, words)).encode(), hashlib.sha256)


def share_of(seed: str, *words: object) -> float:
    """Return a number from 0 up to 1, drawn like `rank`."""
    return int.from_bytes(rank(seed, *words)[:6]) / 2**48


def ordered(scored: Iterable[PoolItem], pretest: Iterable[PoolItem], *, seed: str) -> tuple[Place, ...]:
    """Order a form: sets stay together, pretest items stand evenly between the scored ones and never last.

    Each stretch of the form takes one pretest unit, at a place in it that the seed decides: an even spread whose
    places nobody can learn from another form (exams.md 1.2).
    """
    counted = [(unit, SCORED) for unit in _units(scored, seed)]
    tried = _units(pretest, seed)
    before: dict[int, list[Unit]] = {}
    for number, unit in enumerate(tried):
        first, end = (len(counted) * step // len(tried) for step in (number, number + 1))
        at = first + int(share_of(seed, "place", *unit) * max(1, end - first))
        before.setdefault(at, []).append(unit)
    places: list[Place] = []
    for index, (unit, section) in enumerate(counted):
        places += [Place(code, PRETEST) for tried_unit in before.get(index, []) for code in tried_unit]
        places += [Place(code, section) for code in unit]
    return tuple(places)


def _units(items: Iterable[PoolItem], seed: str) -> Sequence[Unit]:
    """Return items one by one and sets as one, in the order of the seed."""
    units: dict[str, list[str]] = {}
    for item in sorted(items, key=lambda item: item.code):
        units.setdefault(f"set {item.set_code}" if item.set_code else f"item {item.code}", []).append(item.code)
    return [tuple(codes) for name, codes in sorted(units.items(), key=lambda unit: rank(seed, "order", unit[0]))]
