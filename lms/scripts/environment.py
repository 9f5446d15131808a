"""Makes the virtual environment ready, or says in plain words what is missing. Standard library only.

Called by the Makefile with a Python that is new enough (see `find_python.sh`). Does nothing but a few quick looks when
everything is in place already.
"""

import argparse
import ctypes
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
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "fontconfig"]
SUBSET_PACKAGE = "libharfbuzz-subset0"
ELSEWHERE = "Debian and Ubuntu have packages that this script knows. Fedora: sudo dnf install pango python3"
PANGO_LIBRARY = "libpangoft2-1.0.so.0"
APT_LISTS = Path("/var/lib/apt/lists")
LOADS_PANGO = "import weasyprint"
# The very condition under which WeasyPrint takes HarfBuzz to cut fonts down (weasyprint/pdf/fonts.py).
LOADS_SUBSET = """
import sys
from weasyprint.text.ffi import harfbuzz, harfbuzz_subset
sys.exit(not (harfbuzz_subset and harfbuzz.hb_version_atleast(4, 1, 0)))
"""
SECONDS_FOR_APT_LOCK = 120
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
            check_port(port_number(options.port))
        check_system()
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
    parser.add_argument("--port")
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
            f"Cannot write to {folder}, the place of {purpose}: {error.strerror}.\n"
            "Give yourself the right to write there, or work in a copy of your own."
        ) from error


def port_number(text: str) -> int:
    """Return the port that was asked for."""
    try:
        return int(text)
    except ValueError as error:
        raise NotReady(f"PORT={text} is not a number. Take for example: make demo PORT=8001") from error


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


def check_system() -> None:
    """See that the system brings what pip cannot, in one go; the packages of Debian are named or installed."""
    packages, parts = [], []
    if not has_module("ensurepip"):
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
        parts.append("Python's venv module")
    if sys.platform == "linux" and not loads(PANGO_LIBRARY):
        packages += PANGO_PACKAGES
        parts.append("Pango, which lays out the certificates")
    if packages:
        install_system_packages(packages, " and ".join(parts))


def loads(library: str) -> bool:
    """Say whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def make_venv(venv: Path) -> None:
    """Make the virtual environment unless a working one is there."""
    python = venv / "bin" / "python"
    if python.exists() and runs(python, "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        return
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
            f"{last_lines(told(done.stderr) or done.stdout)}"
        )
    for name, stamp in stamps.items():
        stamp.write_text(wanted[name])


def told(output: str) -> str:
    """Return what pip calls errors, without its account of every attempt, or all where it calls nothing so."""
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    return "\n".join(errors) or output


def fingerprint(lock: Path) -> str:
    """Return what must be the same for an installed lock to count as this one."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def check_pango(venv: Path) -> None:
    """See that WeasyPrint finds its libraries; without HarfBuzz-Subset it works, slowly, so that is only said."""
    python = venv / "bin" / "python"
    if runs(python, LOADS_SUBSET):
        return
    if not runs(python, LOADS_PANGO):
        install_system_packages(PANGO_PACKAGES, "Pango, which lays out the certificates")
        if not runs(python, LOADS_PANGO):
            raise NotReady(f"Pango was installed, yet WeasyPrint cannot load it. Try: {python} -m weasyprint --info")
    if not runs(python, LOADS_SUBSET):
        try:
            install_system_packages([], "HarfBuzz-Subset 4.1 or newer, which makes certificates quick")
        except NotReady as problem:
            say(f"{problem}\nGoing on without it: certificates come out right, but each takes half a second longer.\n")


def install_system_packages(packages: list[str], what: str) -> None:
    """Install Debian packages as root; raise `NotReady` with the exact command for everybody else.

    HarfBuzz-Subset comes with them wherever the release has it (Ubuntu 22.04 does not).
    """
    apt = shutil.which("apt-get")
    if apt is None:
        raise NotReady(f"Missing: {what}. Install it, then run the same command again.\n  {ELSEWHERE}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if os.geteuid() == 0:
        # Package lists may be absent or stale. Where they cannot be fetched, those that are there may still do.
        say(f"Fetching the package lists for {what} ...")
        subprocess.run([apt, "update", "-qq"], stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    if not (packages := with_subset(packages)):
        raise NotReady(f"Missing: {what}. This release of the system has no package of it.")
    command = install_command(packages)
    if os.geteuid() != 0:
        raise NotReady(f"Missing: {what}. Run this as root, then the same command as before again:\n  {command}")
    say(f"Installing {what}: {' '.join(packages)} ...")
    options = ["-y", "-qq", "--no-install-recommends", f"-oDPkg::Lock::Timeout={SECONDS_FOR_APT_LOCK}"]
    done = subprocess.run(
        [apt, "install", *options, *packages],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode != 0:
        raise NotReady(f"{what} could not be installed with this command:\n  {command}\n{last_lines(done.stderr)}")


def with_subset(packages: list[str]) -> list[str]:
    """Add HarfBuzz-Subset, unless apt has package lists and it is in none of them."""
    apt_cache = shutil.which("apt-cache")
    if apt_cache and any(APT_LISTS.glob("*_Packages*")):
        offered = subprocess.run([apt_cache, "show", SUBSET_PACKAGE], capture_output=True).returncode == 0
        return [*packages, SUBSET_PACKAGE] if offered else packages
    return [*packages, SUBSET_PACKAGE]


def install_command(packages: list[str]) -> str:
    """Return what a person types to install Debian packages, with sudo where there is one."""
    sudo = "" if os.geteuid() == 0 or shutil.which("sudo") is None else "sudo "
    install = f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"{sudo}apt-get update && {install}"


def last_lines(text: str, count: int = 12) -> str:
    """Return the end of a programme's output, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-count:])


if __name__ == "__main__":
    sys.exit(main())
