"""What people see when their machine is not ready: a sentence and what to do, never a traceback."""

import os
import socket
import subprocess
import sys
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


def test_who_is_not_root_gets_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NotReady, match=r"sudo apt-get install libpango-1\.0-0") as refusal:
        environment.install_system_packages(environment.PANGO_PACKAGES, "Pango", elsewhere="macOS: brew install pango")
    assert "brew install pango" in str(refusal.value)


def test_missing_pango_is_found_out_by_loading_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(NotReady, match="Pango, which lays out the certificates"):
        environment.check_pango(tmp_path / "venv")


def test_an_environment_of_the_same_lock_is_left_alone(tmp_path: Path) -> None:
    for name in environment.LOCKS["dev"]:
        stamp = tmp_path / f".threshold-{name}"
        stamp.write_text(environment.fingerprint(ROOT / "requirements" / name))
    environment.install(tmp_path, "dev")


def test_an_index_out_of_reach_is_said_in_words(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho 'no route to host' >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(NotReady, match=r"Is the package index within reach(.|\n)*no route to host"):
        environment.install(tmp_path, "runtime")
    assert not list(tmp_path.glob(".threshold-*"))
