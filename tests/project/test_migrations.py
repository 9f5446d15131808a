"""Migrations are complete, and the guards they lay are still there at the end."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from lms.audit.append_only import AppendOnly

pytestmark = pytest.mark.django_db


def guarded_tables() -> set[str]:
    """Return the tables that any migration guards."""
    loader = MigrationLoader(connection)
    return {
        operation.table
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }


def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_every_guard_stands_after_all_migrations() -> None:
    """SQLite makes a table anew for many changes and drops its triggers; then `AppendOnly` must come again."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    suffixes = (
        ("keep", "keep_all") if connection.vendor == "postgresql" else ("keep_update", "keep_delete", "keep_replace")
    )
    assert {f"{table}_{suffix}" for table in guarded_tables() for suffix in suffixes} <= present
    assert "audit_event" in guarded_tables()


def test_migrations_have_names_that_say_something() -> None:
    ours = [name for app, name in MigrationLoader(connection).disk_migrations if app in {"audit", "jobs", "accounts"}]
    assert not [name for name in ours if "_auto_" in name]
