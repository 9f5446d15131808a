"""A conversion as plain values for JSON."""

from typing import Any

from exams.rules.psychometrics.equating.choice import Circumstances, Method, Recommendation
from exams.rules.psychometrics.equating.conversion import Conversion
from exams.rules.psychometrics.equating.rasch import Link
from exams.rules.psychometrics.undefined import as_json

DIRECTION = "new form to the scale of the old form"


def equating_as_json(conversion: Conversion, known: Circumstances, advice: Recommendation) -> dict[str, Any]:
    """Return the table with what it rests on; a missing score is None, its reason under `reasons` by new score."""
    values = {str(score): value for score, value in enumerate(conversion.scores)}
    plain = as_json(values)
    reasons = plain.pop("reasons")
    return {
        "method": conversion.method.value,
        "direction": DIRECTION,
        "n_new": known.new_persons,
        "n_old": known.old_persons,
        "slope": conversion.line.slope if conversion.line else None,
        "intercept": conversion.line.intercept if conversion.line else None,
        "table": [{"new": int(score), "old": value} for score, value in plain.items()],
        "anchors": _link(conversion.link) if conversion.link else None,
        "recommended": {
            "method": advice.method.value,
            "reasons": list(advice.reasons),
            "doubts": [*advice.doubts, *_doubts(conversion)],
        },
        "reasons": reasons,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "shift": link.shift,
        "drift_checked": link.checked,
        "kept": [anchor.item for anchor in link.anchors if anchor.kept],
        "dropped": list(link.dropped),
        "items": [
            {"item": a.item, "difference": a.difference, "z": a.z, "drifted": a.drifted, "kept": a.kept}
            for a in link.anchors
        ],
    }


def _doubts(conversion: Conversion) -> list[str]:
    link = conversion.link
    if conversion.method is not Method.RASCH or link is None:
        return []
    doubts = []
    if not link.checked:
        doubts.append(f"{len(link.anchors)} anchors are too few to see whether one of them drifted.")
    if link.drifted_but_kept:
        doubts.append(f"Drifted, but kept because too few would be left: {', '.join(link.drifted_but_kept)}.")
    return doubts
