import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.numbering import ALPHABET, CHECK_ALPHABET, as_typed, draw_number, format_number, read_number

EXAMPLE = "MZXMP6XZSQ70SWG16"


def drawn_from(value: int) -> str:
    return draw_number(lambda bits: value)


plain_values = st.integers(0, 2**80 - 1).filter(lambda value: value % 37 < 32)


def test_the_number_of_the_design_is_its_own() -> None:
    assert format_number(EXAMPLE) == "TMS-MZXM-P6XZ-SQ70-SWG1-6"
    assert read_number("TMS-MZXM-P6XZ-SQ70-SWG1-6") == EXAMPLE


def test_values_whose_check_character_reads_badly_are_drawn_again() -> None:
    values = iter([36, 32, 1])
    assert draw_number(lambda bits: next(values)) == "00000000000000011"


@given(plain_values)
def test_check_character_is_the_value_modulo_37(value: int) -> None:
    assert drawn_from(value)[-1] == CHECK_ALPHABET[value % 37]


@given(plain_values)
def test_every_number_is_read_back(value: int) -> None:
    bare = drawn_from(value)
    assert _as_int(bare[:-1]) == value
    assert read_number(format_number(bare)) == bare


def _as_int(characters: str) -> int:
    return int("".join(f"{ALPHABET.index(character):05b}" for character in characters), 2)


@given(plain_values, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(value: int, place: int, other: str) -> None:
    bare = drawn_from(value)
    changed = bare[:place] + other + bare[place + 1 :]
    assert read_number(changed) == (bare if changed == bare else None)


@given(plain_values, st.integers(0, 14))
def test_swapped_neighbours_are_noticed(value: int, place: int) -> None:
    bare = drawn_from(value)
    swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
    assert read_number(swapped) == (bare if swapped == bare else None)


@pytest.mark.parametrize(
    "typed",
    [
        "tms-mzxm-p6xz-sq70-swg1-6",
        "  MZXM P6XZ SQ70 SWG1 6 ",
        "TMS–MZXM–P6XZ–SQ70–SWG1–6",
        "mzxmp6xzsq7oswgl6",
        "MZXMP6XZSQ7OSWGI6",
        "https://certs.example.org/verify/TMS-MZXM-P6XZ-SQ70-SWG1-6",
        "HTTPS://CERTS.EXAMPLE.ORG/VERIFY/TMS-MZXM-P6XZ-SQ70-SWG1-6/",
        "https://certs.example.org/verify/TMS-MZXM-P6XZ-SQ70-SWG1-6?trk=public_profile#top",
        "Certificate no. TMS-MZXM-P6XZ-SQ70-SWG1-6 (Ada Lovelace)",
        "Ada’s number:\ntms mzxm p6xz sq70 swg1 6, I think",
    ],
)
def test_forgiving_reading(typed: str) -> None:
    assert read_number(typed) == EXAMPLE


def test_the_letter_u_is_read_as_the_v_that_was_meant() -> None:
    with_v = next(bare for bare in map(drawn_from, range(0, 4000, 37)) if "V" in bare)
    assert read_number(with_v.replace("V", "u")) == with_v


def test_words_around_do_not_make_a_wrong_number_right() -> None:
    for text in ("TMS-MZXM-P6XZ-SQ70-SWG1-66", "xTMS-MZXM-P6XZ-SQ70-SWG1-6", "No. TMS-MZXM-P6XZ-SQ70-SWG1-7 (Ada)"):
        assert read_number(text) is None


@pytest.mark.parametrize(
    "typed", ["", "TMS", "MZXMP6XZSQ70SWG1", EXAMPLE + "0", "MZXMP6XZSQ70SWG1U", "é" * 17, "A" * 301]
)
def test_what_cannot_be_a_number_is_refused(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("mzxmp6xzsq7oswgl6", "TMS-MZXM-P6XZ-SQ70-SWG1-6"),
        ("tms MZXM P6XZ SQ70 SWG1 7", "TMS-MZXM-P6XZ-SQ70-SWG1-7"),
        ("https://certs.example.org/verify/TMS-MZXM-P6XZ-SQ", "TMS-MZXM-P6XZ-SQ"),
        (" Ada’s certificate ", "Ada’s certificate"),
        ("A" * 400, "A" * 300),
    ],
)
def test_what_was_typed_is_shown_in_groups(typed: str, spelled: str) -> None:
    assert as_typed(typed) == spelled


@given(st.text(max_size=400))
def test_spelling_never_raises(typed: str) -> None:
    assert len(as_typed(typed)) <= 300


@given(st.text(max_size=400))
def test_reading_never_raises(typed: str) -> None:
    read_number(typed)


def test_real_randomness_gives_numbers_of_seventeen_plain_characters() -> None:
    assert all(set(draw_number(secrets.randbits)) <= set(ALPHABET) for _ in range(200))
