"""Tiles: how a log is cut into files. Source: C2SP `tlog-tiles`, sections "Merkle Tree" and "Log entries".

A tile holds up to 256 neighbouring hashes of one level; at level 0 those of entries, above it those of full tiles
beneath. Beside the tiles of level 0 lie bundles with the entries themselves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 256
LONGEST_ENTRY = 65_535  # bytes; the length in front of an entry has 16 bits
HIGHEST_LEVEL = 7  # eight levels hold 2^64 entries
PATH = re.compile(
    r"(?P<level>[0-7]|entries)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True)
class Tile:
    """One file: `width` hashes of a level from place `256 * index` on, or that many entries when `level` is None."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def start(self) -> int:
        """The place of its first hash or entry."""
        return self.index * WIDTH

    @property
    def stop(self) -> int:
        """The place behind its last one."""
        return self.start + self.width

    @property
    def end(self) -> int:
        """How many entries a log has at least that has this tile."""
        return self.stop << 8 * (self.level or 0)

    @property
    def folder(self) -> str:
        """The folder of its partial forms."""
        return f"{self._whole}.p"

    @property
    def path(self) -> str:
        """Its address beneath `tile/`: `0/x001/x234/067`, or `0/x001/x234/067.p/112` when it is not full."""
        return self._whole if self.width == WIDTH else f"{self.folder}/{self.width}"

    @property
    def _whole(self) -> str:
        number = f"{self.index:03d}"
        number = number.zfill(-(-len(number) // 3) * 3)
        groups = [number[place : place + 3] for place in range(0, len(number), 3)]
        level = "entries" if self.level is None else str(self.level)
        return "/".join([level, *(f"x{group}" for group in groups[:-1]), groups[-1]])


def read_path(path: str) -> Tile | None:
    """Return the tile at an address as `Tile.path` writes it, None for any other spelling."""
    parts = PATH.fullmatch(path)
    if parts is None:
        return None
    level = None if parts["level"] == "entries" else int(parts["level"])
    tile = Tile(level, int(re.sub("[x/]", "", parts["number"])), int(parts["width"] or WIDTH))
    return tile if tile.path == path and tile.width <= WIDTH else None


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles and bundles that a log of size `new` has and one of size `old` had not."""
    yield from _of_level(None, old, new)
    for level in range(HIGHEST_LEVEL + 1):
        yield from _of_level(level, old >> 8 * level, new >> 8 * level)


def _of_level(level: int | None, old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles of a level that grew from `old` hashes to `new`."""
    if old == new:
        return
    for index in range(old // WIDTH, new // WIDTH):
        yield Tile(level, index)
    if new % WIDTH:
        yield Tile(level, new // WIDTH, new % WIDTH)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries one after the other, each behind its length as 16 bits, the high byte first."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)
