"""A short chain, and a way around its guards such as only the owner of the database has."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection

from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.append_only import guard_statements, lift_statements, run
from lms.audit.models import Event
from lms.audit.verbs import Verb

TABLE = "audit_event"
Lifted = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def chain(registrar: User, trainee: User) -> list[Event]:
    """A handful of events."""
    for number in range(3):
        record(Verb.LESSON_COMPLETED, by=trainee, target=trainee, data={"number": number})
    return list(Event.objects.all())


@pytest.fixture
def lifted() -> Lifted:
    """Lift the guards for a moment, as somebody with the owner's password could."""

    @contextmanager
    def lift() -> Iterator[None]:
        run(connection, lift_statements(connection.vendor, TABLE))
        yield
        run(connection, guard_statements(connection, TABLE))

    return lift
