"""Probes: alive, ready, and what is wrong, without telling strangers anything else."""

import shutil
from collections import namedtuple
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from lms.dashboard.views import health

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def _fresh_answers() -> Iterator[None]:
    health.readiness.cache_clear()
    health.demand_migrations.cache_clear()
    yield
    health.readiness.cache_clear()
    health.demand_migrations.cache_clear()


def test_live_needs_no_database(client: Client) -> None:
    assert client.get("/live").json() == {"live": True}


def test_ready(client: Client, db: None) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": True, "migrations": True, "disk": True}}


def test_not_ready_while_a_migration_is_missing(client: Client, db: None) -> None:
    ((_, newest),) = MigrationLoader(connection).graph.leaf_nodes("accounts")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name = %s", [newest])
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, False)


@pytest.mark.parametrize(("free", "status"), [(11, 200), (10, 503), (0, 503)])
def test_not_ready_when_the_disk_is_nearly_full(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 100 - free, free))
    assert client.get("/ready").status_code == status


def test_not_ready_without_a_database_to_write(client: Client, db: None) -> None:
    off, on = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET TRANSACTION READ ONLY", "SELECT 1"),  # ends with the test's transaction
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
        try:
            answer = client.get("/ready")
        finally:
            cursor.execute(on)
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, False)


def test_robots_are_kept_out_of_private_pages(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /cms/" in answer.content.decode()
