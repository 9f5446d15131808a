"""Who may not assess whom.

Source: reliability-security.md S-7 and curriculum.md section 4 ("never a relative, and not only the direct manager").
Checked when a sitting is assigned, when it is opened and when it is signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Relationship:
    """A relationship somebody declared, with its kind in words."""

    person: int
    other: int
    kind: str


@dataclass(frozen=True)
class Conflict:
    """Why an assessor may not assess a trainee."""

    code: str
    sentence: str


def conflict(assessor: int, trainee: int, relationships: Iterable[Relationship]) -> Conflict | None:
    """Return the reason that keeps `assessor` from assessing `trainee` (ids of people), or None.

    A relationship counts in either direction: that 7 is the direct manager of 9 keeps 7 from assessing 9, and 9
    from assessing 7.
    """
    if assessor == trainee:
        return Conflict("conflict_self", "Nobody can assess themselves. The registrar has to name another assessor.")
    for relationship in relationships:
        if {relationship.person, relationship.other} == {assessor, trainee}:
            return Conflict(
                "conflict_relationship",
                f"Assessor and trainee have a declared relationship: {relationship.kind}. "
                "The registrar has to name another assessor.",
            )
    return None
