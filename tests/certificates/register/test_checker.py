"""The program for auditors, in a process of its own that has nothing of the site: no settings, no database."""

import base64
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from certificates.models import Badge
from certificates.register.publishing import bring_up_to_date
from tests.certificates.register.test_log import grow
from tests.conftest import CAST, join, make_programme
from tests.factories.certificates import credential, signed_bytes
from tests.factories.courses import enrol
from tests.house import ROOT

pytestmark = pytest.mark.django_db

PROGRAM = ROOT / "lms" / "scripts" / "check_register.py"
SIZES = (3, 300)


@dataclass(frozen=True)
class Downloads:
    """What an auditor has: files, and a copy of the program."""

    folder: Path

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return the exit code, and what was said."""
        done = subprocess.run(
            [sys.executable, "-I", str(self.folder / "check_register.py"), *arguments],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    def proof(self, name: str = "a.tlog-proof", *more: str) -> tuple[int, str]:
        return self.run("proof", name, "--key", "keys", "--pdf", "a.pdf", "--badge", "a.json", *more)

    def growth(self, old: str = "checkpoint-3", new: str = "checkpoint-300", folder: str = ".") -> tuple[int, str]:
        return self.run("growth", old, new, "--key", "keys", "--folder", folder)

    def whole(self, checkpoint: str = "checkpoint-300", folder: str = ".") -> tuple[int, str]:
        return self.run("whole", checkpoint, "--key", "keys", "--folder", folder)


@pytest.fixture(scope="module")
def downloaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> Downloads:
    """A certificate, its proof, two checkpoints and every tile, all by their public addresses."""
    folder = tmp_path_factory.mktemp("auditor")
    downloads, client = Downloads(folder), Client()
    held = credential(enrol(join(*CAST["trainee"]), make_programme()))
    (folder / "a.pdf").write_bytes(signed_bytes(held))
    (folder / "a.json").write_bytes(bytes(Badge.objects.get().content))
    grow(held, SIZES[0] - 1)
    for size in SIZES:
        bring_up_to_date()
        (folder / f"checkpoint-{size}").write_bytes(client.get("/log/checkpoint").content)
        if size == SIZES[0]:
            grow(held, SIZES[1] - SIZES[0])
    for name, address in (
        ("a.tlog-proof", f"/certificates/{held.public_number}.tlog-proof"),
        ("keys", "/log/keys"),
        ("check_register.py", "/log/check_register.py"),
    ):
        (folder / name).write_bytes(client.get(address).content)
    code, listed = downloads.run("files", str(SIZES[1]))
    assert code == 0
    for name in listed.split():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client.get(f"/log/{name}").content)
    return downloads


def test_what_the_site_serves_is_the_program(downloaded: Downloads) -> None:
    assert (downloaded.folder / "check_register.py").read_bytes() == PROGRAM.read_bytes()
    imported = re.findall(r"^(?:from|import) (\w+)", PROGRAM.read_text(), flags=re.MULTILINE)
    assert set(imported) - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_certificate_stands_in_the_log(downloaded: Downloads) -> None:
    code, said = downloaded.proof()
    assert code == 0, said
    assert "Entry 1 of 300 in localhost:8000/log: issue on" in said
    assert "a.pdf is the PDF of this entry, byte for byte." in said
    assert said.endswith("HOLDS\n")
    assert "The PDF was not compared" in downloaded.run("proof", "a.tlog-proof", "--key", "keys")[1]


def test_the_log_grew_and_is_whole(downloaded: Downloads) -> None:
    code, said = downloaded.growth()
    assert (code, said) == (0, "localhost:8000/log: the log of 300 entries begins with the log of 3.\nHOLDS\n")
    code, said = downloaded.whole()
    assert (code, said) == (
        0,
        "localhost:8000/log: all 300 entries are there: 1 issue, 149 resume, 150 suspend.\nHOLDS\n",
    )


def test_a_key_can_be_given_by_itself(downloaded: Downloads) -> None:
    key = (downloaded.folder / "keys").read_text().strip()
    assert downloaded.run("growth", "checkpoint-3", "checkpoint-300", "--key", key, "--folder", ".")[0] == 0


def test_files_that_were_there_are_left_out(downloaded: Downloads) -> None:
    assert downloaded.run("files", "300", "--since", "256")[1].split() == ["tile/0/001.p/44", "tile/entries/001.p/44"]


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


# Starting Python costs a tenth of a second, so one process runs the program for many lines.
MANY = """
import contextlib, io, json, sys
sys.path.insert(0, ".")
import check_register
answers = []
for arguments in json.load(sys.stdin):
    sys.argv, said = ["check_register.py", *arguments], io.StringIO()
    with contextlib.redirect_stdout(said):
        code = check_register.main()
    answers.append([code, said.getvalue().strip().split("\\n")[-1]])
json.dump(answers, sys.stdout)
"""


def verdicts(downloads: Downloads, calls: list[tuple[str, ...]]) -> set[tuple[int, str]]:
    """Run the program with each of these arguments; return the codes and last words."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", MANY],
        input=json.dumps(calls),
        cwd=downloads.folder,
        env={},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {(code, word) for code, word in json.loads(done.stdout)}


