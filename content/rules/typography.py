"""Where a line must not break: between a number and its unit, a sign and its number, a day and its month.

A line that ends with "120" and goes on with "% of the motor threshold" is misread. The material is written with plain
blanks between number and unit (SI brochure, 9th edition, 5.4.3); they become no-break spaces (U+00A0) when a page is
rendered, so that nobody has to type them.
"""

import re
from html import escape, unescape

NO_BREAK = "\u00a0"
# Prefixes are not crossed with every unit: what the subject uses, and what stands in its neighbourhood.
_UNITS = (
    r"[%‰°]|°C|dB(?:\(A\))?|[kMG]?Hz|[µμmn]?s|min|h|[µμmc]?m[²³]?|km|mL|[µμm]?g|kg|[µμmk]?V(?:/c?m)?|[µμmk]?A(?:/[µμ]?s)?"
    r"|m?T|k?T/s|G|[mk]?J|[mk]?W|[kM]?Ω|[µμ]?H|[µμ]?F|[µμ]?C|k?B|MB|years?|percent|CFR"
)
_MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_OPENED = r"(?:<(?:strong|em|b|i)>)?"
_CLOSED = r"(?:</(?:strong|em|b|i|sup|sub)>)?"
_DIGIT = re.compile(r"\d")
# Tags and code are matched first and stay as they are, so that no attribute and no listing is touched.
_PLACES = re.compile(
    r"(?P<left><(?P<name>code|pre|script|style|textarea)\b.*?</(?P=name)>|<[^>]*>)"
    rf"|(?P<number>\d{_CLOSED})\s+(?={_OPENED}(?:{_UNITS})(?!\w))"
    r"|(?P<sign>(?:&lt;|&gt;|[±≥≤≈~]))\s+(?=\d)"
    rf"|(?P<day>\b[0-3]?\d)\s+(?={_MONTHS}\b)",
    re.DOTALL,
)


def keep_together(html: str) -> str:
    """Return `html` with no-break spaces where a line must not break. Saying it twice changes nothing more."""
    return _PLACES.sub(_joined, html) if _DIGIT.search(html) else html


def keep_text_together(text: str) -> str:
    """Return plain text, in which `<` is a sign and no tag, with the same no-break spaces."""
    return unescape(keep_together(escape(text, quote=False))) if _DIGIT.search(text) else text


def _joined(found: re.Match[str]) -> str:
    kept = found["number"] or found["sign"] or found["day"]
    return found["left"] or f"{kept}{NO_BREAK}"
