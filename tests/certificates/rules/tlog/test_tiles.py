import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.tlog.tiles import Tile, bundle, read_path, tiles_between


def counted(size: int) -> dict[tuple[str, int], int]:
    """How many tiles of each level and width a log of this size has, read from their addresses."""
    counts: dict[tuple[str, int], int] = {}
    for tile in tiles_between(0, size):
        level, width = tile.path.split("/")[0], int(tile.path.split(".p/")[1]) if ".p/" in tile.path else 256
        counts[level, width] = counts.get((level, width), 0) + 1
    return counts


def test_the_example_of_the_text() -> None:
    """A log of 70,000 entries: C2SP tlog-tiles, section "Partial Tiles"."""
    assert counted(70_000) == {
        ("0", 256): 273,
        ("0", 112): 1,
        ("1", 256): 1,
        ("1", 17): 1,
        ("2", 1): 1,
        ("entries", 256): 273,
        ("entries", 112): 1,
    }


def test_the_other_example_of_the_text() -> None:
    assert counted(256) == {("0", 256): 1, ("1", 1): 1, ("entries", 256): 1}
    assert counted(0) == {}


@given(st.integers(0, 3_000_000), st.integers(0, 5_000))
def test_what_is_added_and_what_was_there_make_the_whole(old: int, more: int) -> None:
    added = {tile.path for tile in tiles_between(old, old + more)}
    full = {tile.path for tile in tiles_between(0, old) if tile.width == 256}
    kept = {tile.path for tile in tiles_between(0, old) if tile.width < 256} & {
        tile.path for tile in tiles_between(0, old + more)
    }
    assert added | full | kept == {tile.path for tile in tiles_between(0, old + more)}
    assert not added & full


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "0/x001/x234/067"),
        (Tile(1, 0, 3), "1/000.p/3"),
        (Tile(None, 1000, 255), "entries/x001/000.p/255"),
        (Tile(2, 999), "2/999"),
    ],
)
def test_addresses(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "0/0",
        "0/1234",
        "0/x000/000",
        "00/000",
        "8/000",
        "0/x001/x234/067.p/0",
        "0/000.p/256",
        "entries/000.p/300",
        "0/000.p/012",
        "0/000.p/",
        "0/000/",
        "/0/000",
        "0/../000",
        "entries/000.p/1\n",
        "0/٠٠٠",
        "",
    ],
)
def test_other_spellings_are_no_addresses(path: str) -> None:
    assert read_path(path) is None


def test_a_tile_says_how_long_the_log_must_be() -> None:
    assert [Tile(0, 0, 3).end, Tile(1, 0, 3).end, Tile(None, 1, 1).end, Tile(2, 0).end] == [3, 768, 257, 256**3]


def test_a_bundle_puts_the_length_before_each_entry() -> None:
    assert bundle([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258
