"""What a rubric version demands beyond its stations: how many assessors, how retries go, who is kept from assessing.

Source: curriculum.md section 4 (sign-off, retry), exams.md sections 4.7 and 5, reliability-security.md S-7. The rules
stand in the rubric version, under `rules`, so that a stricter scheme holds for what is assessed by it and takes no
practical away that was passed before. A version without `rules` has none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class SchemeRules:
    """The rules of one rubric version; the defaults demand nothing."""

    minimum_assessors: int = 1
    """How many different people must have assessed the stations that count."""
    physician_where_required: bool = False
    """A station marked `physician_required` counts only when a physician assessor was among those who rated it."""
    retries_on_one_day: int | None = None
    """How often a station that was not met may be tried again on the same day; None: without limit."""
    days_after_critical_failure: int = 0
    """How many days lie between a critical failure and the next try at that station."""
    repeat_after_critical_failure: tuple[str, ...] = ()
    """Stations that have to be done again after a critical failure at any station."""
    months_after_training: int = 0
    """Who trained the trainee in the practicum assesses them only so many months later."""
    other_assessor_after_failure: bool = False
    """Who saw a failed station on an earlier day does not assess it again."""
    percent_rated_twice: int = 0
    """Which share of the sittings is drawn for a second, independent rating."""
    first_sittings_rated_twice: int = 0
    """How many sittings of a new assessor are rated twice without a draw."""
    plan_after_critical_failure: bool = False
    """After a critical failure the station is tried again only once a remediation plan for it is closed as done."""
    plan_after_failure: bool = False
    """The same after any station that was not met; a retry on the same day is then not possible either."""


NO_RULES = SchemeRules()


def scheme_from(content: Mapping[str, Any] | None, stations: tuple[str, ...]) -> SchemeRules:
    """Read the rules of a rubric. Raises `ValueError` for unknown rules, impossible numbers and unknown stations."""
    typed = dict(content or {})
    known = {field.name for field in fields(SchemeRules)}
    if unknown := sorted(set(typed) - known):
        raise ValueError(f"The rules of the rubric have unknown names: {', '.join(unknown)}")
    if "repeat_after_critical_failure" in typed:
        typed["repeat_after_critical_failure"] = tuple(typed["repeat_after_critical_failure"])
    rules = SchemeRules(**typed)
    if rules.minimum_assessors < 1 or not 0 <= rules.percent_rated_twice <= 100:
        raise ValueError("A practical needs at least one assessor, and a share lies between 0 and 100 percent")
    if strange := sorted(set(rules.repeat_after_critical_failure) - set(stations)):
        raise ValueError(f"The rules name stations that the rubric does not have: {', '.join(strange)}")
    return rules
