"""Fairness of items between two groups as plain values for JSON."""

from collections.abc import Sequence
from typing import Any

from exams.rules.psychometrics.dif import ItemDif
from exams.rules.psychometrics.undefined import as_json


def dif_as_json(found: Sequence[ItemDif]) -> list[dict[str, Any]]:
    """Return one entry per item; every value that is null has its reason in the `reasons` beside it."""
    return [
        as_json(
            {
                "item": item.item,
                "n_reference": item.reference,
                "n_focal": item.focal,
                "alpha": item.odds,
                "delta": item.delta,
                "se": item.delta_error,
                "chi2": item.chi2,
                "p": item.p,
                "class": item.ets,
                "purified": item.purified,
            }
        )
        for item in found
    ]
