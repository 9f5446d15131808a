"""The person at the beginning of a request: account and roles in one query, as they are now."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lms.accounts.actions import end_role, grant_role
from lms.accounts.backends import PersonBackend
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson

pytestmark = pytest.mark.django_db


def test_account_and_roles_come_in_one_query(
    make_person: MakePerson, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = make_person("Two Roles", Role.TRAINEE, Role.INSTRUCTOR)
    make_person("Somebody Else", Role.REGISTRAR)
    PersonBackend().get_user(made.pk)
    with django_assert_num_queries(1):
        found = PersonBackend().get_user(str(made.pk))  # sessions hold it as text
        assert found is not None
        assert (found, found.full_name, found.roles) == (made, "Two Roles", {Role.TRAINEE, Role.INSTRUCTOR})


def test_ended_roles_are_gone_and_the_last_one_leaves_the_person(make_person: MakePerson) -> None:
    made = make_person("Once A Trainee", Role.TRAINEE)
    end_role(person=made, role=Role.TRAINEE, by=None)
    found = PersonBackend().get_user(made.pk)
    assert found is not None
    assert found.roles == frozenset()
    grant_role(person=made, role=Role.TRAINEE, by=None)
    again = PersonBackend().get_user(made.pk)
    assert again is not None
    assert again.roles == {Role.TRAINEE}


def test_unknown_and_closed_accounts_are_nobody(trainee: User) -> None:
    assert PersonBackend().get_user(trainee.pk + 1000) is None
    User.objects.filter(pk=trainee.pk).update(is_active=False)
    assert PersonBackend().get_user(trainee.pk) is None


def test_a_role_that_ended_is_gone_on_the_next_request_of_the_same_session(
    client: Client, make_person: MakePerson
) -> None:
    rosa = make_person("Rosa Once", Role.REGISTRAR)
    make_person("Rita Remains", Role.REGISTRAR)  # the last registrar cannot be ended
    client.force_login(rosa)
    assert client.get("/admission/").status_code == 200
    end_role(person=rosa, role=Role.REGISTRAR, by=None)
    assert client.get("/admission/").status_code == 403
