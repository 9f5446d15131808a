"""The screen for roles: registrars grant and end them for others, after showing who they are."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.actions import end_role, grant_role
from lms.accounts.errors import RoleError
from lms.accounts.models import RoleGrant, User
from lms.accounts.roles import Role
from lms.accounts.tasks import mail_role
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.conftest import PASSWORD
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PEOPLE = "/people/"


def page_of(person: User) -> str:
    return reverse("accounts:roles_of", kwargs={"public_id": person.public_id})


@pytest.fixture
def rosa(registrar, client_for):
    """The registrar's browser, after showing again who she is."""
    client = client_for(registrar)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def change(client, person, role, act="grant"):
    return client.post(page_of(person), {"role": role, "act": act})


def roles(person):
    return set(person.role_grants.filter(ended_at=None).values_list("role", flat=True))


def test_a_role_is_granted_with_event_mail_and_new_sign_in(rosa, registrar, trainee, client):
    client.post("/accounts/login/", {"login": trainee.email, "password": PASSWORD})
    assert client.get("/home/").status_code == 200
    answer = rosa.get(change(rosa, trainee, "instructor")["Location"]).content.decode()
    assert "Ada Trainee is now instructor." in answer
    assert roles(trainee) == {"trainee", "instructor"}
    event = Event.objects.filter(verb="role.granted").last()
    assert (event.actor, event.target_id, event.data) == (
        str(registrar.public_id), str(trainee.pk), {"role": "instructor"}
    )  # fmt: skip
    assert client.get("/home/").status_code == 302
    mail_role(Job.objects.get(kind="role.mail").payload)
    assert mail.outbox[0].to == [trainee.email]
    assert "you now have the role Instructor" in mail.outbox[0].body


def test_a_role_ends_at_once(rosa, editor, client_for):
    browser = client_for(editor)
    assert browser.get("/styleguide/").status_code == 200
    change(rosa, editor, "editor", "end")
    assert browser.get("/styleguide/").status_code in (302, 403)
    assert not editor.groups.exists()
    page = rosa.get(page_of(editor)).content.decode()
    assert "Ended" in page


def test_nobody_changes_their_own_roles(rosa, registrar):
    change(rosa, registrar, "exam_admin")
    change(rosa, registrar, "registrar", "end")
    assert roles(registrar) == {"registrar"}
    page = rosa.get(page_of(registrar)).content.decode()
    assert "Nobody changes their own roles." in page
    assert 'name="act"' not in page


def test_one_of_two_registrars_may_be_ended_the_last_may_not(registrar, make_person):
    second = make_person("Sonja Second", Role.REGISTRAR)
    assert end_role(person=second, role=Role.REGISTRAR, by=registrar)
    with pytest.raises(RoleError) as refusal:
        end_role(person=registrar, role=Role.REGISTRAR, by=None)
    assert refusal.value.code == "last_registrar"
    with pytest.raises(CommandError, match="last registrar"):
        call_command("grant_role", registrar.email, "registrar", "--end")


def test_a_registrar_whose_account_is_closed_does_not_count(registrar, make_person):
    make_person("Sonja Second", Role.REGISTRAR)
    User.objects.filter(full_name="Sonja Second").update(is_active=False)
    with pytest.raises(RoleError):
        end_role(person=registrar, role=Role.REGISTRAR, by=None)


@pytest.mark.django_db(transaction=True)
def test_two_registrars_cannot_end_each_other_at_once(registrar, make_person):
    second = make_person("Sonja Second", Role.REGISTRAR)

    def end(person, by):
        try:
            return end_role(person=person, role=Role.REGISTRAR, by=by)
        except RoleError as error:
            return error.code
        except PermissionDenied:  # the other one was quicker
            return "refused"

    at_once([lambda: end(second, registrar), lambda: end(registrar, second)])
    assert RoleGrant.objects.filter(role="registrar", ended_at=None).count() == 1


def test_the_page_asks_first_who_one_is(registrar, trainee, client_for):
    client = client_for(registrar)
    answer = client.get(page_of(trainee))
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]
    client.post(page_of(trainee), {"role": "instructor", "act": "grant"})
    assert roles(trainee) == {"trainee"}


def test_the_action_asks_for_the_permission(trainee, exam_admin):
    with pytest.raises(PermissionDenied):
        grant_role(person=trainee, role=Role.INSTRUCTOR, by=exam_admin)


@pytest.mark.parametrize("fields", [{}, {"role": "king", "act": "grant"}, {"role": "editor", "act": "crown"}])
def test_an_incomplete_form_changes_nothing(rosa, trainee, fields):
    assert rosa.post(page_of(trainee), fields).status_code == 400
    assert roles(trainee) == {"trainee"}


def test_the_list_shows_the_staff_and_finds_everybody(rosa, trainee, instructor):
    staff = rosa.get(PEOPLE).content.decode()
    assert "Ines Instructor" in staff
    assert "Ada Trainee" not in staff
    assert "Ada Trainee" in rosa.get(PEOPLE, {"q": "ada"}).content.decode()
    assert "Nobody found" in rosa.get(PEOPLE, {"q": "zzz"}).content.decode()


def test_the_list_costs_the_same_with_many(rosa, make_person):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            rosa.get(PEOPLE)
        return len(seen)

    cost()
    few = cost()
    for number in range(5):
        make_person(f"Staff {number}", Role.INSTRUCTOR, Role.EDITOR)
    assert cost() == few
