"""Roots and proofs against known vectors and against a recursive reading of the standard."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.tlog.hashing import EMPTY_ROOT, leaf_hash
from certificates.rules.tlog.proofs import consistency_holds, inclusion_holds
from certificates.rules.tlog.tiles import WIDTH
from certificates.rules.tlog.tree import MissingHashError, Stretch, Tree
from tests.certificates.rules.tlog import naive

MOST = 1100  # entries: four full tiles and a rest
LOG = [f"entry {number}".encode() for number in range(MOST)]


def kept_of(entries: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """Every hash that a log of these entries keeps: leaves, and the roots of full tiles."""
    kept = {(0, place): hashlib.sha256(b"\0" + entry).digest() for place, entry in enumerate(entries)}
    for tile in range(len(entries) // WIDTH):
        kept[1, tile] = naive.root(entries[tile * WIDTH : (tile + 1) * WIDTH])
    return kept


KEPT = kept_of(LOG)


def tree_of(kept: dict[tuple[int, int], bytes]) -> Tree:
    def fetch(stretches: Sequence[Stretch]) -> dict[tuple[int, int], bytes]:
        wanted = [(part.level, place) for part in stretches for place in range(part.start, part.stop)]
        return {place: kept[place] for place in wanted if place in kept}

    return Tree(fetch)


TREE = tree_of(KEPT)
sizes = st.integers(1, MOST)


@pytest.mark.parametrize("size", range(9))
def test_the_reference_roots(size: int) -> None:
    entries = naive.ENTRIES[:size]
    assert naive.root(entries) == naive.ROOTS[size]
    assert tree_of(kept_of(entries)).root(size) == naive.ROOTS[size]


def test_the_reference_proofs() -> None:
    """Two proofs of the same reference tests, spelled out."""
    tree = tree_of(kept_of(naive.ENTRIES))
    assert [value.hex() for value in tree.inclusion_proof(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [value.hex() for value in tree.consistency_proof(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(sizes)
def test_roots_are_those_of_the_standard(size: int) -> None:
    assert TREE.root(size) == naive.root(LOG[:size])


@given(st.data())
def test_a_proof_of_inclusion_is_that_of_the_standard_and_holds_for_nothing_else(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = TREE.inclusion_proof(index, size), naive.root(LOG[:size]), leaf_hash(LOG[index])
    assert proof == naive.path(index, LOG[:size])
    assert inclusion_holds(leaf=leaf, index=index, size=size, proof=proof, root=root)
    other = data.draw(st.integers(0, MOST).filter(lambda place: place != index))
    assert not inclusion_holds(leaf=leaf, index=other, size=size, proof=proof, root=root)
    assert not inclusion_holds(leaf=leaf_hash(b"else"), index=index, size=size, proof=proof, root=root)
    assert not inclusion_holds(leaf=leaf, index=index, size=size, proof=[*proof, root], root=root)
    assert not inclusion_holds(leaf=leaf, index=index, size=size, proof=proof, root=leaf_hash(b"else"))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not inclusion_holds(
            leaf=leaf, index=index, size=size, proof=[*proof[:place], root, *proof[place + 1 :]], root=root
        )
        assert not inclusion_holds(leaf=leaf, index=index, size=size, proof=proof[:-1], root=root)


@given(st.data())
def test_a_proof_of_consistency_is_that_of_the_standard_and_holds_for_nothing_else(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    proof = TREE.consistency_proof(old, new)
    old_root, new_root = naive.root(LOG[:old]), naive.root(LOG[:new])
    assert proof == naive.subproof(old, LOG[:new])

    def holds(**changes: object) -> bool:
        facts = {"old": old, "new": new, "old_root": old_root, "new_root": new_root, "proof": proof}
        return consistency_holds(**{**facts, **changes})  # type: ignore[arg-type]

    assert holds()
    forged = leaf_hash(b"else")
    assert not holds(old_root=forged)
    assert not holds(new_root=forged)
    assert not holds(proof=[*proof, forged])
    assert not holds(old=new + 1)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not holds(proof=[*proof[:place], forged, *proof[place + 1 :]])
        assert not holds(proof=proof[:-1])


def test_a_changed_entry_is_no_continuation() -> None:
    """One entry of the past is another: no proof of the new tree leads to the old root."""
    old, new = 300, 700
    changed = [*LOG[:10], b"else", *LOG[11:new]]
    proof = tree_of(kept_of(changed)).consistency_proof(old, new)
    assert not consistency_holds(
        old=old, new=new, old_root=naive.root(LOG[:old]), new_root=naive.root(changed), proof=proof
    )


def test_every_log_begins_with_the_empty_one() -> None:
    root = naive.root(LOG[:3])
    assert consistency_holds(old=0, new=3, old_root=EMPTY_ROOT, new_root=root, proof=[])
    assert not consistency_holds(old=0, new=3, old_root=root, new_root=root, proof=[])
    assert not consistency_holds(old=0, new=3, old_root=EMPTY_ROOT, new_root=root, proof=[root])


def test_a_hash_that_is_missing_is_named() -> None:
    kept = {place: value for place, value in KEPT.items() if place != (0, 290)}
    with pytest.raises(MissingHashError, match="The hash 290 of level 0 is missing"):
        tree_of(kept).root(300)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such entry"):
        TREE.inclusion_proof(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_proof_between_sizes_that_do_not_follow(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="older size"):
        TREE.consistency_proof(old, new)
