"""A worker dies at each named point while it makes a certificate: in the end there is one file, one row, one mail."""

from pathlib import Path

import pytest

from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill

AWARD = """
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person
from tests.factories.certificates import credential
person = create_person(email="ada@example.org", full_name="Ada Lovelace", password="x" * 20, by=None)
programme = Programme.objects.create(code="tms", title="TMS technician", curriculum_version="2026.1")
facts = {"curriculum_version": "2026.1", "pathway": Pathway.ACADEMIC}
credential(Enrolment.objects.create(person=person, programme=programme, **facts))
"""
CHECK = """
from django.core.files.storage import storages
from certificates.models import CertificateFile
from certificates.verification import check_document
content = storages["private"].open(CertificateFile.objects.get().storage_name).read()
assert check_document(content).all_hold
"""
LAST = "attempts >= 2 AND kind = 'certificate.render'"


@pytest.mark.parametrize("point", ["before_sign", "after_sign", "after_store", "before_commit"])
def test_a_worker_killed_at_a_named_point_leaves_one_of_everything(point: str, house: House) -> None:
    house.python(AWARD)
    dying = house.start("-m", "celery", "-A", "lms", "worker", "--pool=solo", "-l", "ERROR", THRESHOLD_KILL_AT=point)
    assert dying.wait(timeout=60) == -9
    assert house.count("certificates_certificatefile") == 0
    house.start_workers(2)
    wait_until(lambda: house.count("jobs_job", "kind = 'certificate.mail' AND state = 'done'") == 1, seconds=60)
    assert house.count("certificates_credential") == 1
    assert house.count("certificates_certificatefile") == 1
    assert house.count("audit_event", "verb = 'certificate.signed'") == 1
    assert house.count("jobs_job", LAST) == 1
    assert len(list((Path(house.folder) / "private" / "certificates").iterdir())) == 1
    house.python(CHECK)
