"""Finds what looks like a patient's personal details in a comment, so that the page can warn. It never blocks.

Records of the practical name no patient; a local case code is enough (curriculum.md section 4).
"""

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a date of birth", re.compile(r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})\b")),
    ("a date of birth", re.compile(r"\b(?:dob|d\.o\.b\.|born on|date of birth)", re.IGNORECASE)),
    ("a phone number", re.compile(r"(?<![\w.])(?:\+\d[\d ().-]{7,}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)")),
    (
        "a record number",
        re.compile(r"\b(?:mrn|medical record|patient id|chart)\b\W{0,3}(?:no\.?|number)?\W{0,3}\d{3,}", re.I),
    ),
    ("a record number", re.compile(r"(?<![\w.])(?<!\d )\d{6,10}(?![\w.])")),
    ("an insurance number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")),
)


def patient_details(text: str) -> tuple[str, ...]:
    """Name what a text seems to hold: "seen by MRN 448812" gives ("a record number",); usual comments give ()."""
    return tuple(dict.fromkeys(name for name, pattern in _PATTERNS if pattern.search(text)))


def patterns() -> list[dict[str, str]]:
    """Return the same patterns for browsers, which read them alike: name, source, and "i" where case does not count."""
    return [
        {"name": name, "source": pattern.pattern, "flags": "i" if pattern.flags & re.IGNORECASE else ""}
        for name, pattern in _PATTERNS
    ]
