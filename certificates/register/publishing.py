"""Publishing the log as files: tiles and entries first, then the checkpoint that calls for them.

Whoever reads a checkpoint outside therefore finds every file that it speaks of. A worker that dies in between leaves
the old checkpoint with a few files too many; the next one writes the same files again.
"""

from certificates.checkpoints import checkpoint as kill_point
from certificates.models import LogCheckpoint
from certificates.register.kept import content_of, newest_checkpoint
from certificates.register.outside import CHECKPOINT, drop_outside, put_outside
from certificates.register.signing import known_outside, sign_checkpoint, unsigned_entries
from certificates.rules.tlog.tiles import WIDTH, Tile, tiles_between


def bring_up_to_date() -> None:
    """Sign what was entered and publish it, until nothing is left to do.

    Raises `RegisterError` when the log does not continue what was signed or published before.
    """
    while True:
        sign_checkpoint()
        kill_point("after_log_commit")
        publish()
        if not unsigned_entries():
            return


def publish() -> None:
    """Publish the newest checkpoint and what it needs.

    Two workers at once end with the newer of theirs outside: each looks again after writing, for the other one may have
    been quicker with a later checkpoint, and would find its own replaced.
    """
    while True:
        newest, outside = newest_checkpoint(), known_outside()
        if newest is None or (outside is not None and outside.size >= newest.size):
            return
        _publish(outside.size if outside else 0, newest)


def _publish(old: int, newest: LogCheckpoint) -> None:
    tiles = list(tiles_between(old, newest.size))
    for tile in tiles:
        put_outside(f"tile/{tile.path}", content_of(tile))
    kill_point("after_log_tiles")
    put_outside(CHECKPOINT, newest.note.encode())
    kill_point("after_log_checkpoint")
    for tile in tiles:
        if tile.width == WIDTH:
            _drop_partial(tile)


def _drop_partial(tile: Tile) -> None:
    """Remove the partial forms of a tile that is full now, or the log would need a hundred times its room.

    Who asks for one of them still gets it: it is made of the database then.
    """
    drop_outside(f"tile/{tile.folder}")
