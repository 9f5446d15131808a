"""`manage.py grant_role ADDRESS ROLE`: give a person a role, or end it with `--end`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.accounts.actions import end_role, grant_role
from lms.accounts.errors import RoleError
from lms.accounts.models import User
from lms.accounts.roles import DESCRIPTIONS, Role


class Command(BaseCommand):
    """For whoever runs the site; the audit trail names the system as the actor."""

    help = "Give a person with an account a role, or end it. The first registrar of a new site is made this way."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the person's address and the role."""
        parser.add_argument("address", help="the e-mail address of the person's account")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument("--end", action="store_true", help="end the role instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant or end, and say what holds now. Raises `CommandError` for an unknown address and the last registrar."""
        role = Role(options["role"])
        person = User.objects.filter(email=options["address"].strip().lower()).first()
        if person is None:
            raise CommandError(f"There is no account with the address {options['address']}. The person joins first.")
        try:
            if options["end"]:
                end_role(person=person, role=role, by=None)
            else:
                grant_role(person=person, role=role, by=None)
        except RoleError as error:
            raise CommandError(error.sentence) from error
        names = ", ".join(DESCRIPTIONS[held].name for held in sorted(person.roles)) or "no role"
        self.stdout.write(f"{person.full_name} is now: {names}.")
