"""A reader of calendar files of our own, for it is to judge the library that writes them."""

import re
from typing import Any


def read_calendar(text: str) -> dict[str, str]:
    """Return the properties of the one entry of a file by name, without their parameters."""
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT\r\n") == text.count("END:VEVENT\r\n") == 1
    lines = text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")
    found: dict[str, str] = {}
    for line in filter(None, lines):
        parts = re.fullmatch(r'([A-Z-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)', line, re.DOTALL)
        assert parts is not None, line
        name, value = parts.groups()
        if name == "END" or (name, value) == ("BEGIN", "VEVENT"):
            continue
        assert name not in found
        found[name] = re.sub(r"\\(.)", lambda escaped: {"n": "\n", "N": "\n"}.get(escaped[1], escaped[1]), value)
    return found


def invitation_in(mail: Any) -> dict[str, str]:
    """Return the entry that a mail brings; its part names the same method as the file."""
    (part,) = mail.attachments
    assert part.get_content_type() == "text/calendar"
    found = read_calendar(part.get_payload(decode=True).decode())
    assert part.get_param("method") == found["METHOD"]
    return found
