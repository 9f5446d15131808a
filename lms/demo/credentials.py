"""The end of the story: the signed certificate, a stranger who checks it, and one that was taken back."""

import uuid
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from certificates.actions import revoke
from certificates.models import Credential, Revocation
from courses.models import Enrolment
from lms.accounts.models import User
from lms.demo.site import exchange, fetch, fetch_json, parsed, wait_for_queue
from lms.demo.story import Scene, StepFailed


def fetch_certificate(enrolment: Enrolment) -> tuple[Credential, bytes]:
    """Wait for the workers and return the credential with the bytes of its signed file."""
    wait_for_queue()
    credential = Credential.objects.filter(enrolment=enrolment).order_by("-edition").first()
    if credential is None:
        raise StepFailed(f"{enrolment.person} has met every requirement, yet no certificate was awarded.")
    kept = credential.files.first()
    if kept is None:
        raise StepFailed(f"The file of certificate {credential.public_number} was not made.")
    with storages["private"].open(kept.storage_name) as file:
        return credential, bytes(file.read())


def lay_out(scene: Scene, pdf: bytes) -> Path:
    """Put a copy of the PDF and the issuer's root where people and tools outside find them."""
    folder = scene.var_dir / "demo"
    folder.mkdir(exist_ok=True)
    pdf_file = folder / "certificate.pdf"
    pdf_file.write_bytes(pdf)
    root_beside(pdf_file).write_bytes(Path(settings.ISSUER_ROOT_FILE).read_bytes())
    return pdf_file


def root_beside(pdf_file: Path) -> Path:
    """Where the demonstration lays the issuer's root certificate, for outside readers of the PDF."""
    return pdf_file.with_name("issuer-root.pem")


def page_of(scene: Scene, credential: Credential) -> str:
    """Return the address where anybody may check a certificate."""
    return f"{scene.site_url}/verify/{credential.public_number}"


def check_as_stranger(scene: Scene, credential: Credential, *, status: str) -> None:
    """Ask the site by number, as page and as JSON, without an account. Raises `StepFailed` for another answer."""
    answer = fetch_json(f"{scene.site_url}/api/v1/certificates/{credential.public_number}")
    if answer["status"] != status:
        raise StepFailed(f"The register says {answer['status']} of {credential.public_number}, not {status}.")
    code, page = fetch(page_of(scene, credential))
    if code != 200 or credential.holder_name not in page.decode():
        raise StepFailed(f"The page {page_of(scene, credential)} does not name the holder.")


def check_pdf_as_stranger(scene: Scene, pdf: bytes) -> str:
    """Drop the PDF at the site without an account and return what it answers in one sentence."""
    answer = upload(f"{scene.site_url}/api/v1/verify", pdf)
    failed = [check["detail"] for check in answer["checks"] if check["ok"] is not True]
    if answer["result"] != "genuine" or failed:
        raise StepFailed(f"The site does not call its own certificate genuine: {' '.join(failed) or answer['detail']}")
    return str(answer["detail"])


def upload(address: str, pdf: bytes) -> Any:
    """Send a file as a browser form does, and read the JSON answer. Raises `StepFailed` when it is not taken."""
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="certificate.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    status, body = exchange(
        "POST",
        address,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
        body=head.encode() + pdf + f"\r\n--{boundary}--\r\n".encode(),
    )
    if status != HTTPStatus.OK:
        raise StepFailed(f"{address} took no PDF and answered {status}.")
    return parsed(address, status, body)


def take_back(credential: Credential, *, registrar: User) -> None:
    """Let the registrar revoke a certificate, unless that happened in an earlier run."""
    if not Revocation.objects.filter(credential=credential).exists():
        revoke(
            credential=credential,
            reason=Revocation.Reason.HOLDER_REQUEST,
            public_text="The holder works in another field now and gave the certificate back.",
            by=registrar,
        )
    wait_for_queue()
