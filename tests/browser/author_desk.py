"""A small site of its own for people who write items; runs inside a process of the site."""

from content.models.sources import Source
from exams.loading import load_items
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.factories.exams import item_material


def set_up() -> None:
    """Make an item author, an area to write for, and a source to cite."""
    author = create_person(email="walt@example.org", full_name="Walt Author", password=PASSWORD, by=None)
    grant_role(person=author, role=Role.ITEM_AUTHOR, by=None)
    Source.objects.create(key="someone-2020", citation="A work of someone.")
    load_items([item_material("D1-001")])
