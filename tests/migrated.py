"""A migrated database is made once and then copied: for each process of the suite, and for each site of `tests.house`.

The copy is kept beside the site's own data under a digest of everything that shapes it, so a changed migration leads to
a new one. Who finds none migrates as ever and keeps the result, while the others wait. `--create-db` makes it anew.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import django
import pytest
import wagtail
from django.apps import apps
from django.core.files import locks
from django.db import connection
from pytest_django import DjangoDbBlocker

from lms.audit import append_only
from lms.settings.base import VAR_DIR

FOLDER = VAR_DIR / "migrated"


def digest() -> str:
    """Return a short name for what shapes a migrated database: migrations, what runs after them, whose code it is."""
    content = sha256(f"{django.__version__} {wagtail.__version__}".encode())
    for app in apps.get_app_configs():
        for path in [Path(app.path) / "apps.py", *sorted(Path(app.path).glob("migrations/*.py"))]:
            content.update(f"{app.label} {path.name}".encode() + (path.read_bytes() if path.exists() else b""))
    content.update(Path(append_only.__file__).read_bytes())
    return content.hexdigest()[:16]


@contextmanager
def alone() -> Iterator[None]:
    """Keep other processes out while a copy is looked for, made or taken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield


class KeptFile:
    """A migrated SQLite file."""

    def __init__(self) -> None:
        """Find its place."""
        self.path = FOLDER / f"{digest()}.sqlite3"

    def lay(self, target: str | Path) -> bool:
        """Put a copy where a database shall be; False when there is none to copy."""
        if self.path.exists():
            shutil.copyfile(self.path, target)
        return self.path.exists()

    def keep(self, source: str | Path) -> None:
        """Keep a database that was just migrated and is closed, in place of older ones."""
        for old in FOLDER.glob("*.sqlite3"):
            old.unlink()
        unfinished = FOLDER / "unfinished"
        shutil.copyfile(source, unfinished)
        unfinished.rename(self.path)


class KeptTemplate:
    """A migrated database on a PostgreSQL server, for `CREATE DATABASE … TEMPLATE`."""

    def __init__(self) -> None:
        """Name it after the site's own database."""
        self.stem = f"test_{connection.settings_dict['NAME']}_migrated_"
        self.name = f"{self.stem}{digest()}"

    def lay(self, target: str) -> bool:
        """Let Django make its test database as a copy; False when there is none to copy."""
        found = self.name in self._all()
        if found:
            connection.settings_dict["TEST"]["TEMPLATE"] = self.name
        return found

    def keep(self, source: str) -> None:
        """Keep a database that was just migrated and is closed, in place of older ones."""
        for old in self._all():
            self._run(f'DROP DATABASE "{old}"')
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{source}"')

    def _all(self) -> list[str]:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.stem])
            return [name for (name,) in cursor.fetchall()]

    def _run(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """SQLite's file lies in a folder of this process that is removed with it, so what is there may be used."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_createdb: bool,
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Let the test database begin as a copy, or keep what was migrated."""
    sqlite = connection.vendor == "sqlite"
    if not sqlite and django_db_keepdb and not django_db_createdb:
        request.getfixturevalue("django_db_setup")  # the test database of an earlier run is used as it is
        return
    kept = KeptFile() if sqlite else KeptTemplate()
    options = connection.settings_dict["TEST"]
    with ExitStack() as stack, django_db_blocker.unblock():
        stack.enter_context(alone())
        copied = not django_db_createdb and kept.lay(options["NAME"])
        if copied:
            stack.close()
            options["MIGRATE"] = False
        request.getfixturevalue("django_db_setup")
        if not copied:
            connection.close()
            kept.keep(connection.settings_dict["NAME"])
