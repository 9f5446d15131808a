"""Agreement of examiners and conversion tables for people at a terminal, made from the values that go into JSON."""

from collections.abc import Iterator
from typing import Any

from exams.statistic_text import shown

PLACES = 4


def agreement_text(found: dict[str, Any]) -> str:
    """Return the coefficients, the marginals and the difference of every pair of raters."""
    return "\n".join(_agreement(found)) + "\n"


def equating_text(found: dict[str, Any]) -> str:
    """Return the conversion table, the anchors, and which method is recommended and why."""
    return "\n".join(_equating(found)) + "\n"


def _agreement(found: dict[str, Any]) -> Iterator[str]:
    details = found["details"]
    yield f"{details['subjects']} subjects, {details['subjects_with_all_ratings']} of them with all ratings"
    weighted = f"kappa ({details['weights']} weights)"
    for words, name in (
        ("exact", "exact"),
        ("kappa", "kappa"),
        (weighted, "kappa_weighted"),
        ("AC1", "ac1"),
        ("Fleiss", "fleiss"),
    ):
        yield _line(words, found[name], found["reasons"].get(name))
    for form, value in found["icc"].items():
        yield _line(f"ICC({form})", value, found["reasons"].get("icc", {}).get(form))
    yield ""
    for rater, counts in details["marginals"].items():
        yield f"{rater}: " + ", ".join(f"{category} × {n}" for category, n in counts.items())
    yield ""
    for pair in details["pairs"]:
        names = f"{pair['first']} minus {pair['second']}"
        yield f"{_line(names, pair['mean_difference'], pair['reasons'].get('mean_difference'))}  n {pair['n']}"


def _equating(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['method']}: {found['direction']}"
    if found["slope"] is not None:
        yield f"old = {found['slope']:.4f} · new + {found['intercept']:.4f}"
    if found["anchors"]:
        yield f"shift {found['anchors']['shift']:.4f} logits, {len(found['anchors']['kept'])} anchors kept"
        yield f"dropped: {', '.join(found['anchors']['dropped']) or 'none'}"
    yield ""
    yield f"{'new':>5}  {'old':>9}"
    for row in found["table"]:
        reason = found["reasons"].get(str(row["new"]), {}).get("sentence", "")
        yield f"{row['new']:>5}  {shown(row['old'], PLACES):>9}  {reason}".rstrip()
    yield ""
    advice = found["recommended"]
    yield f"recommended: {advice['method']}. {' '.join(advice['reasons'])}"
    yield from (f"doubt: {doubt}" for doubt in advice["doubts"])


def _line(words: str, value: float | None, reason: dict[str, str] | None) -> str:
    return f"{words:<26} {shown(value, PLACES):>8}  {reason['sentence'] if reason else ''}".rstrip()
