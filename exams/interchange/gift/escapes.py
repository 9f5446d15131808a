r"""Signs of GIFT that mean something: `\~` is a tilde. While a text is cut up they are control characters."""

import re

SIGNS = {"~": "\x01", "=": "\x02", "#": "\x03", "{": "\x04", "}": "\x05", ":": "\x06", "\\": "\x07", "n": "\x0e"}
BACK = {sign: ("\n" if letter == "n" else letter) for letter, sign in SIGNS.items()}
ESCAPED = re.compile(r"\\([~=#{}:\\n])")
HIDDEN = re.compile("[" + "".join(BACK) + "]")
SPECIAL = re.compile(r"([~=#{}:\\])")


def hidden(text: str) -> str:
    """Replace escaped signs by signs that mean nothing."""
    return ESCAPED.sub(lambda found: SIGNS[found[1]], text)


def shown(text: str) -> str:
    """Undo `hidden`: the signs themselves."""
    return HIDDEN.sub(lambda found: BACK[found[0]], text)


def escaped(text: str) -> str:
    r"""Write a text so that none of its signs means anything; line ends become `\n`."""
    return SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")
