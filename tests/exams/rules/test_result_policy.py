"""Which step of a result leads where, against the table of the design written out as pairs."""

import itertools

import pytest

from exams.rules.result_policy import ResultState, may_step

ALLOWED = {
    ("", "awaiting_marking"),
    ("", "scored"),
    ("", "voided"),
    ("awaiting_marking", "scored"),
    ("awaiting_marking", "voided"),
    ("scored", "released"),
    ("scored", "held"),
    ("held", "released"),
    ("held", "voided"),
    ("released", "appealed"),
    ("released", "regraded"),
    ("appealed", "released"),
    ("appealed", "regraded"),
    ("regraded", "released"),
}


@pytest.mark.parametrize(("origin", "target"), list(itertools.product(["", *ResultState], ResultState)))
def test_steps_are_those_of_the_table(origin, target):
    assert may_step(ResultState(origin) if origin else None, target) is ((origin, target.value) in ALLOWED)
