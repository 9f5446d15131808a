"""Words of a figure that give the key away."""

import pytest

from content.rules.figure_words import telling_text


@pytest.mark.parametrize(
    ("words", "right", "wrong", "told"),
    [
        ("A circular coil on a head.", ["Circular coil"], ["Figure-of-eight coil"], "Circular coil"),
        ("A  CIRCULAR\ncoil on a head.", ["Circular coil"], [], "Circular coil"),
        ("A coil on a head.", ["Circular coil"], ["Figure-of-eight coil"], None),
        ("A circular coil beside a figure-of-eight coil.", ["Circular coil"], ["Figure-of-eight coil"], None),
        ("A circular coil beside a helmet.", ["Circular coil"], ["Helmet", "Figure-of-eight coil"], "Circular coil"),
        ("It tilts forward, as shown.", ["It tilts forward."], ["It lies flat."], "It tilts forward."),
        ("The apbs are marked.", ["APB"], [], None),
        ("The APB, marked.", ["APB"], [], "APB"),
        ("At 5 % of the output.", ["5"], [], None),
        ("Anything", [""], [""], None),
    ],
)
def test_a_right_text_among_the_words_tells_it(
    words: str, right: list[str], wrong: list[str], told: str | None
) -> None:
    assert telling_text(words, right, wrong) == told
