"""Two requests at the same moment, on two real connections (T-2).

SQLite lets one writer in at a time, and its database in memory cannot be shared by threads; PostgreSQL shows the race.
"""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import observe
from exams.actions.sign_offs import draft_record, sign_off
from exams.errors import PracticalError
from exams.models import ObservationLog, SignOff, Sitting
from exams.rules.practical_saves import Save
from exams.verification import verify_sign_offs
from lms.accounts.models import User
from lms.accounts.proofs import Given
from tests.conftest import PASSWORD
from tests.factories.practicals import good_values, make_sitting, save_values

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """Run acts at the same moment; return what each came to, errors by their code."""
    barrier, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = str(act())
        except PracticalError as refusal:
            results[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def ready(enrolment: Enrolment, instructor: User) -> Sitting:
    """Everything rated, nothing signed."""
    sitting = make_sitting(enrolment, instructor)
    save_values(sitting, good_values(sitting))
    return sitting


def signing(sitting: Sitting, nonce: uuid.UUID) -> Callable[[], object]:
    own, digest = Sitting.objects.with_people().get(pk=sitting.pk), draft_record(sitting).digest
    return lambda: sign_off(sitting=own, by=own.assessor, digest=digest, given=Given(password=PASSWORD), nonce=nonce).pk


def test_a_double_tap_on_two_connections_signs_once(ready: Sitting) -> None:
    nonce = uuid.uuid4()
    results = together(*[signing(ready, nonce) for _ in range(4)])
    assert set(results) == {str(SignOff.objects.get().pk)}


def test_two_signatures_at_once_leave_one(ready: Sitting) -> None:
    results = together(signing(ready, uuid.uuid4()), signing(ready, uuid.uuid4()))
    assert sorted(results) == sorted([str(SignOff.objects.get().pk), "already_signed"])


def test_signatures_of_one_person_on_two_sittings_make_one_chain(ready: Sitting, enrolment: Enrolment) -> None:
    others = [make_sitting(enrolment, ready.assessor) for _ in range(3)]
    for sitting in others:
        save_values(sitting, good_values(sitting))
    together(*[signing(sitting, uuid.uuid4()) for sitting in [ready, *others]])
    assert sorted(SignOff.objects.values_list("chain_number", flat=True)) == [1, 2, 3, 4]
    assert verify_sign_offs() == []


@pytest.mark.parametrize("number", range(5))
def test_an_acknowledged_save_is_in_the_signed_record_or_makes_it_stale(ready: Sitting, number: int) -> None:
    own = Sitting.objects.with_people().get(pk=ready.pk)
    save = Save("P01.level", 2, "5")

    def saving() -> str:
        return observe(sitting=own, by=own.assessor, saves=[save], received_at=timezone.now())[0].reply.value

    saved, signed = together(saving, signing(ready, uuid.uuid4()))
    if saved == "ok":
        assert signed == "stale_digest"
        assert not SignOff.objects.exists()
    else:
        assert (saved, SignOff.objects.count()) == ("closed", 1)
    assert ObservationLog.objects.filter(field="P01.level", seq=2).exists() == (saved == "ok")
