"""Makes the virtual environment ready, or says in plain words what is missing. Standard library only.

Called by the Makefile with a Python that is new enough (see `find_python.sh`). Does nothing but a few quick looks when
everything is in place already.
"""

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"runtime": ["runtime.txt"], "dev": ["dev.txt", "runtime.txt"]}
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"]
PANGO_ELSEWHERE = "Fedora: sudo dnf install pango; macOS: brew install pango"
FIRST_FREE_FOR_USERS = 1024


class NotReady(Exception):
    """Something is missing; the text says what, and what to do."""


def main() -> int:
    """Prepare what was asked for; 0 when ready, 1 with a plain message when not."""
    options = parse_arguments()
    try:
        check_writable(options.venv.parent, "the virtual environment")
        check_writable(options.var, "the database and the files of the site")
        if options.port is not None:
            check_port(options.port)
        make_venv(options.venv)
        install(options.venv, options.kind)
        check_pango(options.venv)
    except NotReady as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    return 0


def parse_arguments() -> argparse.Namespace:
    """Read which lock file to install, where, and which port must be free."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(LOCKS))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("THRESHOLD_VAR_DIR") or ROOT / "var"))
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    options.venv = options.venv.absolute()
    return options


def say(text: str) -> None:
    """Tell people what goes on."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def check_writable(folder: Path, purpose: str) -> None:
    """Try to write into a folder, making it if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NotReady(
            f"Cannot write to {folder}, where {purpose} go: {error.strerror}.\n"
            "Give yourself the right to write there, or work in a copy of your own."
        ) from error


def check_port(port: int) -> None:
    """Try to take the port of the web server."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise NotReady(
                f"Port {port} needs root. Take one from {FIRST_FREE_FOR_USERS}: make demo PORT=8001"
            ) from error
        except (OSError, OverflowError) as error:
            raise NotReady(
                f"Port {port} cannot be used: another programme has it, or it is not a port.\n"
                f"Stop that programme, or take another port: make demo PORT={8001 if port == 8000 else 8000}"
            ) from error


def make_venv(venv: Path) -> None:
    """Make the virtual environment unless a working one is there."""
    python = venv / "bin" / "python"
    if python.exists() and runs(python, "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        return
    if not has_module("ensurepip"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_system_packages([package], "Python's venv module")
    say(f"Making the virtual environment {venv} with Python {sys.version.split()[0]} ...")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True)
    if done.returncode != 0:
        raise NotReady(f"The virtual environment could not be made:\n{last_lines(done.stdout + done.stderr)}")


def has_module(name: str) -> bool:
    """Ask a fresh process, for a package that was just installed is not seen by this one."""
    return runs(Path(sys.executable), f"import {name}")


def runs(python: Path, code: str) -> bool:
    """Say whether some lines run without an error."""
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def install(venv: Path, kind: str) -> None:
    """Install the hash-pinned packages of a lock file, unless the same lock is installed already."""
    wanted = {name: fingerprint(ROOT / "requirements" / name) for name in LOCKS[kind]}
    stamps = {name: venv / f".threshold-{name}" for name in wanted}
    if all(stamp.exists() and stamp.read_text() == wanted[name] for name, stamp in stamps.items()):
        return
    lock = ROOT / "requirements" / LOCKS[kind][0]
    say(f"Installing the packages of requirements/{lock.name} (a minute or two, only when the lock changes) ...")
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
    command += ["--disable-pip-version-check", "--requirement", str(lock)]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise NotReady(
            f"The packages could not be installed. Is the package index within reach?\n"
            f"{last_lines(done.stderr or done.stdout)}"
        )
    for name, stamp in stamps.items():
        stamp.write_text(wanted[name])


def fingerprint(lock: Path) -> str:
    """Return what must be the same for an installed lock to count as this one."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def check_pango(venv: Path) -> None:
    """See that the library which lays out the certificate can be loaded, or install it as root on Debian."""
    python = venv / "bin" / "python"
    if runs(python, "import weasyprint"):
        return
    install_system_packages(PANGO_PACKAGES, "Pango, which lays out the certificates", elsewhere=PANGO_ELSEWHERE)
    if not runs(python, "import weasyprint"):
        raise NotReady(
            "Pango was installed, yet WeasyPrint still cannot load it. Try: .venv/bin/python -m weasyprint --info"
        )


def install_system_packages(packages: list[str], what: str, *, elsewhere: str = "") -> None:
    """Install Debian packages as root; raise `NotReady` with the exact command for everybody else."""
    command = f"sudo apt-get install {' '.join(packages)}"
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        advice = f"\n{elsewhere}" if elsewhere else ""
        raise NotReady(f"{what} is missing. Install it, then run the same command again:\n  {command}{advice}")
    say(f"Installing {what}: {' '.join(packages)} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run([apt, *arguments], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise NotReady(f"{what} could not be installed with `{command}`:\n{last_lines(done.stderr or done.stdout)}")


def last_lines(text: str, count: int = 12) -> str:
    """Return the end of a programme's output, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-count:])


if __name__ == "__main__":
    sys.exit(main())
