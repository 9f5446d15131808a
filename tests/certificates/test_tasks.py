import hashlib

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from certificates.actions import revoke
from certificates.models import CertificateFile, Credential, IssuerKey, Revocation
from certificates.tasks import render_certificate
from courses.models import Enrolment
from lms.accounts.models import User
from lms.audit.append_only import lift_statements
from lms.audit.models import Event
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import work
from tests.factories.certificates import credential, signed_bytes, signed_file


def run_jobs(kind: str) -> None:
    for job in Job.objects.filter(kind=kind):
        work(str(job.pk))


def test_the_job_stores_one_signed_file_under_its_digest(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    run_jobs("certificate.render")
    file = made.files.get()
    content = storages["private"].open(file.storage_name).read()
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert file.storage_name == f"certificates/{file.sha256}.pdf"
    assert (file.size, file.signature_level, file.version) == (len(content), "B-B", 1)
    assert Job.objects.get(kind="certificate.render").state == JobState.DONE


def test_the_key_is_known_to_the_register(enrolment: Enrolment) -> None:
    file = signed_file(credential(enrolment))
    assert file.key == IssuerKey.objects.get()
    assert file.key.is_development
    assert file.key.certificate_pem.startswith("-----BEGIN CERTIFICATE-----")


def test_file_event_and_mail_come_together(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    file = signed_file(made)
    assert Event.objects.get(verb="certificate.signed").data["sha256"] == file.sha256
    assert Job.objects.filter(kind="certificate.mail").count() == 1


def test_running_again_changes_nothing(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    first = signed_bytes(made)
    assert signed_bytes(made) == first
    assert CertificateFile.objects.count() == Event.objects.filter(verb="certificate.signed").count() == 1


def test_what_a_killed_worker_left_is_used_again(enrolment: Enrolment) -> None:
    """Stored but not committed: the next run makes the same bytes, so there is one object in storage."""
    made = credential(enrolment)
    file = signed_file(made)
    before = storages["private"].listdir("certificates")[1]
    with connection.cursor() as cursor:  # as if the last transaction had not been committed
        for statement in lift_statements(connection.vendor, "certificates_certificatefile"):
            cursor.execute(statement)
        cursor.execute("DELETE FROM certificates_certificatefile")
    assert signed_file(made).storage_name == file.storage_name
    assert storages["private"].listdir("certificates")[1] == before


def test_what_a_killed_worker_left_half_written_is_replaced(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    file, whole = signed_file(made), signed_bytes(made)
    storage = storages["private"]
    storage.delete(file.storage_name)
    storage.save(file.storage_name, ContentFile(whole[:1000]))
    with connection.cursor() as cursor:  # as if the last transaction had not been committed
        for statement in lift_statements(connection.vendor, "certificates_certificatefile"):
            cursor.execute(statement)
        cursor.execute("DELETE FROM certificates_certificatefile")
    render_certificate({"credential": str(made.pk)})
    kept = made.files.get()
    assert storage.open(kept.storage_name).read() == whole
    assert hashlib.sha256(whole).hexdigest() == kept.sha256


def test_the_holder_gets_a_mail_with_a_link_and_no_file(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    run_jobs("certificate.render")
    run_jobs("certificate.mail")
    [message] = mail.outbox
    assert message.to == ["ada.trainee@example.org"]
    assert f"http://localhost:8000/certificates/{made.pk}/" in message.body
    assert message.attachments == []
    assert message.extra_headers["Message-ID"] == f"<certificate.issued.{made.pk}@localhost>"


def test_the_mail_sent_twice_has_one_id(enrolment: Enrolment) -> None:
    credential(enrolment)
    run_jobs("certificate.render")
    run_jobs("certificate.mail")
    Job.objects.filter(kind="certificate.mail").update(state=JobState.WAITING, finished_at=None)
    run_jobs("certificate.mail")
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_a_revocation_is_mailed_with_its_reason(enrolment: Enrolment, registrar: User) -> None:
    made = credential(enrolment)
    revoke(credential=made, reason=Revocation.Reason.ISSUED_IN_ERROR, public_text="Wrong person & exam.", by=registrar)
    run_jobs("certificate.revocation_mail")
    [message] = mail.outbox
    assert "Issued in error. Wrong person & exam." in message.body


def test_storage_that_is_down_leaves_the_job_waiting(enrolment: Enrolment, settings: object, tmp_path: object) -> None:
    credential(enrolment)
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": "/proc/nowhere"},
        },
    }
    run_jobs("certificate.render")
    job = Job.objects.get(kind="certificate.render")
    assert (job.state, bool(job.last_error)) == (JobState.WAITING, True)
    assert not CertificateFile.objects.exists()


def test_a_credential_that_does_not_exist_fails_visibly(db: None) -> None:
    with pytest.raises(Credential.DoesNotExist):
        render_certificate({"credential": "00000000-0000-0000-0000-000000000000"})
