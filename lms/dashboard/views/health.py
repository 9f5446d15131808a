"""Answers for probes and robots: is the process alive, can it do its work, what may be indexed (R-14).

No version, name or path stands in them: anybody may ask.
"""

import shutil
import time
import uuid
from functools import cache, lru_cache

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from lms.accounts.permissions import public
from lms.jobs.models import Job

LEAST_FREE_SHARE = 0.10
# Anybody may ask as often as they like; the database hears of it at most this often per process.
ASK_EVERY_SECONDS = 2
CLOSED_TO_ROBOTS = ("/account/", "/accounts/", "/audit/", "/cms/", "/home/", "/jobs/", "/styleguide/")


class MigrationsMissing(Exception):
    """The code expects tables that the database does not have yet."""


@public
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return JsonResponse({"live": True})


@public
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served: 200, or 503 with the checks that failed."""
    checks = readiness(int(time.monotonic() // ASK_EVERY_SECONDS))
    return JsonResponse({"ready": all(checks.values()), "checks": checks}, status=200 if all(checks.values()) else 503)


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Keep search engines out of pages behind the door."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@lru_cache(maxsize=1)
def readiness(moment: int) -> dict[str, bool]:
    """Run the checks once per `moment` (a counter that grows every `ASK_EVERY_SECONDS`)."""
    writable = _database_writable()
    return {"database": writable, "migrations": writable and _migrations_applied(), "disk": _disk_has_room()}


def _database_writable() -> bool:
    # An update of no row takes the write lock and fails on a read-only database, and leaves nothing behind.
    try:
        with transaction.atomic():
            Job.objects.filter(pk=uuid.UUID(int=0)).update(last_error="")
    except DatabaseError:
        return False
    return True


def _migrations_applied() -> bool:
    try:
        demand_migrations()
    except MigrationsMissing:
        return False
    return True


@cache
def demand_migrations() -> None:
    """Raise `MigrationsMissing` until all migrations are applied; then the answer is remembered."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsMissing


def _disk_has_room() -> bool:
    usage = shutil.disk_usage(settings.VAR_DIR if settings.VAR_DIR.exists() else settings.BASE_DIR)
    return usage.free / usage.total > LEAST_FREE_SHARE
