"""Tests that commit for real end with the database as the migrations left it, guards and first rows included.

Django empties the tables after such a test. Our triggers refuse to let evidence go, and pages, groups and the head of
the audit chain come from migrations. So the rows that migrations made are copied aside once, and after such a test the
triggers are lifted, the tables emptied, the copies put back, and the triggers restored, all by SQL: saving model
objects would wake signal handlers that make rows of their own.
"""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from wagtail.models import Site

COPY = "first_rows_of_"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Copy the rows that migrations made, and put them back whenever a committing test ends."""
    with django_db_blocker.unblock():
        copied = _copy_first_rows()

    def restore(case: TransactionTestCase) -> None:
        triggers = _lift_triggers()
        _empty_tables()
        _put_back(copied)
        _restore_triggers(triggers)
        ContentType.objects.clear_cache()
        Site.clear_site_root_paths_cache()

    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = restore  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _copy_first_rows() -> list[str]:
    """Copy every table that holds rows now, and return their names."""
    copied = []
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'DROP TABLE IF EXISTS "{COPY}{table}"')
                cursor.execute(f'CREATE TABLE "{COPY}{table}" AS SELECT * FROM "{table}"')
                copied.append(table)
    return copied


def _empty_tables() -> None:
    statements = connection.ops.sql_flush(no_style(), _tables(), reset_sequences=False, allow_cascade=False)
    connection.ops.execute_sql_flush(statements)


def _put_back(tables: list[str]) -> None:
    # One transaction: our foreign keys are checked at its end, so the order of tables does not matter.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{COPY}{table}"')


def _lift_triggers() -> list[str]:
    """Switch our triggers off and return the statements that switch them on again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_keep') > 0")
            found = cursor.fetchall()
            for name, _ in found:
                cursor.execute(f'DROP TRIGGER "{name}"')
            return [sql for _, sql in found]
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE '%\\_keep%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        return [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in tables]


def _restore_triggers(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
