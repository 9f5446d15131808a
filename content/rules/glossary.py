"""Which words of the glossary stand in a text."""

import re


def stands_in(name: str, text: str) -> bool:
    """Say whether a name stands in the text as a whole word, alone or with an s.

    Capitals count in abbreviations ("MT" is not "mt"), in other names not ("Hotspot" is "hotspot").
    """
    flags = 0 if _is_abbreviation(name) else re.IGNORECASE
    return re.search(rf"(?<![\w-]){re.escape(name)}s?(?![\w-])", text, flags) is not None


def _is_abbreviation(name: str) -> bool:
    """A name with a capital beyond its first letter, or of no more than two letters."""
    return len(name) < 3 or any(letter.isupper() for letter in name[1:])
