"""Checking proofs of inclusion and of consistency: RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from collections.abc import Sequence

from certificates.rules.tlog.hashing import EMPTY_ROOT, node_hash


def inclusion_holds(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof leads from a leaf at `index` to the root of a tree of this size."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(beside, reached)
            place, last = _past_lone_nodes(place, last)
        else:
            reached = node_hash(reached, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def consistency_holds(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the tree of size `old` is the beginning of the one of size `new`.

    Every tree begins with the empty one, which needs no proof.
    """
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    if not old < new:
        return False
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(steps) and _walk(old, new, steps) == (old_root, new_root)


def _walk(old: int, new: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return the roots of both sizes to which the steps lead, None when there are too many or too few."""
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_reached = new_reached = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_reached, new_reached = node_hash(beside, old_reached), node_hash(beside, new_reached)
            place, last = _past_lone_nodes(place, last)
        else:
            new_reached = node_hash(new_reached, beside)
        place, last = place >> 1, last >> 1
    return (old_reached, new_reached) if last == 0 else None


def _past_lone_nodes(place: int, last: int) -> tuple[int, int]:
    """Climb where the right-most node has no neighbour: nothing is hashed on those levels."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
