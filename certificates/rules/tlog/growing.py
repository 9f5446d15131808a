"""A log that is built from its first entry on with a few hashes in memory: for checking the whole of it."""

from dataclasses import dataclass

from certificates.rules.tlog.hashing import fold, join, node_hash
from certificates.rules.tlog.tiles import WIDTH, Tile


@dataclass(frozen=True)
class Completed:
    """A tile that is full now, and the hashes in it."""

    tile: Tile
    hashes: list[bytes]


class GrowingTree:
    """The complete subtrees of a log so far, and the kept hashes of its unfinished tiles."""

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self._peaks: list[bytes] = []
        self._open: list[list[bytes]] = []

    def append(self, leaf: bytes) -> list[Completed]:
        """Add the hash of the next entry, and return the tiles that it completes, lowest level first."""
        self.size += 1
        self._peaks.append(leaf)
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
        return self._complete(leaf)

    def root(self) -> bytes:
        """Return the root of what was added so far."""
        return join(self._peaks)

    def open_tiles(self) -> list[Completed]:
        """Return the tiles that are not full, lowest level first; those without a hash are left out."""
        counts = [self.size >> 8 * level for level in range(len(self._open))]
        return [
            Completed(Tile(level, counts[level] // WIDTH, len(hashes)), hashes)
            for level, hashes in enumerate(self._open)
            if hashes
        ]

    def _complete(self, value: bytes) -> list[Completed]:
        completed: list[Completed] = []
        for level in range(len(self._open) + 1):
            if level == len(self._open):
                self._open.append([])
            self._open[level].append(value)
            if len(self._open[level]) < WIDTH:
                break
            hashes, self._open[level] = self._open[level], []
            completed.append(Completed(Tile(level, (self.size >> 8 * (level + 1)) - 1), hashes))
            value = fold(hashes)
        return completed
