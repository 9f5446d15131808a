"""The roles that a person can hold, each with a name and a sentence for people."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role is granted to a person; what it may do stands in `permissions.MATRIX`."""

    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    ITEM_AUTHOR = "item_author"
    EXAM_ADMIN = "exam_admin"
    REGISTRAR = "registrar"
    EDITOR = "editor"
    PHYSICIAN = "physician"


@dataclass(frozen=True)
class RoleDescription:
    """How a role is shown."""

    name: str
    sentence: str


DESCRIPTIONS: dict[Role, RoleDescription] = {
    Role.TRAINEE: RoleDescription("Trainee", "Takes the course, the exam and the practical."),
    Role.INSTRUCTOR: RoleDescription("Instructor", "Assesses the practical and signs it; marks written answers."),
    Role.ITEM_AUTHOR: RoleDescription("Item author", "Writes exam items."),
    Role.EXAM_ADMIN: RoleDescription("Exam administrator", "Runs exams and looks after the item bank."),
    Role.REGISTRAR: RoleDescription("Registrar", "Admits trainees and looks after certificates."),
    Role.EDITOR: RoleDescription("Editor", "Writes pages and lessons."),
    Role.PHYSICIAN: RoleDescription("TMS physician", "Reviews lessons and exam items for what is medically right."),
}
STAFF_ROLES = frozenset(Role) - {Role.TRAINEE}
EDITORS_GROUP = "Editors"
PHYSICIANS_GROUP = "TMS physicians"
# Whoever holds one of these roles enters the CMS, with the rights of the group.
CMS_GROUPS = {Role.EDITOR: EDITORS_GROUP, Role.PHYSICIAN: PHYSICIANS_GROUP}
