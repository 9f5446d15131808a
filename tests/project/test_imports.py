"""The order of packages and kinds of file is a contract; here it is held, and shown to be able to break."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["certificates", "exams", "courses", "content", "lms.accounts", "lms.jobs", "lms.audit"]
# Kinds of file that only their own package may import, and the top of the house that puts parts together.
PRIVATE = [
    *("urls", "views", "forms", "admin", "wagtail_hooks", "receivers", "schedule", "tasks", "management"),
    *("rendering", "signing", "verification", "evidence", "loading"),
]
TOP = ("lms.urls", "lms.management", "lms.demo", "lms.dashboard.views.styleguide")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import between our packages."""
    return grimp.build_graph("lms", "content", "courses", "exams", "certificates", cache_dir=None)


def private_modules(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    """Yield (package, private module), modules inside private packages included."""
    for package in PACKAGES:
        for kind in PRIVATE:
            name = f"{package}.{kind}"
            if name in graph.modules:
                yield from ((package, module) for module in {name} | graph.find_descendants(name))


def test_every_import_contract_holds() -> None:
    # A process of its own: in this one the linter would silence every logger there is.
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_entry_points_and_workers_are_a_packages_own_business(graph: grimp.ImportGraph) -> None:
    strangers = [
        f"{importer} imports {module}"
        for package, module in private_modules(graph)
        for importer in graph.find_modules_that_directly_import(module)
        if not f"{importer}.".startswith((f"{package}.", *(f"{top}." for top in TOP)))
    ]
    assert strangers == []


def test_private_kinds_are_found_at_all(graph: grimp.ImportGraph) -> None:
    assert ("lms.accounts", "lms.accounts.forms") in set(private_modules(graph))


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    names = {
        path.stem
        for package in ("lms", "content", "courses", "exams", "certificates")
        for path in ROOT.glob(f"{package}/**/*.py")
    }
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_the_packages_of_this_test_exist() -> None:
    assert all(find_spec(package) for package in PACKAGES)
