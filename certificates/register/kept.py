"""The hashes of the log as the database keeps them, and the files that are made of them."""

from collections.abc import Sequence

from django.db.models import Q

from certificates.models import LogCheckpoint, LogEntry, TileRoot
from certificates.rules.tlog.hashing import fold
from certificates.rules.tlog.tiles import WIDTH, Tile, bundle
from certificates.rules.tlog.tree import MissingHashError, Stretch, Tree


def log_tree() -> Tree:
    """Return the tree of the log; each question of it costs two queries at most, however large the log."""
    return Tree(_fetch)


def newest_checkpoint() -> LogCheckpoint | None:
    """Return the checkpoint that was signed last."""
    return LogCheckpoint.objects.order_by("-size").first()


def next_index() -> int:
    """Return how many entries the log has, which is the place of the next one."""
    last = LogEntry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def content_of(tile: Tile) -> bytes:
    """Return the bytes of a tile or bundle. Raises `MissingHashError` when the log does not hold all of it."""
    if tile.level is None:
        rows = LogEntry.objects.filter(index__gte=tile.start, index__lt=tile.stop).order_by("index")
        entries = [bytes(content) for content in rows.values_list("content", flat=True)]
        if len(entries) != tile.width:
            raise MissingHashError(f"The log has not all entries of {tile.path}.")
        return bundle(entries)
    return b"".join(_neighbours(Stretch(tile.level, tile.start, tile.stop)))


def keep_tile_roots(old: int, new: int) -> None:
    """Keep the hashes over the tiles that became full while the log grew from `old` to `new`, level by level."""
    level = 1
    while new >> 8 * level:
        first, last = old >> 8 * level, new >> 8 * level
        if first < last:
            below = _neighbours(Stretch(level - 1, first * WIDTH, last * WIDTH))
            TileRoot.objects.bulk_create(
                TileRoot(level=level, index=first + number, hash=fold(below[number * WIDTH : (number + 1) * WIDTH]))
                for number in range(last - first)
            )
        level += 1


def _neighbours(stretch: Stretch) -> list[bytes]:
    found = _fetch([stretch])
    if len(found) != stretch.stop - stretch.start:
        raise MissingHashError(f"The log has not all hashes of level {stretch.level} up to {stretch.stop}.")
    return [found[stretch.level, place] for place in range(stretch.start, stretch.stop)]


def _fetch(stretches: Sequence[Stretch]) -> dict[tuple[int, int], bytes]:
    found: dict[tuple[int, int], bytes] = {}
    leaves, above = Q(), Q()
    for stretch in stretches:
        place = Q(index__gte=stretch.start, index__lt=stretch.stop)
        if stretch.level == 0:
            leaves |= place
        else:
            above |= place & Q(level=stretch.level)
    if leaves:
        rows = LogEntry.objects.filter(leaves).order_by().values_list("index", "leaf_hash")
        found |= {(0, index): bytes(value) for index, value in rows}
    if above:
        upper = TileRoot.objects.filter(above).values_list("level", "index", "hash")
        found |= {(level, index): bytes(value) for level, index, value in upper}
    return found
