from datetime import date

import pytest

from certificates.rules.tlog.entries import Entry, LogEvent

ENTRY = Entry(LogEvent.ISSUE, "a" * 64, "b" * 64, date(2026, 11, 26))
WRITTEN = (
    b'{"credential_sha256":"' + b"a" * 64 + b'","day":"2026-11-26","event":"issue","pdf_sha256":"' + b"b" * 64 + b'",'
    b'"version":1}'
)


def test_an_entry_is_canonical_and_has_these_members_alone() -> None:
    assert ENTRY.to_bytes() == WRITTEN
    assert Entry.from_bytes(WRITTEN) == ENTRY


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.replace(b",", b", "),
        WRITTEN.replace(b"issue", b"else"),
        WRITTEN.replace(b'"version":1', b'"version":2'),
        WRITTEN.replace(b'"version":1', b'"version":1.0'),
        WRITTEN.replace(b'"version":1', b'"version":true'),
        WRITTEN.replace(b'"version":1', b'"name":"Ada","version":1'),
        WRITTEN.replace(b"aaaa", b"AAAA"),
        WRITTEN.replace(b"2026-11-26", b"20261126"),
        WRITTEN + b" ",
        b"[]",
        b"",
        b"\xff",
    ],
)
def test_other_bytes_are_no_entry(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json, enum, date and our own words
        Entry.from_bytes(content)
