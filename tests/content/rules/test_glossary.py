"""Which words stand in a text."""

import pytest

from content.rules.glossary import stands_in


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Hotspot", "You mark the hotspot.", True),
        ("Hotspot", "Two hotspots, side by side.", True),
        ("Sham", "A shameful day.", False),
        ("MT", "120 % of MT", True),
        ("MT", "five mt and more", False),
        ("MT", "the CMT", False),
        ("iTBS", "one block of iTBS", True),
        ("TBS", "one block of iTBS", False),
        ("510(k)", "cleared by 510(k).", True),
        ("Train", "three-train rule", False),
        ("F3", "the point F3", True),
    ],
)
def test_a_name_stands_in_a_text_as_a_whole_word(name: str, text: str, expected: bool) -> None:
    assert stands_in(name, text) is expected
