"""Why a statistic has no value. Whoever computes one returns the number or the reason, never 0, NaN or an error."""

from collections.abc import Mapping
from enum import StrEnum
from math import isfinite
from typing import Any


class Why(StrEnum):
    """A reason; its value is the code that stands in JSON."""

    NO_PERSONS = "no_persons"
    ONE_PERSON = "one_person"
    TWO_PERSONS = "two_persons"
    NO_ITEMS = "no_items"
    ONE_ITEM = "one_item"
    NO_VARIANCE = "no_variance"
    ITEM_NO_VARIANCE = "item_no_variance"
    REST_NO_VARIANCE = "rest_no_variance"
    NOBODY_REACHED = "nobody_reached"
    NOBODY_CHOSE = "nobody_chose"
    EVERYBODY_CHOSE = "everybody_chose"
    NOT_SCORED = "not_scored"
    PARTIAL_CREDIT = "partial_credit"
    RELIABILITY_UNDEFINED = "reliability_undefined"
    RELIABILITY_NOT_POSITIVE = "reliability_not_positive"
    RELIABILITY_PERFECT = "reliability_perfect"
    NO_CUT = "no_cut"
    NO_MODEL = "no_model"
    NO_GROUPS = "no_groups"
    ITEM_WITHOUT_ESTIMATE = "item_without_estimate"
    CUT_NOT_EXPECTED = "cut_not_expected"
    CUT_OUT_OF_RANGE = "cut_out_of_range"
    ONE_SIDE_OF_CUT = "one_side_of_cut"
    NO_TRUE_VARIANCE = "no_true_variance"
    GROUP_TOO_SMALL = "group_too_small"
    ODDS_UNDEFINED = "odds_undefined"
    NO_ANCHOR_SCORES = "no_anchor_scores"
    ANCHOR_NO_VARIANCE = "anchor_no_variance"
    BEYOND_SCORES = "beyond_scores"
    CUT_BEYOND_FORM = "cut_beyond_form"
    NO_COMMON_ITEMS = "no_common_items"
    NO_RATINGS = "no_ratings"
    ONE_RATER = "one_rater"
    ONE_SUBJECT = "one_subject"
    ONE_CATEGORY = "one_category"
    RATINGS_MISSING = "ratings_missing"
    RATINGS_UNEQUAL = "ratings_unequal"
    PAIR_WITHOUT_SUBJECTS = "pair_without_subjects"
    PAIR_ONE_CATEGORY = "pair_one_category"
    NOT_NUMERIC = "not_numeric"
    RATINGS_NO_VARIANCE = "ratings_no_variance"
    NO_JUDGES = "no_judges"
    ONE_JUDGE = "one_judge"
    ITEM_NOT_RATED = "item_not_rated"
    JUDGES_INCOMPLETE = "judges_incomplete"
    PANEL_CONTRADICTS_ITSELF = "panel_contradicts_itself"
    PANEL_UNANIMOUS = "panel_unanimous"
    NO_CROSSING = "no_crossing"
    NO_RATING_VARIANCE = "no_rating_variance"
    STATION_WITHOUT_CUT = "station_without_cut"
    JUDGE_INCOMPLETE = "judge_incomplete"
    TOO_FEW_PERSONS = "too_few_persons"
    NO_ERROR_BY_METHOD = "no_error_by_method"

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Why.NO_PERSONS: "There are no persons.",
    Why.ONE_PERSON: "There is only one person; at least two are needed.",
    Why.TWO_PERSONS: "Two persons determine a line exactly; a third is needed to see how far others lie from it.",
    Why.NO_ITEMS: "No item counts for the score.",
    Why.ONE_ITEM: "Too few items: at least two have to be left for this statistic.",
    Why.NO_VARIANCE: "Everybody has the same total score.",
    Why.ITEM_NO_VARIANCE: "Everybody has the same score on this item.",
    Why.REST_NO_VARIANCE: "Everybody has the same score on the rest of the form.",
    Why.NOBODY_REACHED: "Nobody reached this item.",
    Why.NOBODY_CHOSE: "Nobody chose this.",
    Why.EVERYBODY_CHOSE: "Everybody chose this.",
    Why.NOT_SCORED: "The item does not count for the score.",
    Why.PARTIAL_CREDIT: "Items earn parts of a point, and this is for items that are right or wrong.",
    Why.RELIABILITY_UNDEFINED: "The reliability this rests on is undefined.",
    Why.RELIABILITY_NOT_POSITIVE: "The reliability this rests on is zero or negative, as of scores by chance.",
    Why.RELIABILITY_PERFECT: "The reliability is 1: the model has no error to work with.",
    Why.NO_CUT: "No cut was given.",
    Why.NO_MODEL: "No item response model was asked for.",
    Why.NO_GROUPS: "No groups were given to compare.",
    Why.ITEM_WITHOUT_ESTIMATE: "An item that counts has no estimate, so no expected score can be told.",
    Why.CUT_NOT_EXPECTED: "At no place of the scale is the cut the expected score.",
    Why.CUT_OUT_OF_RANGE: "The cut does not lie above 0 and at most at the number of items.",
    Why.ONE_SIDE_OF_CUT: "By the model everybody is on one side of the cut, so agreement by chance is complete.",
    Why.NO_TRUE_VARIANCE: "The true scores have no variance that the model can describe.",
    Why.GROUP_TOO_SMALL: "Not enough data: a group is smaller than the minimum.",
    Why.ODDS_UNDEFINED: "In no score group do both groups have right and wrong answers, so there is no odds ratio.",
    Why.NO_ANCHOR_SCORES: "There are no scores on the anchor items.",
    Why.ANCHOR_NO_VARIANCE: "Everybody of a group has the same score on the anchor items.",
    Why.BEYOND_SCORES: "Nobody got this score, nor one beyond it.",
    Why.CUT_BEYOND_FORM: "By this conversion no score of the new form is worth the cut of the old one.",
    Why.NO_COMMON_ITEMS: "The forms have no item in common.",
    Why.NO_RATINGS: "There are no ratings.",
    Why.ONE_RATER: "No subject was rated by two raters.",
    Why.ONE_SUBJECT: "There is only one subject; at least two are needed.",
    Why.ONE_CATEGORY: "Only one category was used, so agreement by chance is complete.",
    Why.RATINGS_MISSING: "Ratings are missing; this needs every subject rated by every rater.",
    Why.RATINGS_UNEQUAL: "Subjects have different numbers of ratings; this needs the same number for each.",
    Why.PAIR_WITHOUT_SUBJECTS: "Two of the raters have no subject in common.",
    Why.PAIR_ONE_CATEGORY: "Two of the raters used one and the same category throughout.",
    Why.NOT_NUMERIC: "The ratings are no numbers, so they have no distance.",
    Why.RATINGS_NO_VARIANCE: "The ratings do not vary in the way this compares.",
    Why.NO_JUDGES: "There are no judges.",
    Why.ONE_JUDGE: "There is only one judge; at least two are needed.",
    Why.ITEM_NOT_RATED: "At least one item was rated by nobody.",
    Why.JUDGES_INCOMPLETE: "Fewer than two judges rated everything.",
    Why.PANEL_CONTRADICTS_ITSELF: "The lowest acceptable value of the panel lies above its highest.",
    Why.PANEL_UNANIMOUS: "All judges agree in cut and pass rate, so there is no slope to compromise along.",
    Why.NO_CROSSING: "The curve of the scores does not meet the panel's line where a score can be had.",
    Why.NO_RATING_VARIANCE: "All global ratings are the same, so there is no line to draw.",
    Why.STATION_WITHOUT_CUT: "At least one station has no cut.",
    Why.JUDGE_INCOMPLETE: "This judge left something out.",
    Why.TOO_FEW_PERSONS: "Too few candidates have a result on this form to weigh the judges’ figures against.",
    Why.NO_ERROR_BY_METHOD: "This method has none: a whole score comes out, not a mean of the judges.",
}

# A statistic: its value, or why there is none.
Statistic = float | Why


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping with None for every reason, and `reasons`: name → code and sentence.

    Raises ValueError for a number that is not finite: that would be a fault of ours, and no JSON.
    """
    plain: dict[str, Any] = {}
    reasons: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        if isinstance(value, Why):
            plain[name] = None
            reasons[name] = {"code": value.value, "sentence": value.sentence}
        elif isinstance(value, float) and not isfinite(value):
            raise ValueError(f"{name} is {value}.")
        else:
            plain[name] = value
    return {**plain, "reasons": reasons}
