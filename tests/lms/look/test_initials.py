import pytest

from lms.look.templatetags.look import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maya Lindqvist", "ML"), ("Ana María de la Cruz", "AC"), ("Prince", "P"), ("", ""), (" élan vital ", "ÉV")],
)
def test_initials_are_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters
