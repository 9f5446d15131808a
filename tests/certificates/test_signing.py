"""Our signature, judged by programs that are not ours."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from certificates.issuer_keys import SigningIdentity, signing_identity
from certificates.rendering import render
from certificates.signing import sign
from tests.factories.certificates import RECORD

MOMENT = datetime(2026, 11, 14, 10, 30, tzinfo=UTC)


def make(identity: SigningIdentity | None = None) -> bytes:
    return sign(render(RECORD, development=True), record=RECORD, identity=identity or signing_identity(), moment=MOMENT)


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "signed.pdf"
    path.write_bytes(make())
    return path


def dictionary(content: bytes) -> Any:
    pdf = pikepdf.open(io.BytesIO(content))
    return pdf.Root.AcroForm.Fields[0].V, pdf


def test_it_is_a_certifying_pades_signature_without_changes() -> None:
    value, pdf = dictionary(make())
    assert value.SubFilter == "/ETSI.CAdES.detached"
    assert pdf.Root.Perms.DocMDP.objgen == value.objgen
    assert value.Reference[0].TransformParams.P == 1
    assert value.M == "D:20261114103000Z"


def test_it_says_that_the_key_is_for_development() -> None:
    value, _ = dictionary(make())
    assert str(value.Reason).endswith("Development key, not valid outside tests.")
    assert str(value.Name) == "Threshold Training"


def test_it_is_invisible() -> None:
    _, pdf = dictionary(make())
    assert [float(side) for side in pdf.Root.AcroForm.Fields[0].Rect] == [0, 0, 0, 0]


def test_it_covers_the_whole_file_but_itself() -> None:
    content = make()
    value, _ = dictionary(content)
    start, length, second, rest = (int(number) for number in value.ByteRange)
    assert (start, second + rest) == (0, len(content))
    assert content[length : length + 1] == b"<"
    assert content[second - 1 : second] == b">"


def test_equal_input_gives_equal_bytes() -> None:
    assert make() == make()


def test_the_metadata_stay_as_rendered() -> None:
    unsigned = pikepdf.open(io.BytesIO(render(RECORD, development=True)))
    _, pdf = dictionary(make())
    assert pdf.Root.Metadata.read_bytes() == unsigned.Root.Metadata.read_bytes()


def pyhanko(signed: Path, root: Path) -> "subprocess.CompletedProcess[str]":
    command = [
        str(Path(sys.executable).parent / "pyhanko"),
        "sign",
        "validate",
        "--trust",
        str(root),
        "--trust-replace",
    ]
    command += ["--no-revocation-check", "--pretty-print", str(signed)]
    return subprocess.run(command, capture_output=True, text=True)


def test_pyhankos_command_calls_it_intact_and_trusted(signed: Path, settings: Any) -> None:
    verdict = pyhanko(signed, Path(settings.ISSUER_ROOT_FILE))
    assert verdict.returncode == 0
    for sentence in ("is cryptographically sound", "certificate is trusted", "covers the entire file", "judged VALID"):
        assert sentence in verdict.stdout


def test_pyhankos_command_notices_a_change(signed: Path, settings: Any) -> None:
    content = bytearray(signed.read_bytes())
    content[2000] ^= 1
    signed.write_bytes(content)
    assert "judged VALID" not in pyhanko(signed, Path(settings.ISSUER_ROOT_FILE)).stdout


@pytest.mark.pdfsig
def test_pdfsig_calls_it_valid_and_trusted(signed: Path, settings: Any, tmp_path: Path) -> None:
    """Poppler with an NSS database that holds our root and nothing else (packages poppler-utils, libnss3-tools)."""
    store = tmp_path / "nss"
    store.mkdir()
    subprocess.run(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"], check=True)
    trust = ["-A", "-d", f"sql:{store}", "-n", "root", "-t", "CT,C,C", "-i", settings.ISSUER_ROOT_FILE]
    subprocess.run(["certutil", *trust], check=True)
    verdict = subprocess.run(["pdfsig", "-nssdir", str(store), str(signed)], capture_output=True, text=True, check=True)
    for sentence in ("Signature is Valid", "Certificate is Trusted", "Total document signed"):
        assert sentence in verdict.stdout


def test_an_rsa_key_signs_as_well() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An organisation's key")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, MOMENT, datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    identity = SigningIdentity(key, certificate, ())
    value, _ = dictionary(make(identity))
    assert "Development" not in str(value.Reason)
    assert make(identity) == make(identity)
