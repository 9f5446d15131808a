"""Who can be admitted, and if not yet: why, and what to do.

Source: curriculum section 5 (pathways A to D, evidence for all).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

CODE_OF_CONDUCT_VERSION = "2026.1"
HOURS_OF_EXPERIENCE = 1000
# Cards are issued for two years; longer ones exist, but a date beyond this is a slip of the hand.
FURTHEST_YEARS_ON_A_CARD = 10
DAYS_TO_DECIDE = 14
MONTHS_TO_HAND_IN_EVIDENCE = 12

PathwayName = Literal["academic", "experience", "provider", "licensed"]


@dataclass(frozen=True)
class Facts:
    """What an applicant declared. Empty texts and None mean: not said."""

    pathway: str
    is_adult: bool
    bls_valid_until: date | None
    conduct_version: str
    can_do_tasks: str
    accommodations: str = ""
    degree: str = ""
    degree_field: str = ""
    has_diploma: bool = False
    hours: int | None = None
    employer: str = ""
    supervising_physician: str = ""
    evidence_to_follow: bool = False
    licence: str = ""
    licence_valid_until: date | None = None


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way. `field` is the fact it is about."""

    code: str
    field: str
    sentence: str


def reasons_against(facts: Facts, *, today: date) -> list[Reason]:
    """Return everything that stands in the way of admission today; an empty list means eligible.

    A card or licence that ends today still counts today. Worked: pathway experience with a diploma, 999 hours, an
    employer and all that everybody needs gives one reason, `hours_missing`.
    """
    by_pathway = {
        "academic": _academic,
        "experience": _experience,
        "provider": _provider,
        "licensed": _licensed,
    }
    check = by_pathway.get(facts.pathway)
    if check is None:
        return [Reason("pathway_unknown", "pathway", "Not yet, because no pathway is chosen; choose one.")]
    return [*_for_everybody(facts, today), *check(facts, today)]


def decide_by(submitted_on: date) -> date:
    """Return the day until which the registrar aims to decide. Worked: 1 March 2027 gives 15 March 2027."""
    return submitted_on + timedelta(days=DAYS_TO_DECIDE)


def documents_to_see(facts: Facts) -> list[str]:
    """Return the papers behind what was declared, one line each, for applicant and registrar alike.

    Worked: pathway licensed needs two, the BLS card and the licence.
    """
    by_pathway = {
        "academic": ["Degree certificate"],
        "experience": [
            "Secondary school diploma",
            f"Letter of the employer that confirms {HOURS_OF_EXPERIENCE:,} hours or more",
        ],
        "provider": [
            "Confirmation of the TMS provider, with the name of the supervising physician",
            f"Evidence of pathway A or B: it may follow within {MONTHS_TO_HAND_IN_EVIDENCE} months",
        ],
        "licensed": ["Current licence or credential"],
    }
    return ["Basic life support (BLS) card", *by_pathway.get(facts.pathway, [])]


def _for_everybody(facts: Facts, today: date) -> list[Reason]:
    found = []
    if not facts.is_adult:
        sentence = "Not yet, because trainees are 18 or older; tick the box if you are, or apply again when you are 18."
        found.append(Reason("under_age", "is_adult", sentence))
    if facts.bls_valid_until is None:
        sentence = (
            "Not yet, because basic life support (BLS) training is needed; "
            "take a course and tell us the date on the card."
        )
        found.append(Reason("bls_missing", "bls_valid_until", sentence))
    elif facts.bls_valid_until < today:
        ended = _day(facts.bls_valid_until)
        sentence = f"Not yet, because your BLS card ended on {ended}; renew it and tell us the new date."
        found.append(Reason("bls_ended", "bls_valid_until", sentence))
    elif facts.bls_valid_until.year > today.year + FURTHEST_YEARS_ON_A_CARD:
        said = _day(facts.bls_valid_until)
        sentence = f"Not yet, because no BLS card is valid until {said}; look at the year on the card."
        found.append(Reason("bls_too_far", "bls_valid_until", sentence))
    if facts.conduct_version != CODE_OF_CONDUCT_VERSION:
        sentence = "Not yet, because the code of conduct in force is not accepted; read it and accept it."
        found.append(Reason("conduct_missing", "conduct_version", sentence))
    if facts.can_do_tasks == "with_accommodations" and not facts.accommodations.strip():
        sentence = "Not yet, because you asked for accommodations without saying which; tell us what would help."
        found.append(Reason("accommodations_unnamed", "accommodations", sentence))
    if facts.can_do_tasks not in {"yes", "with_accommodations"}:
        sentence = "Not yet, because the statement about the tasks at the chair is missing; choose one answer."
        found.append(Reason("tasks_missing", "can_do_tasks", sentence))
    return found


def _academic(facts: Facts, today: date) -> list[Reason]:
    if facts.degree and facts.degree_field:
        return []
    sentence = (
        "Not yet, because pathway A needs an associate's or bachelor's degree in a listed field; "
        "without one, look at pathway B or C."
    )
    return [Reason("degree_missing", "degree_field" if facts.degree else "degree", sentence)]


def _experience(facts: Facts, today: date) -> list[Reason]:
    found = []
    if not facts.has_diploma:
        found.append(
            Reason("diploma_missing", "has_diploma", "Not yet, because pathway B needs a secondary school diploma.")
        )
    if (facts.hours or 0) < HOURS_OF_EXPERIENCE:
        said = f"you have {facts.hours:,}" if facts.hours else "none are named"
        sentence = (
            f"Not yet, because pathway B needs {HOURS_OF_EXPERIENCE:,} hours of psychiatric or medical work "
            f"and {said}; apply again when you have them, or look at pathway C."
        )
        found.append(Reason("hours_missing", "hours", sentence))
    if not facts.employer.strip():
        sentence = "Not yet, because the employer who can confirm the hours is not named; name one."
        found.append(Reason("employer_missing", "employer", sentence))
    return found


def _provider(facts: Facts, today: date) -> list[Reason]:
    found = []
    if not facts.employer.strip():
        sentence = "Not yet, because pathway C needs the TMS provider who employs you; name it."
        found.append(Reason("employer_missing", "employer", sentence))
    if not facts.supervising_physician.strip():
        sentence = "Not yet, because pathway C needs a supervising physician; name one."
        found.append(Reason("physician_missing", "supervising_physician", sentence))
    if not facts.evidence_to_follow:
        sentence = (
            "Not yet, because pathway C needs the evidence of pathway A or B within "
            f"{MONTHS_TO_HAND_IN_EVIDENCE} months; say that you will hand it in."
        )
        found.append(Reason("evidence_missing", "evidence_to_follow", sentence))
    return found


def _licensed(facts: Facts, today: date) -> list[Reason]:
    if not facts.licence.strip():
        sentence = "Not yet, because pathway D needs a current licence or credential; name it with its number."
        return [Reason("licence_missing", "licence", sentence)]
    if facts.licence_valid_until is None:
        sentence = "Not yet, because the day until which your licence is valid is missing; tell us the date."
        return [Reason("licence_day_missing", "licence_valid_until", sentence)]
    if facts.licence_valid_until < today:
        ended = _day(facts.licence_valid_until)
        sentence = f"Not yet, because your licence ended on {ended}; renew it and tell us the new date."
        return [Reason("licence_ended", "licence_valid_until", sentence)]
    return []


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
