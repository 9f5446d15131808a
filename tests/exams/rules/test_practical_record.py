import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exams.rules.practical import StationJudgement
from exams.rules.practical_record import (
    Entry,
    Party,
    RecordFacts,
    SignatureFacts,
    digest_of,
    entries_of,
    read_record,
    record_bytes,
    short_form,
    signature_digest,
)

NOON = datetime(2026, 11, 21, 12, 0, 0, 250, tzinfo=UTC)
FACTS = RecordFacts(
    sitting="s-1",
    version=1,
    programme="tms",
    trainee=Party("t-1", "Zoë Ångström"),
    assessor=Party("a-1", "Ines"),
    qualification="physician",
    rubric_code="r",
    rubric_version=2,
    rubric_digest="ab",
    stations=["P01"],
    date="2026-11-21",
    place="Room 2",
    device="MagPro",
    simulated=True,
    identity_confirmed_at=NOON,
    entries=[Entry("b", "2", 2, None), Entry("a", "x", 1, NOON), Entry("c", "", 3, NOON)],
    judgements=[StationJudgement("P01", 3, False, True)],
    outcome="competent",
)


def test_the_bytes_are_sorted_compact_json_behind_the_kind() -> None:
    """For ASCII keys RFC 8785 is what the standard library writes with sorted keys and no blanks."""
    payload = record_bytes(FACTS)
    line, body = payload.split(b"\n", 1)
    assert line == b"tms-signoff/1"
    parsed = json.loads(body)
    assert body == json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert parsed["entries"] == [
        {"field": "a", "value": "x", "seq": 1, "saved_at": "2026-11-21T12:00:00.000250Z"},
        {"field": "b", "value": "2", "seq": 2, "saved_at": None},
    ]


def test_a_record_is_read_back_as_it_was_written() -> None:
    assert entries_of(read_record(record_bytes(FACTS))) == (Entry("a", "x", 1, NOON), Entry("b", "2", 2, None))


@pytest.mark.parametrize("payload", [b"", b"{}", b'tms-signoff/1\n{"b":1,"a":2}', b'tms-signoff/1\n{"a": 1}'])
def test_bytes_that_are_no_canonical_record_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"record"):
        read_record(payload)


@pytest.mark.parametrize(
    "change",
    [
        {"sitting": "s-2"},
        {"trainee": Party("t-2", "Zoë Ångström")},
        {"outcome": "needs_remediation"},
        {"place": "Room 3"},
        {"entries": [Entry("a", "x", 2, NOON)]},
        {"reason": "slip"},
        {"version": 2},
    ],
)
def test_any_change_changes_the_digest(change: dict[str, object]) -> None:
    assert digest_of(record_bytes(replace(FACTS, **change))) != digest_of(record_bytes(FACTS))  # type: ignore[arg-type]


def test_a_signature_covers_all_its_facts() -> None:
    facts = SignatureFacts("d", "s", 1, "p", "Ines", "I saw it", "password", NOON, NOON, 1, "0" * 64)
    moment = "2026-11-21T12:00:00.000250Z"
    body = (
        '{"auth_method":"password","authenticated_at":"' + moment + '","chain_number":1,"meaning":"I saw it",'
        '"previous":"' + "0" * 64 + '","printed_name":"Ines","record_digest":"d","signed_at":"' + moment + '",'
        '"signer":"p","sitting":"s","version":1}'
    )
    assert signature_digest(facts) == hashlib.sha256(b"tms-signature/1\n" + body.encode()).hexdigest()


def test_the_short_form_is_read_in_groups() -> None:
    assert short_form("9f86d081884c7d659a2feaa0c55ad015") == "9f86 d081 884c 7d65"
