import hashlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.record import CredentialRecord, digest
from tests.factories.certificates import RECORD, record


def test_the_bytes_are_sorted_json_without_blanks() -> None:
    content = RECORD.to_bytes()
    by_other_road = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content.decode() == by_other_road
    assert json.loads(content)["awarded_on"] == "2026-11-14"


@given(st.text(min_size=1, max_size=120), st.none() | st.dates(min_value=date(2026, 11, 14)))
def test_every_record_is_read_back(name: str, last_day: date | None) -> None:
    made = record(holder=name, valid_until=last_day)
    assert CredentialRecord.from_bytes(made.to_bytes()) == made


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        CredentialRecord.from_bytes(RECORD.to_bytes().replace(b"credential/1", b"credential/9"))


def test_digest_is_sha256() -> None:
    assert digest(b"abc") == hashlib.sha256(b"abc").hexdigest()
