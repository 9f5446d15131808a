"""What people see when their machine is not ready: a sentence and what to do, never a traceback."""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.scripts import environment
from lms.scripts.environment import NotReady

ROOT = Path(__file__).resolve().parents[2]


def fake_python(folder: Path, version: str, *, new_enough: bool) -> Path:
    """Make a command that answers as a Python of that version would."""
    folder.mkdir(exist_ok=True)
    command = folder / "python3"
    answer = f'case "$1" in -V) echo "Python {version}";; *) exit {0 if new_enough else 1};; esac\n'
    command.write_text(f"#!/bin/sh\n{answer}")
    command.chmod(0o755)
    return command


def find_python(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with nothing on the path but a folder and the tools of the shell."""
    for tool in ("sh", "head"):
        target = path / tool
        if not target.exists():
            target.symlink_to(f"/usr/bin/{tool}" if Path(f"/usr/bin/{tool}").exists() else f"/bin/{tool}")
    return subprocess.run(
        ["/bin/sh", str(ROOT / "lms/scripts/find_python.sh")],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
    )


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    fake_python(tmp_path, "3.9.2", new_enough=False)
    done = find_python(tmp_path)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "python3 is Python 3.9.2" in done.stderr


def test_no_python_at_all_is_said(tmp_path: Path) -> None:
    done = find_python(tmp_path)
    assert (done.returncode, "apt-get install python3" in done.stderr) == (1, True)


def test_a_good_python_is_found_and_another_can_be_named(tmp_path: Path) -> None:
    good = fake_python(tmp_path, "3.12.1", new_enough=True)
    other = fake_python(tmp_path / "other", "3.13.0", new_enough=True)
    assert find_python(tmp_path).stdout.strip() == str(good)
    assert find_python(tmp_path, PYTHON=str(other)).stdout.strip() == str(other)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    done = subprocess.run(
        [sys.executable, str(ROOT / "lms/scripts/environment.py"), "runtime", "--var", str(blocked / "var")],
        capture_output=True,
        text=True,
        env={**os.environ, "THRESHOLD_VAR_DIR": ""},
    )
    assert done.returncode == 1
    assert f"Cannot write to {blocked / 'var'}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named_with_another_to_take() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NotReady, match=rf"Port {port} cannot be used(.|\n)*make demo PORT="):
            environment.check_port(port)


@pytest.mark.parametrize("port", [-1, 70000])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(NotReady, match="cannot be used"):
        environment.check_port(port)


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "lms/scripts/environment.py"), "runtime", "--var", str(tmp_path), "--port", "http"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "\nPORT=http is not a number. Take for example: make demo PORT=8001\n",
    )


@dataclass
class Apt:
    """Commands that stand in for those of Debian, and a folder of package lists."""

    folder: Path
    lists: Path

    def command(self, name: str, script: str) -> None:
        """Put a shell script on the path."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def calls(self) -> list[str]:
        """Return what apt-get was asked, one line a call."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def offers_subset(self, *, offered: bool) -> None:
        """Fetch package lists, with or without HarfBuzz-Subset in them."""
        (self.lists / "deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4").touch()
        self.command("apt-cache", f'[ "$*" = "show libharfbuzz-subset0" ] && exit {0 if offered else 100}; exit 2')

    def python(self, *, pango: bool, subset: bool = False) -> Path:
        """Return a virtual environment whose Python finds the libraries, or does once they are installed."""
        python = self.folder / "venv" / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        found = {True: "exit 0", False: f'grep -q " install .*$package" {self.folder}/log'}
        python.write_text(
            f"#!/bin/sh\ncase $2 in *harfbuzz_subset*) package=libharfbuzz-subset0; {found[subset]};; "
            f"*) package=libpango; {found[pango]};; esac 2>/dev/null\n"
        )
        python.chmod(0o755)
        return python.parents[1]


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Apt:
    """Debian without package lists and without sudo, seen by root."""
    apt = Apt(tmp_path / "commands", tmp_path / "lists")
    apt.folder.mkdir()
    apt.lists.mkdir()
    apt.command("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {apt.folder}/log; cat')
    apt.command("apt-cache", "exit 100")
    for tool in ("sh", "cat", "grep"):
        (apt.folder / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(apt.folder))
    monkeypatch.setattr(environment, "APT_LISTS", apt.lists)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return apt


@pytest.fixture
def not_root(apt: Apt, monkeypatch: pytest.MonkeyPatch) -> Apt:
    """Debian, seen by somebody who may install nothing."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return apt


PANGO_COMMAND = (
    "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fontconfig libharfbuzz-subset0"
)


def test_who_is_not_root_gets_the_exact_command(not_root: Apt) -> None:
    with pytest.raises(NotReady, match="Pango, which lays out the certificates") as refusal:
        environment.check_pango(not_root.python(pango=False))
    assert str(refusal.value).endswith(f"\n  apt-get update && {PANGO_COMMAND}")
    assert not_root.calls() == []


def test_the_command_says_sudo_where_there_is_one(not_root: Apt) -> None:
    not_root.command("sudo", "exit 1")
    with pytest.raises(NotReady) as refusal:
        environment.check_pango(not_root.python(pango=False))
    assert str(refusal.value).endswith(f"\n  sudo apt-get update && sudo {PANGO_COMMAND}")


def test_all_that_the_system_lacks_is_asked_for_at_once(not_root: Apt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(fake_python(not_root.folder, "3.11.2", new_enough=False)))
    monkeypatch.setattr(environment, "PANGO_LIBRARY", "libnowhere-1.0.so.0")
    with pytest.raises(NotReady, match="Python's venv module and Pango") as refusal:
        environment.check_system()
    venv_package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert f"{venv_package} libpango-1.0-0 libpangoft2-1.0-0 fontconfig libharfbuzz-subset0" in str(refusal.value)


def test_root_gets_it_installed_with_fresh_lists_and_no_question(apt: Apt) -> None:
    environment.check_pango(apt.python(pango=False))
    update, install = apt.calls()
    assert update == "noninteractive update -qq"
    assert install.startswith("noninteractive install -y ")
    assert install.endswith(" libpango-1.0-0 libpangoft2-1.0-0 fontconfig libharfbuzz-subset0")


def test_a_release_without_harfbuzz_subset_gets_the_rest(apt: Apt) -> None:
    apt.offers_subset(offered=False)
    environment.check_pango(apt.python(pango=False))
    assert "libpango-1.0-0" in apt.calls()[1]
    assert not any("libharfbuzz-subset0" in call for call in apt.calls())


def test_harfbuzz_subset_alone_is_installed_too(apt: Apt) -> None:
    apt.offers_subset(offered=True)
    environment.check_pango(apt.python(pango=True))
    assert apt.calls()[1].endswith(" libharfbuzz-subset0")
    assert "libpango" not in apt.calls()[1]


def test_nothing_is_installed_where_all_is_there(apt: Apt) -> None:
    environment.check_pango(apt.python(pango=True, subset=True))
    assert apt.calls() == []


@pytest.mark.parametrize(
    ("offered", "words"),
    [
        (True, "apt-get install -y --no-install-recommends libharfbuzz-subset0"),
        (False, "This release of the system has no package of it"),
    ],
)
def test_without_harfbuzz_subset_it_goes_on_and_says_so(
    not_root: Apt, capsys: pytest.CaptureFixture[str], offered: bool, words: str
) -> None:
    not_root.offers_subset(offered=offered)
    environment.check_pango(not_root.python(pango=True))
    said = capsys.readouterr().out
    assert words in said
    assert "Going on without it" in said


def test_an_installation_that_fails_shows_the_end_of_what_apt_said(apt: Apt) -> None:
    apt.command("apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100")
    with pytest.raises(NotReady, match=r"could not be installed(.|\n)*Unable to fetch some archives") as refusal:
        environment.check_pango(apt.python(pango=False))
    assert PANGO_COMMAND in str(refusal.value)


def test_a_system_without_apt_is_told_what_to_look_for(apt: Apt) -> None:
    (apt.folder / "apt-get").unlink()
    with pytest.raises(NotReady, match=r"Missing: Pango(.|\n)*dnf install pango"):
        environment.check_pango(apt.python(pango=False))


def test_harfbuzz_subset_is_found_as_the_loader_finds_it() -> None:
    version = (ctypes.c_uint * 3)()
    try:
        ctypes.CDLL("libharfbuzz-subset.so.0")
        ctypes.CDLL("libharfbuzz.so.0").hb_version(*(ctypes.byref(version, 4 * place) for place in range(3)))
    except OSError:
        version[0] = 0
    assert environment.runs(Path(sys.executable), environment.LOADS_SUBSET) == (tuple(version) >= (4, 1, 0))


def test_an_environment_of_the_same_lock_is_left_alone(tmp_path: Path) -> None:
    for name in environment.LOCKS["dev"]:
        stamp = tmp_path / f".threshold-{name}"
        stamp.write_text(environment.fingerprint(ROOT / "requirements" / name))
    environment.install(tmp_path, "dev")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no route to host", "  no route to host"),
        ("WARNING: Retrying\nERROR: No matching distribution", "  ERROR: No matching distribution"),
    ],
)
def test_an_index_out_of_reach_is_said_in_words(tmp_path: Path, said: str, shown: str) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(NotReady, match="Is the package index within reach") as refusal:
        environment.install(tmp_path, "runtime")
    assert str(refusal.value).splitlines()[1:] == [shown]
    assert not list(tmp_path.glob(".threshold-*"))
