"""Sessions in the database, read by a statement that is built once.

Every request of a signed-in person begins with it, and building the query was most of its cost. All else is Django's.
"""

from functools import cache

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connections, router
from django.utils import timezone


class SessionStore(db.SessionStore):
    """A session that lives in the database and nowhere else."""

    def _get_session_from_db(self) -> Session | None:
        """Return the stored session, or None when there is none or it has run out."""
        using = router.db_for_read(Session)
        connection = connections[using]
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        found: list[Session] = list(Session.objects.using(using).raw(_statement(using), [self.session_key, now]))
        if not found:
            self._session_key = None
            return None
        return found[0]


@cache
def _statement(using: str) -> str:
    """Return the statement; its two parameters are the key, then the moment at which it has to hold."""
    rows = Session.objects.using(using).filter(session_key="").filter(expire_date__gt=timezone.now())
    statement, _ = rows.query.get_compiler(connection=connections[using]).as_sql()
    return str(statement)
