"""The people of the demonstration."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Site

from content.models import OrganisationSettings
from exams.actions.assessors import Grounds, grant
from exams.models import AssessorQualification, Qualification
from exams.rules.assessors import DeviceFamily
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import DESCRIPTIONS, Role
from lms.demo.story import Scene

PASSWORD = "one threshold at a time"  # noqa: S105 - printed on the screen, for the demonstration only


@dataclass(frozen=True)
class Character:
    """Somebody in the story."""

    key: str
    name: str
    role: Role
    standing: str = ""
    time_zone: str = "Europe/Berlin"

    @property
    def email(self) -> str:
        """An address that can never receive mail."""
        return f"{self.name.split()[0].lower()}@example.org"


CHARACTERS = [
    Character("trainee", "Maya Lindqvist", Role.TRAINEE, "certified"),
    Character("revoked_trainee", "Jonas Okafor", Role.TRAINEE, "revoked"),
    Character("learner", "Noor Haddad", Role.TRAINEE, "in the course"),
    Character("candidate", "Tomas Reyes", Role.TRAINEE, "at the chair"),
    Character("instructor", "Ines Aalto", Role.INSTRUCTOR, "a physician"),
    Character("second_instructor", "Felix Brandt", Role.INSTRUCTOR, "a technician"),
    Character("item_author", "Walter Nkemelu", Role.ITEM_AUTHOR),
    Character("exam_admin", "Xenia Petrou", Role.EXAM_ADMIN),
    Character("second_exam_admin", "Yusuf Demir", Role.EXAM_ADMIN, "the second of two"),
    Character("registrar", "Rosa Marín", Role.REGISTRAR),
    Character("second_registrar", "Petra Novak", Role.REGISTRAR, "the second of two"),
    Character("editor", "Edda Vogel", Role.EDITOR),
    Character("physician", "Hana Sato", Role.PHYSICIAN),
]


ASSESSORS = {"instructor": Qualification.PHYSICIAN, "second_instructor": Qualification.TECHNICIAN}


def meet(scene: Scene) -> str:
    """Make the people and their roles through the real actions; those who are there already stay as they are."""
    _name_the_organisation()
    for character in CHARACTERS:
        person = User.objects.filter(email=character.email).first() or create_person(
            email=character.email,
            full_name=character.name,
            password=PASSWORD,
            by=None,
            time_zone=character.time_zone,
        )
        grant_role(person=person, role=character.role, by=None)
        scene.cast[character.key] = person
    for key, basis in ASSESSORS.items():
        _qualify(scene.cast[key], basis, by=scene.cast["registrar"])
    return f"{len(CHARACTERS)} people with {len({character.role for character in CHARACTERS})} roles"


def _qualify(person: User, basis: Qualification, *, by: User) -> None:
    """Let the registrar qualify somebody as an assessor for a year, unless they are qualified already."""
    if AssessorQualification.objects.standing().filter(person=person).exists():
        return
    today = timezone.localdate()
    grounds = Grounds(
        basis=basis,
        families=[DeviceFamily.FIGURE_EIGHT],
        trained_on=today - timedelta(days=90),
        calibrated_on=today - timedelta(days=30),
        valid_from=today,
        valid_until=today + timedelta(days=365),
    )
    grant(person=person, grounds=grounds, by=by)


def _name_the_organisation() -> None:
    """Fill the site's settings as an editor would, unless somebody did."""
    site = Site.objects.get(is_default_site=True)
    if not OrganisationSettings.objects.filter(site=site).exists():
        OrganisationSettings.objects.create(
            site=site,
            name="Example TMS Society",
            contact_email="office@example.org",
            signatory_name="Dr. Helena Brandt",
            signatory_title="Head of the programme",
            place="Example City",
        )


def log_ins() -> list[tuple[str, str]]:
    """Return role and address of everybody, for the closing lines."""
    return [
        (", ".join(filter(None, [DESCRIPTIONS[character.role].name, character.standing])), character.email)
        for character in CHARACTERS
    ]
