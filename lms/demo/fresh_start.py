"""Starting the demonstration over."""

import shutil
from pathlib import Path

# Only what the site itself writes is removed: `THRESHOLD_VAR_DIR` may be a folder that holds other things too.
FILES = ("threshold.sqlite3", "threshold.sqlite3-wal", "threshold.sqlite3-shm", "demo-error.txt")
FOLDERS = ("demo", "keys", "log", "mail", "pki", "private", "public", "register", "static")


def remove_site_data(var_dir: Path) -> None:
    """Remove database, files, keys, mail and logs of the site. Never call it while the site runs."""
    for name in FILES:
        (var_dir / name).unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(var_dir / name, ignore_errors=True)