REFUSED = {(1, "DOES NOT HOLD")}


def spread(length: int, count: int) -> list[int]:
    """Some places of a file, from the first byte to the last."""
    return sorted({round(step * (length - 1) / (count - 1)) for step in range(count)})


def spoilt(downloads: Downloads, name: str, count: int | None = None) -> list[str]:
    """Write copies of a file that differ in one byte each, at every place or at some, and return their names."""
    content = (downloads.folder / name).read_bytes()
    places = spread(len(content), count) if count else range(len(content))
    names = []
    for place in places:
        names.append(f"spoilt-{place}-{name}")
        (downloads.folder / names[-1]).write_bytes(flipped(content, place))
    return names


def test_another_byte_anywhere_in_the_proof_is_found(downloaded: Downloads) -> None:
    names = spoilt(downloaded, "a.tlog-proof")
    assert len(names) > 700
    assert verdicts(downloaded, [("proof", name, "--key", "keys", "--pdf", "a.pdf") for name in names]) == REFUSED


@pytest.mark.parametrize("option", ["--pdf", "--badge"])
def test_another_byte_anywhere_in_a_file_is_found(option: str, downloaded: Downloads) -> None:
    names = spoilt(downloaded, "a.pdf" if option == "--pdf" else "a.json", 60)
    assert verdicts(downloaded, [("proof", "a.tlog-proof", "--key", "keys", option, name) for name in names]) == REFUSED


@pytest.mark.parametrize("place", ["old", "new"])
def test_another_byte_anywhere_in_a_checkpoint_is_found(place: str, downloaded: Downloads) -> None:
    old = spoilt(downloaded, "checkpoint-3") if place == "old" else ["checkpoint-3"]
    new = spoilt(downloaded, "checkpoint-300") if place == "new" else ["checkpoint-300"]
    calls = [("growth", first, second, "--key", "keys", "--folder", ".") for first in old for second in new]
    assert len(calls) > 100
    assert verdicts(downloaded, calls) == REFUSED


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/44"])
def test_another_byte_anywhere_in_a_tile_is_found(name: str, downloaded: Downloads) -> None:
    content = (downloaded.folder / name).read_bytes()
    calls: list[tuple[str, ...]] = []
    for place in spread(len(content), 20):
        folder = downloaded.folder / f"spoilt-tiles-{name.replace('/', '-')}-{place}"
        shutil.copytree(downloaded.folder / "tile", folder / "tile")
        (folder / name).write_bytes(flipped(content, place))
        calls.append(("whole", "checkpoint-300", "--key", "keys", "--folder", folder.name))
        if "entries" not in name:
            calls.append(("growth", "checkpoint-3", "checkpoint-300", "--key", "keys", "--folder", folder.name))
    assert verdicts(downloaded, calls) == REFUSED


def test_what_was_not_spoilt_holds_the_same_way(downloaded: Downloads) -> None:
    """The many runs of one process would find whole files whole."""
    calls: list[tuple[str, ...]] = [
        ("proof", "a.tlog-proof", "--key", "keys", "--pdf", "a.pdf", "--badge", "a.json"),
        ("growth", "checkpoint-3", "checkpoint-300", "--key", "keys", "--folder", "."),
        ("whole", "checkpoint-300", "--key", "keys", "--folder", "."),
    ]
    assert verdicts(downloaded, calls) == {(0, "HOLDS")}


def test_another_key_signed_nothing(downloaded: Downloads) -> None:
    peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    code, said = downloaded.run("proof", "a.tlog-proof", "--key", peter)
    assert (code, said) == (1, "None of the keys signed the checkpoint.\nDOES NOT HOLD\n")


def test_checkpoints_the_other_way_round_do_not_follow(downloaded: Downloads) -> None:
    code, said = downloaded.growth("checkpoint-300", "checkpoint-3")
    assert (code, said.split("\n")[0]) == (1, "The second checkpoint is not a later one of the same log.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("proof", "none.tlog-proof", "--key", "keys"),
        ("proof", "a.tlog-proof", "--key", "none"),
        ("proof", "a.tlog-proof", "--key", "a+b"),
        ("whole", "checkpoint-300", "--key", "keys", "--folder", "nowhere"),
        ("proof",),
    ],
)
def test_what_cannot_be_read_is_no_verdict(arguments: tuple[str, ...], downloaded: Downloads) -> None:
    code, said = downloaded.run(*arguments)
    assert code == 2
    assert "Traceback" not in said
    assert "HOLD" not in said.replace("check_register", "")


def test_an_entry_may_be_as_long_as_its_line_says(downloaded: Downloads) -> None:
    """The proof is read by its lines: the entry in it is the one that was published."""
    extra = (downloaded.folder / "a.tlog-proof").read_text().split("\n")[1].removeprefix("extra ")
    entry = base64.b64decode(extra)
    assert (downloaded.folder / "tile/entries/000").read_bytes().startswith(len(entry).to_bytes(2) + entry)
