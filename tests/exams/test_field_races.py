"""A device and something else at the same moment, on real connections (T-2)."""

import uuid

import pytest
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.field_checkouts import take_along, take_over
from exams.actions.field_seals import Delivery, receive
from exams.actions.field_signing import sign_sealed
from exams.actions.practicals import observe
from exams.models import FieldCheckout, FieldDevice, SealedRecord, SignOff, Sitting
from exams.rules.practical_saves import Save
from exams.verification import verify_seals, verify_sign_offs
from lms.accounts.models import User
from lms.accounts.proofs import Given
from tests.conftest import PASSWORD
from tests.exams.test_practicals_races import together
from tests.factories.field import SoftDevice
from tests.factories.practicals import make_sitting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sitting(enrolment: Enrolment, instructor: User) -> Sitting:
    """Ada's sitting with Ines, opened."""
    return make_sitting(enrolment, instructor)


def test_one_seal_on_four_connections_is_one_row(sitting: Sitting) -> None:
    device = SoftDevice(sitting.assessor)
    (listed,) = device.load()
    sealed = device.seal(device.record(listed))
    delivery, now = Delivery(sealed["payload"].encode(), sealed["signature"]), timezone.now()
    results = together(
        *[lambda: receive(device=device.row, by=sitting.assessor, delivery=delivery, received_at=now).pk] * 4
    )
    assert set(results) == {str(SealedRecord.objects.get().pk)}


def test_signing_and_taking_over_exclude_each_other(sitting: Sitting) -> None:
    device, other = SoftDevice(sitting.assessor), SoftDevice(sitting.assessor, "Tablet two")
    (listed,) = device.load()
    device.seal_and_send(listed)
    sealed = SealedRecord.objects.with_people().get()
    own = Sitting.objects.with_people().get(pk=sitting.pk)
    given = Given(password=PASSWORD)
    signed, taken = together(
        lambda: (
            sign_sealed(sealed=sealed, by=sitting.assessor, digest=sealed.digest, given=given, nonce=uuid.uuid4())
            and "signed"
        ),
        lambda: take_over(sitting=own, by=sitting.assessor, reason="Broken.", device=other.row) and "taken",
    )
    assert (signed, taken) in {("signed", "closed"), ("taken_over", "taken")}
    assert SignOff.objects.count() == (signed == "signed")
    assert verify_sign_offs() + verify_seals() == []


def test_an_entry_on_the_site_is_on_the_list_or_was_refused(sitting: Sitting) -> None:
    device = SoftDevice(sitting.assessor)
    save = Save("P01-1", 1, "done")
    saved, _ = together(
        lambda: observe(sitting=sitting, by=sitting.assessor, saves=[save], received_at=timezone.now())[0].reply,
        lambda: take_along(device=device.row, by=sitting.assessor) and "along",
    )
    (listed,) = device.load()
    found = (saved, *(row["field"] for row in listed["entries"]))
    assert found in {("ok", "P01-1"), ("checked_out",)}


def test_two_devices_cannot_take_one_sitting_along(sitting: Sitting) -> None:
    rows: list[FieldDevice] = [SoftDevice(sitting.assessor, f"Tablet {number}").row for number in range(3)]
    results = together(*[lambda row=row: len(take_along(device=row, by=sitting.assessor).held) for row in rows])
    assert sorted(results) == ["0", "0", "1"]
    assert FieldCheckout.objects.get().sitting == sitting
