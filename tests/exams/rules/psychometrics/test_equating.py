"""Equating against the tables of Kolen and Brennan, and the direction: from the new form to the scale of the old."""

import math
from dataclasses import replace
from statistics import fmean, pvariance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from exams.rules.psychometrics.equating import linear
from exams.rules.psychometrics.equating.choice import Circumstances, Method, recommend
from exams.rules.psychometrics.equating.conversion import (
    circumstances_of_scores,
    convert,
    convert_by_difficulties,
)
from exams.rules.psychometrics.equating.equipercentile import equipercentile, percentile_ranks
from exams.rules.psychometrics.equating.rasch import link, true_scores
from exams.rules.psychometrics.equating.scores import FormScores, Moments
from exams.rules.psychometrics.undefined import Why

# Kolen and Brennan (2014), chapter 4: forms of 36 items, 12 of them in common; group 1 took X (new), group 2 took Y.
NEW = Moments(1655, 15.8205, 6.5278**2, 5.1063, 2.3760**2, 13.4088)
OLD = Moments(1638, 18.6728, 6.8784**2, 5.8626, 2.4515**2, 14.7603)
# The same, table 2.3, pages 41 and 42: ten people on either form of four items.
SMALL_NEW, SMALL_OLD = FormScores((0, 0, 1, 1, 1, 2, 2, 3, 3, 4), 4), FormScores((0, 1, 1, 2, 2, 3, 3, 3, 4, 4), 4)
SCORED = [Method.IDENTITY, Method.MEAN, Method.LINEAR, Method.TUCKER, Method.CHAINED, Method.EQUIPERCENTILE]


def test_tucker_with_the_weight_on_the_new_group() -> None:
    line = linear.tucker(NEW, OLD, new_weight=1.0)
    assert line.slope == pytest.approx(1.0289, abs=1e-4)
    assert line.intercept == pytest.approx(0.5370, abs=1e-3)


def test_tucker_by_carrying_both_forms_to_the_synthetic_group() -> None:
    # Moments of the mixture: the other group's are predicted by the regression on the anchor.
    weights = (0.3, 0.7)
    gammas = (NEW.covariance / NEW.anchor_variance, OLD.covariance / OLD.anchor_variance)

    def mixed(own: Moments, other: Moments, gamma: float, shares: tuple[float, float]) -> tuple[float, float]:
        other_mean = own.mean + gamma * (other.anchor_mean - own.anchor_mean)
        other_variance = own.variance + gamma**2 * (other.anchor_variance - own.anchor_variance)
        mean = shares[0] * own.mean + shares[1] * other_mean
        second = shares[0] * (own.variance + own.mean**2) + shares[1] * (other_variance + other_mean**2)
        return mean, second - mean**2

    new_mean, new_variance = mixed(NEW, OLD, gammas[0], weights)
    old_mean, old_variance = mixed(OLD, NEW, gammas[1], weights[::-1])
    line = linear.tucker(NEW, OLD, new_weight=0.3)
    assert line.slope == pytest.approx(math.sqrt(old_variance / new_variance))
    assert line.at(new_mean) == pytest.approx(old_mean)


def test_tucker_weighs_groups_by_their_size_unless_told() -> None:
    assert linear.tucker(NEW, OLD) == linear.tucker(NEW, OLD, new_weight=1655 / (1655 + 1638))


def test_chained_goes_through_the_anchor() -> None:
    line = linear.chained(NEW, OLD)
    score = 20.0
    anchor = 5.1063 + 2.3760 / 6.5278 * (score - 15.8205)
    assert line.at(score) == pytest.approx(18.6728 + 6.8784 / 2.4515 * (anchor - 5.8626))


def test_mean_and_linear_worked_by_hand() -> None:
    new, old = Moments(50, 72, 100), Moments(50, 77, 81)
    assert linear.mean(new, old).at(75) == 80
    assert linear.linear(new, old).at(75) == pytest.approx(79.7)


def test_percentile_ranks_of_kolen_and_brennan() -> None:
    assert percentile_ranks(SMALL_NEW.shares()) == pytest.approx([0.10, 0.35, 0.60, 0.80, 0.95])


def test_equipercentile_of_kolen_and_brennan() -> None:
    found = equipercentile(SMALL_NEW.shares(), SMALL_OLD.shares())
    assert found == pytest.approx([0.50, 1.75, 2.8333, 3.50, 4.25], abs=1e-4)


