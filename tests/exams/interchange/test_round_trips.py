"""What a format can hold comes back as it was, what it cannot is said. `HYPOTHESIS_PROFILE=thorough` tries more."""

import os

import pytest
from hypothesis import HealthCheck, assume, given, settings

from exams.interchange.files import Format, read_file, write_file
from exams.interchange.findings import Outcome
from exams.interchange.tree import ExchangeItem
from tests.exams.interchange.made_items import is_sound, items

EXAMPLES = {"thorough": 3000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 15)
NAMES = {Format.CSV: "items.csv", Format.GIFT: "items.gift"}
calm = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.mark.parametrize("target", list(Format))
@given(item=items())
@calm
def test_what_is_written_is_read_back_as_it_was(target: Format, item: ExchangeItem) -> None:
    assume(is_sound(item))
    written = write_file([item], target)
    (fitted,) = written.fitted
    findings = read_file(written.content, NAMES.get(target, "items")).findings
    if fitted.item is None:
        assert findings == ()
        assert fitted.warnings
        return
    assert fitted.warnings or fitted.item == item
    (finding,) = findings
    assert finding.outcome in (Outcome.IMPORTED, Outcome.CHANGED), finding.notes
    assert finding.item == fitted.item
