"""A worker dies at each named point while it makes a certificate: in the end there is one file, one row, one mail."""

import signal
from pathlib import Path

import pytest

from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill

POINTS = ["before_sign", "after_sign", "after_store", "before_commit"]
AWARD = """
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person
from tests.factories.certificates import credential
person = create_person(email="{point}@example.org", full_name="Ada Lovelace", password="x" * 20, by=None)
programme = Programme.objects.create(code="{point}", title="TMS technician", curriculum_version="2026.1")
facts = {{"curriculum_version": "2026.1", "pathway": Pathway.ACADEMIC}}
credential(Enrolment.objects.create(person=person, programme=programme, **facts))
"""
CHECK = """
from django.core.files.storage import storages
from certificates.models import CertificateFile
from certificates.verification import check_document
for file in CertificateFile.objects.all():
    assert check_document(storages["private"].open(file.storage_name).read()).all_hold
"""


def done(house: House, kind: str) -> int:
    return house.count("jobs_job", f"kind = '{kind}' AND state = 'done'")


def test_a_worker_killed_at_each_point_leaves_one_of_everything(house: House) -> None:
    for number, point in enumerate(POINTS, start=1):
        house.python(AWARD.format(point=point))
        dying = house.start("-m", "celery", "-A", "lms", "worker", "--pool=solo", "-l", "ERROR", THRESHOLD_KILL_AT=point)
        assert dying.wait(timeout=120) == -signal.SIGKILL, point
        assert house.count("certificates_certificatefile") == number - 1, point
        workers = house.start_workers(2)
        wait_until(lambda expected=number: done(house, "certificate.mail") == expected, seconds=120)
        workers.send_signal(signal.SIGTERM)
        workers.wait(timeout=60)
    assert house.count("jobs_job", "kind = 'certificate.render' AND attempts = 2") == len(POINTS)
    assert house.count("certificates_certificatefile") == len(POINTS)
    assert house.count("audit_event", "verb = 'certificate.signed'") == len(POINTS)
    assert len(list((Path(house.folder) / "private" / "certificates").iterdir())) == len(POINTS)
    house.python(CHECK)
