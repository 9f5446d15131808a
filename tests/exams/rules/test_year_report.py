"""Years of an exam: what is shown, and what few persons could be told by."""

import pytest

from exams.rules.year_report import PassRate, YearCounts, add_areas, year_row


def row(every, every_passed, first, first_passed, again=0, areas=None):
    return year_row(YearCounts(2026, every, every_passed, first, first_passed, again), areas or {})


def test_shares_of_five_and_more_are_shown():
    found = row(every=20, every_passed=15, first=15, first_passed=12, again=4)
    assert [rate.share for rate in (found.first, found.every, found.again)] == [0.8, 0.75, 0.6]
    assert (found.again.n, found.persons_again) == (5, 4)


def test_few_retakes_hide_all_attempts_too():
    found = row(every=14, every_passed=12, first=10, first_passed=9)
    assert (found.first.share, found.every.share, found.again.share) == (0.9, None, None)
    assert (found.every.n, found.again.n) == (14, 4)


def test_few_first_attempts_hide_all_attempts_too():
    found = row(every=14, every_passed=12, first=4, first_passed=3)
    assert (found.first.share, found.every.share, found.again.share) == (None, None, 0.9)


def test_no_retakes_hide_nothing():
    found = row(every=5, every_passed=5, first=5, first_passed=5)
    assert (found.first.share, found.every.share) == (1, 1)
    assert found.again == PassRate(0, 0, hidden=True)


@pytest.mark.parametrize(("persons", "mean"), [(4, None), (5, 0.45)])
def test_areas_are_means_of_shares(persons, mean):
    sums = {}
    # Shares 1/2, 1/4, 1/2, 1/2 and again 1/2: five have (4 · 1/2 + 1/4)/5 = 0.45.
    for place in range(persons):
        raw, maximum = ("1.0000", 4) if place == 1 else ("2.0000", 4)
        add_areas(sums, [{"code": "D1", "title": "History", "raw": raw, "maximum": maximum}])
    (area,) = row(5, 5, 5, 5, areas=sums).areas
    assert (area.code, area.title, area.n) == ("D1", "History", persons)
    assert area.mean == (None if mean is None else pytest.approx(mean))
