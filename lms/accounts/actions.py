"""Things that happen to accounts: joining, roles granted and ended."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from lms.accounts.errors import RoleError
from lms.accounts.models import RoleGrant, User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import EDITORS_GROUP, Role
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue


@transaction.atomic
def create_person(*, email: str, full_name: str, password: str | None, by: User | None, time_zone: str = "") -> User:
    """Create an account with a verified address, as an administrator or the demonstration does."""
    from allauth.account.models import EmailAddress

    person = User.objects.create_user(email, password, full_name=full_name, time_zone=time_zone)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record(Verb.ACCOUNT_CREATED, by=by or person, target=person)
    return person


@transaction.atomic
def change_details(*, person: User, full_name: str, time_zone: str, by: User) -> bool:
    """Change the own name and clock; False when both stay as they are.

    The event names the fields, not the names: the trail cannot forget. Credentials keep the name they were issued with.
    Raises `PermissionDenied` for somebody else's account.
    """
    demand(by, Permission.ACCOUNT_READ)
    if by.pk != person.pk:
        raise PermissionDenied("Only the person themselves may change these details.")
    stored = User.objects.get(pk=person.pk)
    wanted = {"full_name": full_name, "time_zone": time_zone}
    changed = [name for name, value in wanted.items() if getattr(stored, name) != value]
    if not changed:
        return False
    User.objects.filter(pk=person.pk).update(**wanted)
    record(Verb.ACCOUNT_CHANGED, by=by, target=person, data={"fields": changed})
    return True


@transaction.atomic
def grant_role(*, person: User, role: Role, by: User | None) -> RoleGrant:
    """Give a role to a person; a role already held stays as it is. Editors join Wagtail's group of editors.

    `by=None` is whoever runs the site, at the command line. Raises `RoleError` `own_roles`.
    """
    _demand_for_roles(person, by)
    grant, created = RoleGrant.objects.get_or_create(
        person=person, role=role.value, ended_at=None, defaults={"granted_by": by}
    )
    if created:
        _roles_changed(Verb.ROLE_GRANTED, grant, by)
    if role is Role.EDITOR:
        person.groups.add(Group.objects.get(name=EDITORS_GROUP))
    person.__dict__.pop("roles", None)
    return grant


@transaction.atomic
def end_role(*, person: User, role: Role, by: User | None) -> bool:
    """End a role; it is gone on the person's next request. False when it was not held.

    Raises `RoleError`: `own_roles`, or `last_registrar`, for then nobody could grant roles any more.
    """
    _demand_for_roles(person, by)
    # The rows are locked, so that two registrars cannot end each other at one moment.
    held = list(RoleGrant.objects.select_for_update().filter(role=role.value, ended_at=None, person__is_active=True))
    if role is Role.REGISTRAR and [grant.person_id for grant in held] == [person.pk]:
        raise RoleError("last_registrar", "This is the last registrar. Grant the role to somebody else first.")
    grant = RoleGrant.objects.filter(person=person, role=role.value, ended_at=None).first()
    ended = grant and RoleGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=timezone.now())
    if grant and ended:
        _roles_changed(Verb.ROLE_ENDED, grant, by)
    if role is Role.EDITOR:
        person.groups.remove(Group.objects.get(name=EDITORS_GROUP))
    person.__dict__.pop("roles", None)
    return bool(ended)


def _demand_for_roles(person: User, by: User | None) -> None:
    if by is None:
        return
    demand(by, Permission.ROLE_GRANT)
    if by.pk == person.pk:
        raise RoleError("own_roles", "Nobody changes their own roles. Ask another registrar.")


def _roles_changed(verb: Verb, grant: RoleGrant, by: User | None) -> None:
    """Note the change; when a person made it, write to whom it concerns and end their sessions (S-17)."""
    record(verb, by=by, target=grant.person, data={"role": grant.role})
    if by is None:
        return
    news = "granted" if verb is Verb.ROLE_GRANTED else "ended"
    enqueue("role.mail", key=f"role.mail:{news}:{grant.pk}", payload={"grant": grant.pk, "news": news})
    for session in UserSession.objects.filter(user=grant.person):
        session.end()
