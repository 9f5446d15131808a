"""What an applicant declared, line by line, in words for people."""

from dataclasses import dataclass
from datetime import date

from courses.forms import FACTS_FORMS
from courses.models import Degree, DegreeField, Pathway, Tasks
from courses.rules.admission import Facts
from lms.look.templatetags.moments import day_text

LABELS = {
    "degree": "Degree",
    "degree_field": "Field of the degree",
    "has_diploma": "Secondary school diploma",
    "hours": "Hours of psychiatric or medical work",
    "employer": "Employer",
    "supervising_physician": "Supervising physician",
    "evidence_to_follow": "Evidence of pathway A or B within 12 months",
    "licence": "Licence or credential",
    "licence_valid_until": "Licence valid until",
    "bls_valid_until": "BLS card valid until",
    "can_do_tasks": "Can do the tasks at the chair",
    "accommodations": "What would help",
    "is_adult": "18 or older",
    "conduct_version": "Code of conduct accepted",
}
CHOICES: dict[str, dict[str, str]] = {
    "degree": dict(Degree.choices),
    "degree_field": dict(DegreeField.choices),
    "can_do_tasks": dict(Tasks.choices),
}


@dataclass(frozen=True)
class Line:
    """One fact: the field it came from, its label and its value as text."""

    field: str
    label: str
    text: str


def lines_of(facts: Facts) -> list[Line]:
    """Return the facts that the pathway asks for, in the order of its form; empty optional ones are left out."""
    names = FACTS_FORMS[Pathway(facts.pathway)]().fields
    values = {name: getattr(facts, name) for name in names}
    return [Line(name, LABELS[name], _text(name, value)) for name, value in values.items() if value not in ("", None)]


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int):
        return f"{value:,}"
    if name == "conduct_version":
        return f"Version {value}"
    return CHOICES.get(name, {}).get(str(value), str(value))
