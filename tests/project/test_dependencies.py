"""Every dependency has a reason, a hash and a use; no lock file names a package index."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text()
LOCKS = ["runtime.txt", "dev.txt"]
IMPORT = re.compile(r"^ *(?:from|import) (\w+)", re.MULTILINE)
# Used without an import statement of ours.
BY_NAME = {
    "argon2-cffi": "PASSWORD_HASHERS",
    "gunicorn": "started as a programme",
    "psycopg": "database backend",
    "django-csp": "MIDDLEWARE",
    "django-storages": "STORAGES",
    "whitenoise": "MIDDLEWARE",
}


def normal(name: str) -> str:
    """Return the normalised name of a distribution."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", name)[0]).lower()


def declared() -> list[str]:
    """Return the runtime dependencies by name."""
    return [normal(line) for line in tomllib.loads(PYPROJECT)["project"]["dependencies"]]


def test_every_dependency_says_why() -> None:
    lines = re.findall(r'^    "([a-z][^"]*(?:>=|==)[^"]*)",?(.*)$', PYPROJECT, flags=re.MULTILINE)
    assert len(lines) >= len(declared())
    assert [name for name, rest in lines if not re.match(r"\s*# \w+", rest)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_everything_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "==" not in block.split()[0] or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_every_declared_dependency(name: str) -> None:
    locked = {
        normal(line) for line in re.findall(r"^[a-z0-9][^=]*==", (ROOT / "requirements" / name).read_text(), re.M)
    }
    assert set(declared()) <= locked


def test_every_runtime_dependency_is_used() -> None:
    imported = {
        module
        for package in ("lms", "content", "courses", "exams", "certificates")
        for path in (ROOT / package).glob("**/*.py")
        for module in IMPORT.findall(path.read_text())
    }
    assert [name for name in declared() if name not in BY_NAME and not modules_of(name) & imported] == []


def modules_of(name: str) -> set[str]:
    """Return the top-level modules that an installed distribution brings."""
    files = distribution(name).files or []
    return {file.parts[0].removesuffix(".py") for file in files if file.suffix == ".py"}
