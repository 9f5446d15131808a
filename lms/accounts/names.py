"""What counts as a printable name of a person."""

import unicodedata

from django.core.exceptions import ValidationError

LONGEST_NAME = 120
ZERO_WIDTH_JOINERS = {"\u200c", "\u200d"}


def clean_name(text: str) -> str:
    """Return the name in NFC with single blanks.

    Control characters, bidirectional overrides and zero-width characters (but the joiners some scripts need) would let
    one name look like another on a certificate, and emoji break PDF/A; they raise `ValidationError`.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    for character in name:
        category = unicodedata.category(character)
        if character in ZERO_WIDTH_JOINERS:
            continue
        if category.startswith("C") or category in {"So", "Sk"}:
            raise ValidationError("The name holds a character that cannot be printed. Type it again without symbols.")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValidationError(f"A name has between 1 and {LONGEST_NAME} characters.")
    return name
