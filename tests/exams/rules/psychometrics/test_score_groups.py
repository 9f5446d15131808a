"""Fifths of the scores, counted by hand."""

from exams.rules.psychometrics.score_groups import choices_by_group, group_of_each
from tests.exams.rules.psychometrics.tables import from_scores

# Ten persons with 0 to 9 of nine items right, the easiest first.
STAIRS = [[1] * score + [0] * (9 - score) for score in range(10)]


def test_ten_different_scores_are_five_groups_of_two():
    assert list(group_of_each(from_scores(STAIRS))) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_equal_scores_stay_together():
    assert set(group_of_each(from_scores([[1, 0]] * 7))) == {2}


def test_shares_are_of_those_who_reached_the_item():
    shares = choices_by_group(from_scores(STAIRS), 4)  # right from a score of 5 upward
    assert shares == {"0": [1, 1, 0.5, 0, 0], "1": [0, 0, 0.5, 1, 1]}


def test_an_omitted_item_counts_and_nobody_has_no_share():
    shares = choices_by_group(from_scores([[None, 1], [0, 0]]), 0)
    assert shares["omit"] == [None, 0, None, 1, None]
    assert shares["0"] == [None, 1, None, 0, None]
    assert "1" not in shares


def test_nobody_at_all():
    assert choices_by_group(from_scores([], items=["I1"]), 0) == {}
