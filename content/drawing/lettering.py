"""How wide words are. Widths are those of DejaVu Sans, the widest face of our stack, so nothing overflows in others."""

SIZE = 17
SMALL = 15
BOLD_IS_WIDER = 1.14  # measured on DejaVu Sans Bold

# Hundredths of the font size.
WIDTHS = {
    28: "IJijl’",
    32: " ,./:;\\|·",
    36: "-f",
    40: "!()[]rt",
    48: '*_`"',
    52: "?sz–°“”",
    56: "FLck",
    60: "PTYaeovxy",
    64: "$0123456789EKSbdghnpqu{}µ",
    68: "ABCRVXZ",
    72: "U",
    76: "&DGHN",
    80: "OQw",
    84: "#+<=>^~≥≤×→−",
    88: "M",
    96: "%m½",
    100: "@W—",
}
WIDTH_OF = {letter: width / 100 for width, letters in WIDTHS.items() for letter in letters}
USUAL_WIDTH = 0.7


def width_of(words: str, *, size: float = SIZE, bold: bool = False) -> float:
    """Return the width of words in drawing units. "120 %" at 17: 3 × 10.9 + 5.4 + 16.3."""
    width = sum(WIDTH_OF.get(letter, USUAL_WIDTH) for letter in words) * size
    return width * BOLD_IS_WIDER if bold else width


def wrap(words: str, room: float, *, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break words into lines that fit the room; a single word that does not fit keeps a line of its own."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size=size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
