"""Agreement of raters as plain values for JSON."""

from typing import Any

from exams.rules.psychometrics.rater_agreement import (
    Ratings,
    ac1,
    exact_agreement,
    fleiss_kappa,
    intraclass,
    kappa,
    kappa_of_pair,
    severity,
)
from exams.rules.psychometrics.undefined import as_json


def agreement_as_json(ratings: Ratings, weights: str) -> dict[str, Any]:
    """Return the coefficients; `reasons` says by name why one is None, `details` what they rest on."""
    plain = as_json(
        {
            "exact": exact_agreement(ratings),
            "kappa": kappa(ratings),
            "kappa_weighted": kappa(ratings, weights),
            "ac1": ac1(ratings),
            "fleiss": fleiss_kappa(ratings),
        }
    )
    reasons = plain.pop("reasons")
    icc = as_json(intraclass(ratings))
    why_no_icc = icc.pop("reasons")
    return {
        **plain,
        "icc": icc,
        "reasons": {**reasons, "icc": why_no_icc} if why_no_icc else reasons,
        "details": {
            "weights": weights,
            "subjects": len(ratings.rated),
            "subjects_with_all_ratings": sum(None not in row for row in ratings.rated),
            "categories": list(ratings.categories),
            "marginals": ratings.marginals(),
            "pairs": _pairs(ratings),
        },
    }


def _pairs(ratings: Ratings) -> list[dict[str, Any]]:
    places = {rater: place for place, rater in enumerate(ratings.raters)}
    found = []
    for pair in severity(ratings):
        both = ratings.pair(places[pair.first], places[pair.second])
        values = {"kappa": kappa_of_pair(both), "mean_difference": pair.difference, "error": pair.error}
        found.append({"first": pair.first, "second": pair.second, "n": len(both), **as_json(values)})
    return found
