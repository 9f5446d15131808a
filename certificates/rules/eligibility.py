"""What a certificate of completion demands, and what is still missing.

Source: curriculum.md sections 1, 4 and 5: all modules of the online course, the knowledge exam, and the practical with
every station passed. One rule answers the issuing of certificates and the trainee's home page.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Evidence:
    """The facts about one enrolment. A date is empty while its requirement is not met.

    `practical_hints` say what the practical needs beyond stations that are to be assessed or to be met.
    """

    course_completed_on: date | None
    exam_passed_on: date | None
    practical_passed_on: date | None
    stations_passed: int = 0
    stations_total: int = 0
    practical_hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """One thing that the certificate demands: what it is, whether it is met, and what to do or what was done."""

    code: str
    name: str
    met: bool
    sentence: str


@dataclass(frozen=True)
class Eligibility:
    """The answer: all requirements in their order."""

    requirements: tuple[Requirement, ...]

    @property
    def eligible(self) -> bool:
        """Say whether every requirement is met."""
        return all(requirement.met for requirement in self.requirements)

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """Return the requirements that are not met yet."""
        return tuple(requirement for requirement in self.requirements if not requirement.met)


def decide(evidence: Evidence) -> Eligibility:
    """Hold the evidence against the requirements.

    With the course and the exam done and 14 of 16 stations passed, one requirement is missing: the practical, with
    the sentence "14 of 16 stations are passed. Pass every station in one practical."
    """
    return Eligibility((_course(evidence), _exam(evidence), _practical(evidence)))


def _course(evidence: Evidence) -> Requirement:
    met = evidence.course_completed_on is not None
    return Requirement("course", "Course", met, "All lessons are completed." if met else "Complete every lesson.")


def _exam(evidence: Evidence) -> Requirement:
    met = evidence.exam_passed_on is not None
    return Requirement("exam", "Exam", met, "The exam is passed." if met else "Pass the exam.")


def _practical(evidence: Evidence) -> Requirement:
    passed, total = evidence.stations_passed, evidence.stations_total
    met = evidence.practical_passed_on is not None and total > 0 and passed == total
    if met:
        sentence = f"All {total} stations are passed and signed."
    elif passed:
        todo = evidence.practical_hints or ("Pass every station in one practical.",)
        sentence = " ".join((f"{passed} of {total} stations are passed.", *todo))
    else:
        sentence = "Pass the practical with an instructor."
    return Requirement("practical", "Practical", met, sentence)
