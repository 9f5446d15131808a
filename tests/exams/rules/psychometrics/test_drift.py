"""Drift of difficulty against the textbook z test of two proportions, and by hand."""

from math import sqrt

import pytest

from exams.rules.psychometrics.drift import Difficulty, drift


def share(right, n):
    p = right / n
    return Difficulty(n, p, p * (1 - p))


def test_right_or_wrong_is_the_z_test_of_two_proportions():
    # 60 and 80 of 100: pooled .7, error √(.7 · .3 · .02) = .0648.
    found = drift(share(60, 100), share(80, 100))
    assert (found.difference, found.error) == pytest.approx((-0.2, sqrt(0.7 * 0.3 * 0.02)))
    assert found.z == pytest.approx(-0.2 / sqrt(0.0042))
    assert found.is_flagged
    assert not drift(share(62, 100), share(80, 100)).is_flagged


def test_parts_of_points_pool_like_all_persons_together():
    # 0, 1/2, 1 and 1/2, 1, 1 thirty times: all six values have mean 2/3 and variance 5/36.
    first, second = Difficulty(90, 1 / 2, 1 / 6), Difficulty(90, 5 / 6, 1 / 18)
    found = drift(second, first)
    assert found.error == pytest.approx(sqrt(5 / 36 * 2 / 90))


@pytest.mark.parametrize(("one", "other"), [(share(0, 29), share(90, 90)), (share(90, 90), share(50, 50))])
def test_small_groups_and_no_variance_have_no_z(one, other):
    found = drift(one, other)
    assert found.z is None
    assert not found.is_flagged


def test_a_group_of_nobody():
    assert drift(Difficulty(0, 0.0, 0.0), share(3, 4)).z is None