def test_zero_frequencies_follow_their_rule() -> None:
    # Half below 0.5, half above 3.5 on the old form: the rank ½ belongs to all from 0.5 to 3.5, the middle is 2.
    assert equipercentile([0.0, 0.5, 0.0, 0.5, 0.0], [0.5, 0.0, 0.0, 0.0, 0.5])[2] == pytest.approx(2.0)
    ends = equipercentile([0.0, 0.5, 0.0, 0.5, 0.0], [0.2] * 5)
    assert (ends[0], ends[4]) == (Why.BEYOND_SCORES, Why.BEYOND_SCORES)


@pytest.mark.parametrize("method", [Method.MEAN, Method.LINEAR, Method.TUCKER, Method.CHAINED, Method.EQUIPERCENTILE])
def test_a_harder_new_form_gives_more_points_on_the_old_scale(method: Method) -> None:
    # The same people, the same anchor score; the new form took 2 points from everybody. 10 there were 12 here.
    old_totals = (8, 9, 10, 11, 12, 12, 13, 14, 15, 16)
    anchors = (2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0)
    new = FormScores(tuple(total - 2 for total in old_totals), 20, anchors)
    old = FormScores(old_totals, 20, anchors)
    assert convert(method, new, old).scores[10] == pytest.approx(12)
    assert convert(method, old, new).scores[12] == pytest.approx(10)


def test_the_direction_of_rasch() -> None:
    # The same 8 anchors are 0.5 lower in the old calibration, so −0.5 brings the new items to the old scale. There the
    # rest of the new form is 1 logit harder than that of the old one: few points on the new form are more on the old.
    anchors = {f"A{n}": n / 4 - 1 for n in range(8)}
    new = {item: b + 0.5 for item, b in anchors.items()} | {f"N{n}": 1.5 for n in range(8)}
    old = anchors | {f"O{n}": 0.0 for n in range(8)}
    found = convert_by_difficulties(new, old)
    assert found.link.shift == pytest.approx(-0.5)
    assert all(old_score > x for x, old_score in list(enumerate(found.scores))[1:16])
    theta = brentq(lambda t: sum(1 / (1 + math.exp(b - 0.5 - t)) for b in new.values()) - 6, -9, 9)
    assert found.scores[6] == pytest.approx(sum(1 / (1 + math.exp(b - t)) for t in [theta] for b in old.values()))
    assert (found.scores[0], found.scores[16]) == (0, 16)


def test_identity_changes_nothing() -> None:
    assert convert(Method.IDENTITY, SMALL_NEW, FormScores((), 4)).scores == (0, 1, 2, 3, 4)


def test_an_anchor_that_drifted_is_dropped_and_listed() -> None:
    new = dict.fromkeys((f"I{n}" for n in range(1, 11)), 0.0)
    old = {f"I{n}": n / 10 for n in range(1, 10)} | {"I10": 3.0}
    found = link(new, old)
    assert found.dropped == ("I10",)
    assert found.shift == pytest.approx(0.5)
    assert found.anchors[9].z == pytest.approx((3.0 - 0.55) / (0.74 * 0.45))
    assert found.checked


def test_at_least_four_fifths_of_the_anchors_stay() -> None:
    new = dict.fromkeys((f"I{n}" for n in range(10)), 0.0)
    old = {f"I{n}": n / 100 for n in range(10)} | {"I7": 2.0, "I8": -3.0, "I9": 4.0}
    found = link(new, old)
    assert found.dropped == ("I8", "I9")
    assert found.drifted_but_kept == ("I7",)


def test_an_area_keeps_its_last_anchor() -> None:
    new = dict.fromkeys((f"I{n}" for n in range(1, 11)), 0.0)
    old = {f"I{n}": n / 10 for n in range(1, 10)} | {"I10": 3.0}
    found = link(new, old, {**dict.fromkeys(new, "coils"), "I10": "safety"})
    assert found.dropped == ()
    assert found.drifted_but_kept == ("I10",)


def test_one_mover_among_anchors_that_stand_still() -> None:
    new = dict.fromkeys("abcde", 0.0)
    found = link(new, {**new, "e": 1.0})
    assert (found.dropped, found.shift, found.anchors[4].z) == (("e",), 0.0, None)


def test_too_few_anchors_to_see_drift() -> None:
    found = link({"a": 0.0, "b": 0.0}, {"a": 1.0, "b": 5.0})
    assert (found.checked, found.dropped, found.shift) == (False, (), 3.0)
    assert link({"a": 0.0}, {"b": 0.0}) is Why.NO_COMMON_ITEMS


def test_true_scores_worked_by_hand() -> None:
    assert true_scores([0.0, 0.0], [math.log(3)] * 2, 0.0) == pytest.approx((0, 0.5, 2))


