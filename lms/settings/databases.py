"""Database settings: SQLite for one host by default, PostgreSQL through `DATABASE_URL`."""

from pathlib import Path
from typing import Any

import environ

# FULL: what we acknowledge must survive a power cut, not only a killed process.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-16000;"
)


def database_settings(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """Read `DATABASE_URL`; without one, an SQLite file under `var_dir`."""
    settings: dict[str, Any] = dict(env.db("DATABASE_URL", default=f"sqlite:///{var_dir / 'threshold.sqlite3'}"))
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        Path(settings["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
        # Reopening the file costs about 2 ms of CPU per request.
        settings["CONN_MAX_AGE"] = None
    else:
        # See docs/decisions/0007: each connection plans a statement once, and each thread keeps its connection.
        settings["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 2}
        settings["CONN_MAX_AGE"] = None
        settings["CONN_HEALTH_CHECKS"] = True
    return settings
