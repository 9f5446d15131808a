"""People, their roles, and what each role may do."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lms.accounts.actions import end_role, grant_role
from lms.accounts.models import DeclaredRelationship, RoleGrant, User
from lms.accounts.permissions import MATRIX, Permission, Scope, demand, requires, scope_of
from lms.accounts.roles import DESCRIPTIONS, Role
from lms.audit.models import Event

pytestmark = pytest.mark.django_db


def test_an_address_counts_once_whatever_its_case() -> None:
    User.objects.create_user("Ada@Example.org", full_name="Ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ADA@example.org", full_name="Ada").save()
    assert User.objects.get_by_natural_key("ADA@EXAMPLE.ORG").full_name == "Ada"


def test_a_person_needs_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("", full_name="Nobody")


def test_names_for_print_and_greeting(trainee: User) -> None:
    assert (trainee.get_full_name(), trainee.get_short_name(), str(trainee)) == ("Ada Trainee", "Ada", "Ada Trainee")


def test_an_unknown_time_zone_falls_back_to_utc(trainee: User) -> None:
    trainee.time_zone = "Mars/Olympus"
    assert str(trainee.zone) == "UTC"


def test_granting_a_role_twice_is_one_grant_and_one_event(trainee: User, registrar: User) -> None:
    for _ in range(2):
        grant_role(person=trainee, role=Role.INSTRUCTOR, by=registrar)
    assert trainee.roles == {Role.TRAINEE, Role.INSTRUCTOR}
    assert Event.objects.filter(verb="role.granted", data={"role": "instructor"}).count() == 1


def test_a_role_that_ended_is_gone_and_its_row_stays(trainee: User, registrar: User) -> None:
    assert end_role(person=trainee, role=Role.TRAINEE, by=registrar) is True
    assert end_role(person=trainee, role=Role.TRAINEE, by=registrar) is False
    assert not trainee.has_role(Role.TRAINEE)
    assert RoleGrant.objects.get(person=trainee).ended_at is not None


def test_a_role_may_be_held_again(trainee: User) -> None:
    end_role(person=trainee, role=Role.TRAINEE, by=None)
    grant_role(person=trainee, role=Role.TRAINEE, by=None)
    assert RoleGrant.objects.filter(person=trainee).count() == 2


def test_editors_enter_the_cms_and_leave_it(trainee: User) -> None:
    grant_role(person=trainee, role=Role.EDITOR, by=None)
    assert User.objects.get(pk=trainee.pk).has_perm("wagtailadmin.access_admin")
    end_role(person=trainee, role=Role.EDITOR, by=None)
    assert not User.objects.get(pk=trainee.pk).has_perm("wagtailadmin.access_admin")


@pytest.mark.parametrize("row", [{"role": "wizard"}, {"role": "trainee"}], ids=["unknown role", "held already"])
def test_the_database_refuses_grants_that_make_no_sense(trainee: User, row: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=trainee, **row)


def test_nobody_is_related_to_themselves(trainee: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeclaredRelationship.objects.create(person=trainee, other=trainee, kind="relative")


def test_two_roles_reach_as_far_as_the_wider_one(make_person: Callable[..., User]) -> None:
    both = make_person("Both", Role.TRAINEE, Role.REGISTRAR)
    assert scope_of(both, Permission.CERTIFICATE_READ) is Scope.ALL


def test_a_superuser_holds_no_permission_by_being_one() -> None:
    root = User.objects.create_superuser("root@example.org", full_name="Root")
    assert [permission for permission in Permission if scope_of(root, permission)] == []


def test_somebody_who_left_is_refused(registrar: User) -> None:
    registrar.is_active = False
    with pytest.raises(PermissionDenied):
        demand(registrar, Permission.CERTIFICATE_REVOKE)


def test_a_role_that_ended_is_refused_on_the_next_request(editor: User, client_for: Callable[[User], Client]) -> None:
    client = client_for(editor)
    assert client.get("/cms/").status_code == 200
    end_role(person=editor, role=Role.EDITOR, by=None)
    assert client.get("/cms/").status_code != 200


def test_an_api_view_answers_strangers_with_401() -> None:
    @requires(Permission.ATTEMPT_TAKE, api=True)
    def save(request: object) -> HttpResponse:
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert save(request).status_code == 401


def test_the_matrix_has_a_row_per_permission_and_every_role_a_description() -> None:
    assert set(MATRIX) == set(Permission)
    assert set(DESCRIPTIONS) == set(Role)