def test_only_chosen_anchors_link() -> None:
    new, old = {"a": 0.0, "b": 0.0, "c": 0.0}, {"a": 1.0, "b": 5.0, "c": 0.0}
    assert convert_by_difficulties(new, old, frozenset({"a"})).link.shift == 1.0


KNOWN = Circumstances(
    new_persons=500,
    old_persons=500,
    items=100,
    common_items=20,
    random_groups=False,
    difficulties=False,
    anchor_scores=True,
    distance=0.1,
)


@pytest.mark.parametrize(
    ("changes", "method", "word"),
    [
        ({}, Method.TUCKER, "alike"),
        ({"distance": -0.4}, Method.CHAINED, "0.40"),
        ({"new_persons": 99}, Method.IDENTITY, "99"),
        ({"new_persons": 99, "difficulties": True}, Method.RASCH, "99"),
        ({"old_persons": 99, "random_groups": True}, Method.MEAN, "99"),
        ({"old_persons": 20, "random_groups": True}, Method.IDENTITY, "20"),
        ({"random_groups": True}, Method.LINEAR, "500"),
        ({"random_groups": True, "new_persons": 1500, "old_persons": 1500}, Method.EQUIPERCENTILE, "1500"),
        ({"anchor_scores": False}, Method.IDENTITY, "share no item"),
        ({"anchor_scores": False, "difficulties": True}, Method.RASCH, "difficulties"),
        ({"new_persons": None, "old_persons": None, "difficulties": True}, Method.RASCH, "difficulties"),
        ({"new_persons": None, "old_persons": None}, Method.IDENTITY, "share no item"),
    ],
)
def test_the_method_that_is_recommended_and_why(changes: dict, method: Method, word: str) -> None:
    found = recommend(replace(KNOWN, **changes))
    assert found.method is method
    assert word in " ".join(found.reasons)


def test_a_weak_anchor_is_a_doubt() -> None:
    assert recommend(KNOWN).doubts == ()
    assert "19 common items" in recommend(replace(KNOWN, common_items=19)).doubts[0]
    assert recommend(replace(KNOWN, common_items=19, items=90)).doubts == ()


def test_groups_are_compared_on_the_anchor_in_standard_deviations() -> None:
    new, old = FormScores((1, 2, 3), 3, (4.0, 5.0, 6.0)), FormScores((1, 2, 3), 3, (2.0, 3.0, 4.0))
    known = circumstances_of_scores(new, old, random_groups=False, common_items=5)
    assert known.distance == pytest.approx(2 / math.sqrt(pvariance([4, 5, 6])))


def test_scores_a_form_cannot_give_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        FormScores((5,), 4)
    with pytest.raises(ValueError, match="one anchor score"):
        FormScores((1, 2), 4, (1.0,))
    with pytest.raises(ValueError, match="difficulties"):
        convert(Method.RASCH, SMALL_NEW, SMALL_OLD)


forms = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=8).map(
    lambda people: FormScores(tuple(t for t, _ in people), 6, tuple(float(a) for _, a in people))
)


@settings(max_examples=60, deadline=None)
@given(forms, forms, st.sampled_from(SCORED))
def test_whatever_the_scores_numbers_are_finite_or_have_a_reason(
    new: FormScores, old: FormScores, method: Method
) -> None:
    found = convert(method, new, old)
    assert len(found.scores) == 7
    assert all(isinstance(score, Why) or math.isfinite(score) for score in found.scores)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.lists(st.integers(0, 6), min_size=1, max_size=30))
def test_equipercentile_never_falls_and_keeps_a_form_equated_to_itself(new: list[int], old: list[int]) -> None:
    ours, theirs = FormScores(tuple(new), 6), FormScores(tuple(old), 6)
    scores = [s for s in convert(Method.EQUIPERCENTILE, ours, theirs).scores if not isinstance(s, Why)]
    assert scores == sorted(scores)
    assert all(-0.5 <= score <= 6.5 for score in scores)
    itself = convert(Method.EQUIPERCENTILE, ours, ours).scores
    assert all(itself[score] == pytest.approx(score) for score in new)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-30, 30), max_size=8),
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-30, 30), max_size=8),
)
def test_whatever_the_difficulties_scores_are_finite_or_have_a_reason(new: dict, old: dict) -> None:
    found = convert_by_difficulties(new, old)
    assert len(found.scores) == len(new) + 1
    assert all(isinstance(score, Why) or 0 <= score <= len(old) for score in found.scores)
    if found.link is not None:
        kept = [anchor.difference for anchor in found.link.anchors if anchor.kept]
        assert found.link.shift == pytest.approx(fmean(kept))
        assert len(kept) >= 0.8 * len(found.link.anchors)
