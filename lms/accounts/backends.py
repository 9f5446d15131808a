"""Reading the signed-in person at the beginning of a request: account and roles in one query."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connections, router
from django.db.models import F, FilteredRelation, Q

from lms.accounts.models import User
from lms.accounts.roles import Role


class PersonBackend(AuthenticationBackend):
    """Allauth's door; it brings the roles along, for nearly every request asks for them."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session with the roles held now, or None when the account is gone or closed."""
        using = router.db_for_read(User)
        rows: list[Any] = list(
            User.objects.using(using).raw(_person_with_roles(using), [User._meta.pk.get_prep_value(user_id)])
        )
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        person: User = rows[0]
        person.roles = frozenset(Role(row.held_role) for row in rows if row.held_role is not None)
        return person


@cache
def _person_with_roles(using: str) -> str:
    """Return the statement, one row for each role or one without; the ORM builds it once, not at every request."""
    held = FilteredRelation("role_grants", condition=Q(role_grants__ended_at__isnull=True))
    rows = User.objects.using(using).filter(pk=0).annotate(held=held, held_role=F("held__role"))
    statement, _ = rows.query.get_compiler(connection=connections[using]).as_sql()  # its one parameter is the id
    return str(statement)
