"""A worker dies at a named point while it makes a certificate: there is one credential and one file all the same."""

import signal

import pytest

from tests.house import House, family, kill, wait_until

pytestmark = pytest.mark.kill

AWARD = """
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from courses.models import Enrolment, Pathway, Programme
from tests.factories.certificates import credential
person = create_person(email="ada@example.org", full_name="Ada Trainee", password=None, by=None)
grant_role(person=person, role=Role.TRAINEE, by=None)
programme = Programme.objects.create(code="tms-technician", title="TMS technician", curriculum_version="2026.1")
credential(Enrolment.objects.create(
    person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
))
"""


PROPOSE = """
from certificates.models import Credential
from certificates.reissues import propose_reissue
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from tests.certificates.standing import asked
old = Credential.objects.get()
for name in ("Rosa Registrar", "Rita Registrar"):
    person = create_person(email=f"{name[:4]}@example.org", full_name=name, password=None, by=None)
    grant_role(person=person, role=Role.REGISTRAR, by=None)
propose_reissue(request=asked(old, old.enrolment.person), reason="Seen.", by=person)
"""
CONFIRM = """
from lms.accounts.models import User
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
confirm(proposal_id=Proposal.objects.get().pk, by=User.objects.get(full_name="Rosa Registrar"))
"""
POINTS = ["before_badge_commit", "after_badge", "before_sign", "after_sign", "after_store", "before_commit"]
HOLDS = "The register holds: 1 entries under 1 checkpoints, 1 of them published.\n"
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


def wait_for_jobs(house: House) -> None:
    wait_until(lambda: house.count("jobs_job", "state <> 'done' AND every_seconds IS NULL") == 0, seconds=180)


def test_a_new_edition_is_one_although_the_confirmation_and_the_worker_died(house: House) -> None:
    house.python(AWARD)
    first = house.start_workers(1)
    wait_for_jobs(house)
    for pid in [first.pid, *family(first.pid)]:
        kill(pid)
    house.python(PROPOSE)
    dying = house.start("manage.py", "shell", "-v", "0", "-c", CONFIRM, THRESHOLD_KILL_AT="before_reissue_commit")
    assert dying.wait(timeout=180) == -signal.SIGKILL
    assert house.count("certificates_credential") == 1
    assert house.count("approvals_proposal", "state = 'open'") == 1
    house.python(CONFIRM)
    second = house.start_workers(1, THRESHOLD_KILL_AT="after_store")
    wait_until(lambda: b"ended with code -9" in (house.folder / "processes.log").read_bytes(), seconds=180)
    for pid in [second.pid, *family(second.pid)]:
        kill(pid)
    house.start_workers(1)
    wait_for_jobs(house)
    for table in ("credential", "certificatefile", "badge"):
        assert house.count(f"certificates_{table}") == 2
    assert house.count("certificates_credential", "edition = 2") == 1
    assert house.count("audit_event", "verb = 'credential.reissued'") == 1
    assert len(list((house.folder / "private" / "certificates").glob("*.pdf"))) == 2
    assert len(list((house.folder / "mail").iterdir())) == 2  # the first one, and the new one
    assert "The audit chain holds" in house.manage("verify_audit")
    assert "The register holds: 3 entries" in house.manage("verify_register")  # issued, replaced, issued


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
