"""The key of an essay, for formats that know less of it than we do."""

from collections.abc import Sequence
from typing import Any

from exams.interchange.findings import Changes

GUIDANCE = "No guidance came with this item. Write what a full answer holds."
WHOLE = {"id": "a", "text": "The answer as a whole", "points": "1"}


def essay_key(guidance: str, criteria: Sequence[dict[str, str]], changes: Changes) -> dict[str, Any]:
    """Return the key of an essay; what it lacks is made and said."""
    if not guidance.strip():
        guidance = GUIDANCE
        changes.add("no_guidance", "It says nothing to whoever marks it. Write the guidance before it goes to review.")
    if not criteria:
        criteria = [dict(WHOLE)]
        changes.add("no_rubric", "It has no rubric; one criterion of one point was made. Write the rubric.")
    return {"guidance": guidance.strip(), "criteria": list(criteria)}
