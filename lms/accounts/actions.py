"""Things that happen to accounts: joining, roles granted and ended."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from lms.accounts.models import RoleGrant, User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import CMS_GROUPS, Role
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def create_person(*, email: str, full_name: str, password: str | None, by: User | None, time_zone: str = "UTC") -> User:
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
    """Give a role to a person; a role already held stays as it is. Some roles join a group of the CMS."""
    grant, created = RoleGrant.objects.get_or_create(
        person=person, role=role.value, ended_at=None, defaults={"granted_by": by}
    )
    if created:
        record(Verb.ROLE_GRANTED, by=by, target=person, data={"role": role.value})
    if role in CMS_GROUPS:
        person.groups.add(Group.objects.get(name=CMS_GROUPS[role]))
    person.__dict__.pop("roles", None)
    return grant


@transaction.atomic
def end_role(*, person: User, role: Role, by: User | None) -> bool:
    """End a role; it is gone on the person's next request. False when it was not held."""
    ended = RoleGrant.objects.filter(person=person, role=role.value, ended_at=None).update(ended_at=timezone.now())
    if ended:
        record(Verb.ROLE_ENDED, by=by, target=person, data={"role": role.value})
    if role in CMS_GROUPS:
        person.groups.remove(Group.objects.get(name=CMS_GROUPS[role]))
    person.__dict__.pop("roles", None)
    return bool(ended)
