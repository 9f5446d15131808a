"""Roots and proofs of a log whose hashes are kept by tiles: which hashes are needed, and what follows from them.

RFC 6962, section 2.1, defines the proofs; C2SP `tlog-tiles` which hashes are kept: those of height 0, 8, 16 and so on.
Whatever lies between is computed from the 256 of one tile at most.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from certificates.rules.tlog.hashing import fold, join

TILE_HEIGHT = 8

Range = tuple[int, int]  # the entries from the first number up to, and without, the second


class MissingHashError(LookupError):
    """A hash that the log must hold is not there."""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring kept hashes: those of one level from `start` up to, and without, `stop`."""

    level: int
    start: int
    stop: int


@dataclass(frozen=True)
class Node:
    """A complete subtree of 2^height entries, the one at `position` among those of its height."""

    height: int
    position: int

    @property
    def kept(self) -> Stretch:
        """The kept hashes that it is computed from."""
        level, rest = divmod(self.height, TILE_HEIGHT)
        return Stretch(level, self.position << rest, (self.position + 1) << rest)


Kept = Mapping[tuple[int, int], bytes]  # hashes by level and place
Fetch = Callable[[Sequence[Stretch]], Kept]


class Tree:
    """A log of which kept hashes can be fetched; every question fetches once."""

    def __init__(self, fetch: Fetch) -> None:
        """Take the function that returns the hashes of stretches; it may leave out what is not there."""
        self._fetch = fetch

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` entries. Raises `MissingHashError`."""
        return self._hashes([(0, size)])[0]

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the proof that the entry at `index` is among the first `size`, the leaf's neighbour first."""
        return self._hashes(list(inclusion_ranges(index, 0, size)))

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the first `old` entries are still the first ones of `new`."""
        return self._hashes(list(consistency_ranges(old, new)))

    def _hashes(self, ranges: list[Range]) -> list[bytes]:
        covers = [cover(*part) for part in ranges]
        kept = self._fetch(merged([node.kept for nodes in covers for node in nodes]))
        return [join([_hash_of(node, kept) for node in nodes]) for nodes in covers]


def cover(start: int, stop: int) -> list[Node]:
    """Return the complete subtrees of falling height over a range that begins where its largest subtree can begin."""
    nodes = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        nodes.append(Node(height, start >> height))
        start += 1 << height
    return nodes


def inclusion_ranges(index: int, start: int, stop: int) -> Iterator[Range]:
    """Yield the ranges whose hashes are the proof of inclusion: PATH of RFC 6962, section 2.1.1."""
    if not start <= index < stop:
        raise ValueError("There is no such entry.")
    if stop - start == 1:
        return
    middle = start + _half(stop - start)
    if index < middle:
        yield from inclusion_ranges(index, start, middle)
        yield middle, stop
    else:
        yield from inclusion_ranges(index, middle, stop)
        yield start, middle


def consistency_ranges(old: int, new: int) -> Iterator[Range]:
    """Yield the ranges whose hashes are the proof of consistency: PROOF of RFC 6962, section 2.1.2."""
    if not 0 < old <= new:
        raise ValueError("The older size must be from 1 up to the newer one.")
    yield from _consistency(old, 0, new, known=True)


def _consistency(old: int, start: int, stop: int, *, known: bool) -> Iterator[Range]:
    """Yield SUBPROOF; `known` says that who checks has the hash of the range already."""
    if old == stop:
        if not known:
            yield start, stop
        return
    middle = start + _half(stop - start)
    if old <= middle:
        yield from _consistency(old, start, middle, known=known)
        yield middle, stop
    else:
        yield from _consistency(old, middle, stop, known=False)
        yield start, middle


def merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the same hashes as few stretches."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda item: (item.level, item.start)):
        if joined and joined[-1].level == stretch.level and stretch.start <= joined[-1].stop:
            joined[-1] = Stretch(stretch.level, joined[-1].start, max(joined[-1].stop, stretch.stop))
        else:
            joined.append(stretch)
    return joined


def _half(count: int) -> int:
    """Return the largest power of two that is smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _hash_of(node: Node, kept: Kept) -> bytes:
    stretch = node.kept
    try:
        return fold([kept[stretch.level, place] for place in range(stretch.start, stretch.stop)])
    except KeyError as missing:
        raise MissingHashError(f"The hash {missing.args[0][1]} of level {missing.args[0][0]} is missing.") from missing
