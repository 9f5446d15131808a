"""Roles from the command line: how a new site gets its first registrar."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("grant_role", *arguments, stdout=out)
    return out.getvalue()


def test_a_person_becomes_a_registrar_with_an_event(trainee: User) -> None:
    assert run("Ada.Trainee@example.org", "registrar") == "Ada Trainee is now: Registrar, Trainee.\n"
    assert User.objects.get(pk=trainee.pk).roles == {Role.REGISTRAR, Role.TRAINEE}
    assert Event.objects.filter(verb="role.granted", actor="", data={"role": "registrar"}).count() == 1


def test_a_role_ends(trainee: User) -> None:
    assert run(trainee.email, "trainee", "--end") == "Ada Trainee is now: no role.\n"


def test_an_unknown_address_is_named(db: None) -> None:
    with pytest.raises(CommandError, match=r"nobody@example\.org"):
        run("nobody@example.org", "registrar")
