"""A worker dies at a named point while it makes a certificate: there is one credential and one file all the same."""

import pytest

from tests.house import House, family, kill, wait_until

pytestmark = pytest.mark.kill

AWARD = """
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from courses.models import Enrolment, Pathway, Programme
from tests.factories.certificates import credential
person = create_person(email="ada@example.org", full_name="Ada Trainee", password=None, by=None)
programme = Programme.objects.create(code="tms-technician", title="TMS technician", curriculum_version="2026.1")
credential(Enrolment.objects.create(
    person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
))
"""


POINTS = ["before_badge_commit", "after_badge", "before_sign", "after_sign", "after_store", "before_commit"]
LOG_POINTS = ["before_log_commit", "after_log_commit", "after_log_tiles", "after_log_checkpoint"]


@pytest.mark.parametrize("point", POINTS)
def test_one_credential_and_one_file_although_the_worker_died(house: House, point: str) -> None:
    house.python(AWARD)
    first = house.start_workers(1, THRESHOLD_KILL_AT=point)
    wait_until(lambda: b"ended with code -9" in (house.folder / "processes.log").read_bytes(), seconds=180)
    for pid in [first.pid, *family(first.pid)]:
        kill(pid)
    assert house.count("certificates_certificatefile") == 0
    house.start_workers(1)
    wait_until(lambda: house.count("jobs_job", "state <> 'done' AND every_seconds IS NULL") == 0, seconds=180)
    assert house.count("certificates_credential") == 1
    assert house.count("certificates_certificatefile") == 1
    assert house.count("audit_event", "verb = 'certificate.signed'") == 1
    assert house.count("certificates_badge") == 1
    assert house.count("audit_event", "verb = 'badge.signed'") == 1
    assert len(list((house.folder / "private" / "certificates").glob("*.pdf"))) == 1
    assert len(list((house.folder / "mail").iterdir())) == 1
    assert "The audit chain holds" in house.manage("verify_audit")
    assert house.manage("verify_register") == HOLDS


HOLDS = "The register holds: 1 entries under 1 checkpoints, 1 of them published.\n"


@pytest.mark.parametrize("point", LOG_POINTS)
def test_one_entry_and_one_checkpoint_although_the_worker_died(house: House, point: str) -> None:
    house.python(AWARD)
    first = house.start_workers(1, THRESHOLD_KILL_AT=point)
    wait_until(lambda: b"ended with code -9" in (house.folder / "processes.log").read_bytes(), seconds=180)
    for pid in [first.pid, *family(first.pid)]:
        kill(pid)
    assert house.count("certificates_logentry") == 1
    assert house.count("certificates_logcheckpoint") == (0 if point == "before_log_commit" else 1)
    assert (house.folder / "register" / "checkpoint").exists() == (point == "after_log_checkpoint")
    house.start_workers(1)
    wait_until(lambda: house.count("jobs_job", "state <> 'done' AND every_seconds IS NULL") == 0, seconds=180)
    assert house.manage("verify_register") == HOLDS
    assert house.count("audit_event", "verb = 'register.signed'") == 1
    assert "The audit chain holds" in house.manage("verify_audit")
