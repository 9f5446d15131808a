import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.names import NameMatch, compare_names


@pytest.mark.parametrize(
    ("typed", "held", "match"),
    [
        ("Ada Lovelace", "Ada Lovelace", NameMatch.SAME),
        ("  ada   LOVELACE ", "Ada Lovelace", NameMatch.SAME),
        ("Zoe\u0308 A\u030angstro\u0308m", "Zoë Ångström", NameMatch.SAME),
        ("Lovelace, Ada", "Ada Lovelace", NameMatch.ALIKE),
        ("Zoe Angstrom", "Zoë Ångström", NameMatch.ALIKE),
        ("Jurgen Grosse", "Jürgen Große", NameMatch.ALIKE),
        ("Soren Aeby", "Søren Æby", NameMatch.ALIKE),
        ("Lukasz Kowalski", "Łukasz Kowalski", NameMatch.ALIKE),
        ("Anne Marie OBrien", "Anne-Marie O’Brien", NameMatch.ALIKE),
        ("Ada King Lovelace", "Ada Lovelace", NameMatch.ALIKE),
        ("Ada Lovelace", "Ada King Lovelace", NameMatch.ALIKE),
        ("Ada K. Lovelace", "Ada King Lovelace", NameMatch.ALIKE),
        ("Ada King Lovelace", "Lovelace, Ada K.", NameMatch.ALIKE),
        ("Ada King", "Ada Lovelace", NameMatch.DIFFERENT),
        ("A. Lovelace", "Ada Lovelace", NameMatch.DIFFERENT),
        ("Ada M. Lovelace", "Ada King Lovelace", NameMatch.DIFFERENT),
        ("Lovelace", "Ada Lovelace", NameMatch.DIFFERENT),
        ("Ada Ada", "Ada Lovelace", NameMatch.DIFFERENT),
        ("Мария Иванова", "Maria Ivanova", NameMatch.DIFFERENT),
        ("Мария Иванова", "иванова мария", NameMatch.ALIKE),
        ("Ada Lovelace", "Ada Loveless", NameMatch.DIFFERENT),
        ("...", "Ada Lovelace", NameMatch.DIFFERENT),
    ],
)
def test_names_by_hand(typed: str, held: str, match: NameMatch) -> None:
    assert compare_names(typed, held) is match


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_does_not_matter_which_one_is_typed(one: str, other: str) -> None:
    assert compare_names(one, other) is compare_names(other, one)


@given(st.lists(st.sampled_from(["Ada", "King", "Lovelace", "Zoë", "O’Brien"]), min_size=1, max_size=5))
def test_a_name_is_itself_in_any_order(parts: list[str]) -> None:
    assert compare_names(" ".join(parts), " ".join(parts)) is NameMatch.SAME
    assert compare_names(" ".join(parts), " ".join(reversed(parts))) is not NameMatch.DIFFERENT
