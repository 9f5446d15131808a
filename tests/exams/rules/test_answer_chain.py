"""Canonical answers and their chain."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.answer_chain import GENESIS_HASH, AnswerFacts, answer_hash, body_text

FACTS = AnswerFacts("ab" * 16, 7, 2, 9, "cd" * 32, datetime(2026, 11, 21, 14, 3, 7, 5, tzinfo=UTC), GENESIS_HASH)


def test_the_hash_by_another_road():
    lines = f"threshold-answers/1\n{'ab' * 16}\n7\n2\n9\n{'cd' * 32}\n2026-11-21T14:03:07.000005Z\n{'0' * 64}"
    assert answer_hash(FACTS) == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": "ff" * 16},
        {"position": 8},
        {"seq": 3},
        {"rev": 10},
        {"body_hash": "00"},
        {"previous_hash": "1" * 64},
    ],
)
def test_every_field_counts(change):
    assert answer_hash(replace(FACTS, **change)) != answer_hash(FACTS)


@given(st.lists(st.sampled_from("abcdef")))
def test_the_order_of_ticks_does_not_matter(ticks):
    assert body_text(ticks) == body_text(sorted(set(ticks)))


def test_empty_list_and_nothing_differ():
    assert body_text(None) == "null"
    assert body_text([]) == "[]"
