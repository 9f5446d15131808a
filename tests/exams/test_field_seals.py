"""What arrives from a device: sound, altered, replayed, late, from a device that should not; and what is kept of it."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.assessors import withdraw
from exams.actions.field_devices import revoke_device
from exams.actions.field_signing import decide_seal, sign_sealed
from exams.actions.practicals import cancel_sitting, observe
from exams.errors import PracticalError, UnfitError
from exams.models import FieldCheckout, SealedRecord, SealSignature, SignOff, Sitting, practical_outcome
from exams.rules.field_seals import seal_holds
from exams.rules.practical_record import timestamp_text
from exams.rules.practical_saves import Save
from exams.verification import verify_seals, verify_sign_offs
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.proofs import Given
from lms.accounts.roles import Role
from lms.audit.append_only import lift_statements, run
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.factories.field import SoftDevice, answer_to, stamp
from tests.factories.passkeys import SoftPasskey
from tests.factories.practicals import make_registrar, make_rubric, make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(enrolment: Enrolment, instructor: User) -> Sitting:
    """Ada's sitting with Ines, not opened."""
    return make_sitting(enrolment, instructor, opened=False)


@pytest.fixture
def device(instructor: User, sitting: Sitting) -> SoftDevice:
    """Ines' tablet, with the list taken along."""
    made = SoftDevice(instructor)
    made.load()
    return made


def given(device: SoftDevice, sitting: Sitting) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in device.list["sittings"] if row["id"] == str(sitting.pk))
    return found


def sign(answer: dict[str, Any], by: User, password: str = PASSWORD) -> SignOff:
    row = SealedRecord.objects.get(digest=answer["digest"])
    return sign_sealed(sealed=row, by=by, digest=row.digest, given=Given(password=password), nonce=uuid.uuid4())


def kept(answer: dict[str, Any]) -> SealedRecord:
    return SealedRecord.objects.get(digest=answer["digest"])


def test_sealed_without_a_passkey_it_waits_for_the_password(device: SoftDevice, sitting: Sitting) -> None:
    answer = device.seal_and_send(given(device, sitting))
    assert answer["state"] == "needs_reauth"
    assert not SignOff.objects.exists()
    with pytest.raises(PracticalError, match="not your password"):
        sign(answer, sitting.assessor, "something else entirely")
    row = sign(answer, sitting.assessor)
    assert (row.digest, row.payload) == (answer["digest"], kept(answer).bytes)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.qualification) == ("signed", "physician")
    assert practical_outcome(sitting.enrolment).passed
    assert verify_sign_offs() + verify_seals() == []


def test_a_passkey_signs_on_arrival(device: SoftDevice, sitting: Sitting) -> None:
    passkey = SoftPasskey()
    passkey.register(sitting.assessor)
    answer = device.seal_and_send(given(device, sitting), passkey)
    assert (answer["state"], answer["trouble"]) == ("signed", "")
    assert SignOff.objects.get().auth_method == "passkey"
    assert verify_sign_offs() + verify_seals() == []


def test_a_passkey_that_answered_to_another_digest_signs_nothing(device: SoftDevice, sitting: Sitting) -> None:
    passkey = SoftPasskey()
    passkey.register(sitting.assessor)
    sealed = device.seal(device.record(given(device, sitting)))
    answer = device.send(sealed | {"passkey": answer_to(passkey, sealed["payload"] + " ")})
    assert answer["state"] == "needs_reauth"
    assert "did not sign" in answer["trouble"]
    assert not SignOff.objects.exists()


def test_sent_twice_it_is_one_record_and_one_receipt(device: SoftDevice, sitting: Sitting) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    first, second = device.send(sealed), device.send(sealed)
    assert first == second
    assert SealedRecord.objects.count() == 1
    assert Event.objects.filter(verb="practical.seal_received").count() == 1


def test_the_receipt_names_digest_and_time_under_the_key_of_the_server(device: SoftDevice, sitting: Sitting) -> None:
    answer = device.seal_and_send(given(device, sitting))
    receipt = json.loads(answer["receipt"])
    assert receipt["key"] == device.client.get(reverse("exams:field_contact")).json()["receipt_key"]
    assert seal_holds(receipt["key"], receipt["body"].encode(), receipt["signature"])
    facts = json.loads(receipt["body"].partition("\n")[2])
    assert (facts["digest"], facts["number"]) == (answer["digest"], 1)
    assert not seal_holds(receipt["key"], receipt["body"].replace("sound", "bound").encode(), receipt["signature"])


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace('"level":4', '"level":5', 1),
        lambda text: text.replace("Ada Trainee", "Ada Trainer"),
        lambda text: text.replace('"value":"done"', '"value":"partly"', 1),
    ],
    ids=["level", "name", "mark"],
)
def test_one_altered_byte_is_refused_and_kept(
    device: SoftDevice, sitting: Sitting, alter: Callable[[str], str]
) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    altered = alter(sealed["payload"])
    assert altered != sealed["payload"]
    answer = device.send(sealed | {"payload": altered})
    assert answer["state"] == "refused"
    assert kept(answer).code == "bad_seal"
    assert kept(answer).bytes == altered.encode()
    assert device.send(sealed)["state"] == "needs_reauth"  # the true one is not held up by it


def test_the_twin_of_a_signature_is_the_same_seal(device: SoftDevice, sitting: Sitting) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    first = device.send(sealed)
    twin = device.send(sealed | {"signature": device.sign(sealed["payload"], twin=True)})
    assert (twin["digest"], twin["receipt"]) == (first["digest"], first["receipt"])
    assert SealedRecord.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", "é", "A" * 86])
def test_a_signature_that_is_none_is_refused(device: SoftDevice, sitting: Sitting, signature: str) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    assert device.send(sealed | {"signature": signature})["state"] == "refused"


@pytest.mark.parametrize("payload", ["", "{}", "tms-signoff/1\n", "tms-signoff/1\n{}", "tms-signoff/1\n[1]", "\u0000"])
def test_bytes_that_are_no_record_are_kept_as_refused(device: SoftDevice, payload: str) -> None:
    answer = device.send({"payload": payload, "signature": device.sign(payload), "passkey": "", "replaced": False})
    assert (answer["state"], kept(answer).code, kept(answer).sitting) == ("refused", "unreadable", None)


def test_a_record_that_is_not_in_canonical_form_is_refused(device: SoftDevice, sitting: Sitting) -> None:
    payload = "tms-signoff/1\n" + json.dumps(device.record(given(device, sitting)))
    answer = device.send({"payload": payload, "signature": device.sign(payload), "passkey": "", "replaced": False})
    assert kept(answer).code == "unreadable"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"values": {"P01-1": ""}}, "record_incomplete"),
        ({"values": {"P01-1": "not_done"}}, "record_incomplete"),
        ({"values": {"P01-1": "splendid"}}, "bad_value"),
        ({"values": {"P09-1": "done"}}, "unknown_field"),
        ({"values": {"remark": "x" * 1001}}, "too_long"),
        ({"values": {"remark": " spaces at the ends "}}, "not_as_given"),
        ({"place": "Elsewhere"}, "not_as_given"),
        ({"outcome": "needs_remediation"}, "not_as_given"),
        ({"trainee": {"id": "x", "name": "Ben Trainee"}}, "not_as_given"),
        ({"judgements": []}, "not_as_given"),
        ({"meaning": "I was there."}, "not_as_given"),
        ({"seal": {"checkout": str(uuid.UUID(int=1))}}, "unknown_checkout"),
        ({"seal": {"number": 7}}, "seal_gap"),
        ({"seal": {"previous": "1" * 64}}, "chain_broken"),
    ],
)
def test_what_differs_from_what_the_server_gave_waits_for_the_registrar(
    device: SoftDevice, sitting: Sitting, changes: dict[str, Any], code: str
) -> None:
    answer = device.seal_and_send(given(device, sitting), **changes)
    assert (answer["state"], kept(answer).code) == ("review", code)
    with pytest.raises(PracticalError) as refusal:
        sign(answer, sitting.assessor)
    assert refusal.value.code == "not_signable"
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_outside_of_the_window_waits(device: SoftDevice, sitting: Sitting, hours: int) -> None:
    sealed_at = timezone.now() + timedelta(hours=hours)
    answer = device.seal_and_send(given(device, sitting), sealed_at=sealed_at)
    assert (answer["state"], kept(answer).code) == ("review", "clock")
    assert kept(answer).sealed_at is not None


def test_another_device_cannot_pass_off_its_seal_as_this_one(device: SoftDevice, sitting: Sitting) -> None:
    other = SoftDevice(sitting.assessor, "Tablet two")
    other.load()
    sealed = device.seal(device.record(given(device, sitting)))
    answer = other.send(sealed)
    assert kept(answer).code == "bad_seal"
    theirs = other.seal(device.record(given(device, sitting)))
    assert other.send(theirs)["state"] == "refused"
    assert SealedRecord.objects.get(digest=other.previous, device=other.row).code == "other_device"


def test_a_device_of_somebody_else_is_unknown(device: SoftDevice, sitting: Sitting, other_instructor: User) -> None:
    device.client.force_login(other_instructor)
    sealed = device.seal(device.record(given(device, sitting)))
    assert device.post("upload", **sealed).status_code == 404
    assert device.post("load").status_code == 404


def test_a_sitting_of_another_assessor_is_refused(
    device: SoftDevice, sitting: Sitting, enrolment: Enrolment, other_instructor: User
) -> None:
    theirs = make_sitting(enrolment, other_instructor, opened=False)
    record = device.record(given(device, sitting), sitting=str(theirs.pk))
    answer = device.send(device.seal(record))
    assert kept(answer).code == "unknown_sitting"


def test_after_revocation_records_wait_whatever_time_they_claim(device: SoftDevice, sitting: Sitting) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    revoke_device(device=device.row, by=sitting.assessor)
    answer = device.send(sealed)
    assert (answer["state"], kept(answer).code) == ("review", "device_revoked")
    assert device.post("load").json()["code"] == "device_ended"
    sitting.refresh_from_db()
    assert sitting.checkout is None


def test_after_thirty_days_records_wait(device: SoftDevice, sitting: Sitting) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1), tick=True):
        device.client.force_login(sitting.assessor)
        assert kept(device.send(sealed)).code == "device_expired"
        assert device.post("load").json()["code"] == "device_ended"


def test_two_seals_under_one_number_are_both_kept(device: SoftDevice, sitting: Sitting) -> None:
    first = device.seal_and_send(given(device, sitting))
    device.number, device.previous = 0, "0" * 64
    second = device.seal_and_send(given(device, sitting), values={"P01.level": "5"})
    assert (kept(first).verdict, kept(second).code) == ("sound", "number_reused")
    assert SealedRecord.objects.filter(number=1).count() == 2


def test_a_gap_in_the_seals_is_noticed(device: SoftDevice, sitting: Sitting) -> None:
    device.seal(device.record(given(device, sitting)))  # lost on its way
    answer = device.seal_and_send(given(device, sitting))
    assert kept(answer).code == "seal_gap"


def test_a_later_seal_of_the_same_device_replaces_the_one_before(device: SoftDevice, sitting: Sitting) -> None:
    first = device.send(device.seal(device.record(given(device, sitting))) | {"replaced": True})
    second = device.seal_and_send(given(device, sitting), values={"P01.level": "5"})
    assert (first["state"], second["state"]) == ("replaced", "needs_reauth")
    with pytest.raises(PracticalError):
        sign(first, sitting.assessor)
    assert sign(second, sitting.assessor).digest == second["digest"]
    assert verify_seals() == []


def test_an_older_seal_cannot_be_signed_beside_a_newer_one(device: SoftDevice, sitting: Sitting) -> None:
    first = device.seal_and_send(given(device, sitting))
    second = device.seal_and_send(given(device, sitting), values={"P01.level": "5"})
    with pytest.raises(PracticalError, match="newer version"):
        sign(first, sitting.assessor)
    assert sign(second, sitting.assessor)


def test_who_is_not_qualified_any_more_cannot_sign(device: SoftDevice, sitting: Sitting) -> None:
    answer = device.seal_and_send(given(device, sitting))
    withdraw(person=sitting.assessor, reason="Calibration is overdue.", doubted_from=None, by=make_registrar())
    with pytest.raises(UnfitError):
        sign(answer, sitting.assessor)
    assert not SignOff.objects.exists()


def test_a_sitting_that_was_cancelled_meanwhile_takes_no_record(device: SoftDevice, sitting: Sitting) -> None:
    sealed = device.seal(device.record(given(device, sitting)))
    registrar = make_registrar()
    cancel_sitting(sitting=sitting, by=registrar)
    row = kept(device.send(sealed))
    assert row.code == "closed"
    with pytest.raises(PracticalError) as refusal:
        decide_seal(sealed=row, by=registrar, allows=True, reason="It was done all the same.")
    assert (refusal.value.code, "was cancelled" in refusal.value.sentence) == ("sitting_cancelled", True)
    decide_seal(sealed=row, by=registrar, allows=False, reason="The sitting was cancelled.")


def test_nobody_enters_anything_elsewhere_while_a_device_holds_it(
    enrolment: Enrolment, instructor: User, client_for: Callable[[User], Client]
) -> None:
    row = make_sitting(enrolment, instructor)
    device = SoftDevice(instructor)
    device.load()
    with pytest.raises(PracticalError) as refusal:
        observe(sitting=row, by=instructor, saves=[Save("P01-1", 1, "done")], received_at=timezone.now())
    assert refusal.value.code == "checked_out"
    browser = client_for(instructor)
    saves = {"saves": [{"field": "P01-1", "seq": 1, "value": "done"}]}
    address = reverse("exams:observations", args=[row.pk])
    assert browser.post(address, saves, content_type="application/json").status_code == 409
    taken = reverse("exams:take_back", args=[row.pk])
    assert browser.get(reverse("exams:sitting", args=[row.pk])).url == taken
    assert browser.post(taken, {"reason": ""}).status_code == 200
    assert browser.post(taken, {"reason": "The tablet stays at home."}).status_code == 302
    observe(sitting=row, by=instructor, saves=[Save("P01-1", 1, "done")], received_at=timezone.now())
    assert row.values() == {"P01-1": "done"}


def test_entries_made_on_the_site_go_along(enrolment: Enrolment, instructor: User) -> None:
    row = make_sitting(enrolment, instructor)
    observe(sitting=row, by=instructor, saves=[Save("P01-1", 3, "partly")], received_at=timezone.now())
    device = SoftDevice(instructor)
    (listed,) = device.load()
    assert [(one["field"], one["value"], one["seq"]) for one in listed["entries"]] == [("P01-1", "partly", 3)]
    assert listed["opened"]
    answer = device.seal_and_send(listed)
    assert sign(answer, instructor).content["identity_confirmed_at"] == listed["base"]["identity_confirmed_at"]


class TestTwoDevices:
    """One sitting, sealed on two devices: both are kept, at most one counts, and a person decides."""

    @pytest.fixture
    def second(self, device: SoftDevice, sitting: Sitting) -> SoftDevice:
        made = SoftDevice(sitting.assessor, "Tablet two")
        made.load()
        assert [row["id"] for row in made.list["elsewhere"]] == [str(sitting.pk)]
        taken = made.post("take_over", sitting=str(sitting.pk), reason="The first tablet is broken.")
        assert taken.status_code == 200
        made.load()
        return made

    def test_taking_over_needs_a_reason(self, device: SoftDevice, sitting: Sitting) -> None:
        other = SoftDevice(sitting.assessor, "Tablet two")
        refused = other.post("take_over", sitting=str(sitting.pk), reason="  ")
        assert (refused.status_code, refused.json()["code"]) == (409, "no_reason")
        sitting.refresh_from_db()
        assert sitting.checkout is not None
        assert sitting.checkout.device_id == device.row.pk

    def test_the_first_device_loses_it_and_its_record_is_a_stray(
        self, device: SoftDevice, second: SoftDevice, sitting: Sitting
    ) -> None:
        held = given(device, sitting)
        good = second.seal_and_send(given(second, sitting))
        signed = sign(good, sitting.assessor)
        late = device.seal_and_send(held)
        assert (late["state"], kept(late).code) == ("review", "closed")
        assert SignOff.objects.get() == signed
        assert device.load() == []

    def test_when_both_arrive_unsigned_neither_counts_until_the_registrar_decides(
        self, device: SoftDevice, second: SoftDevice, sitting: Sitting, registrar: User
    ) -> None:
        first = device.seal_and_send(given(device, sitting), values={"P01.level": "3"})
        other = second.seal_and_send(given(second, sitting))
        assert (kept(first).code, kept(other).code) == ("taken_over", "two_versions")
        for answer in (first, other):
            with pytest.raises(PracticalError):
                sign(answer, sitting.assessor)
        decide_seal(sealed=kept(first), by=registrar, allows=True, reason="The first tablet was at the chair.")
        with pytest.raises(PracticalError) as refusal:
            decide_seal(sealed=kept(other), by=registrar, allows=True, reason="This one too.")
        assert refusal.value.code == "another_allowed"
        decide_seal(sealed=kept(other), by=registrar, allows=False, reason="A trial.")
        row = sign(first, sitting.assessor)
        assert row.digest == first["digest"]
        assert {kept(first).state, kept(other).state} == {"signed", "set_aside"}
        assert verify_sign_offs() + verify_seals() == []

    def test_a_sound_record_is_not_signed_beside_a_stray(
        self, device: SoftDevice, second: SoftDevice, sitting: Sitting
    ) -> None:
        good = second.seal_and_send(given(second, sitting))
        assert good["state"] == "needs_reauth"
        stray = device.seal_and_send(given(device, sitting), values={"P01.level": "3"})
        assert kept(stray).code == "taken_over"
        with pytest.raises(PracticalError) as refusal:
            sign(good, sitting.assessor)
        assert refusal.value.code == "two_versions"
        assert not SignOff.objects.exists()

    def test_a_stray_takes_nothing_from_the_device_that_holds_the_sitting(
        self, device: SoftDevice, second: SoftDevice, sitting: Sitting
    ) -> None:
        device.seal_and_send(given(device, sitting))
        assert [row["id"] for row in second.load()] == [str(sitting.pk)]
        assert device.load() == []

    def test_nobody_decides_about_a_record_of_their_own(self, device: SoftDevice, sitting: Sitting) -> None:
        answer = device.seal_and_send(given(device, sitting), place="Elsewhere")
        grant_role(person=sitting.assessor, role=Role.REGISTRAR, by=None)
        assessor = User.objects.get(pk=sitting.assessor_id)
        with pytest.raises(PracticalError) as refusal:
            decide_seal(sealed=kept(answer), by=assessor, allows=True, reason="It is fine.")
        assert refusal.value.code == "own_record"


def test_a_device_holds_a_sitting_alone(device: SoftDevice, sitting: Sitting) -> None:
    other = SoftDevice(sitting.assessor, "Tablet two")
    assert other.load() == []
    assert FieldCheckout.objects.filter(sitting=sitting, ended_at__isnull=True).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        FieldCheckout.objects.create(sitting=sitting, device=other.row)


def test_only_the_next_seven_days_of_this_assessor_go_along(
    enrolment: Enrolment, instructor: User, other_instructor: User
) -> None:
    make_rubric(enrolment)
    today = make_sitting(enrolment, instructor, opened=False)
    soon = make_sitting(enrolment, instructor, opened=False, scheduled_for=timezone.localdate() + timedelta(days=6))
    make_sitting(enrolment, instructor, opened=False, scheduled_for=timezone.localdate() + timedelta(days=9))
    make_sitting(enrolment, other_instructor, opened=False)
    device = SoftDevice(instructor)
    assert [row["id"] for row in device.load()] == [str(today.pk), str(soon.pk)]
    text = json.dumps(device.list)
    assert not [word for word in (enrolment.person.email, instructor.email, "@example.org") if word in text]


def test_what_was_sealed_is_not_handed_out_again(device: SoftDevice, sitting: Sitting) -> None:
    device.seal_and_send(given(device, sitting))
    assert device.load() == []
    assert device.list["seals"][0]["state"] == "needs_reauth"


def alter_payload() -> None:
    row = SealedRecord.objects.get()
    SealedRecord.objects.update(payload=row.bytes.replace(b'"level":4', b'"level":5', 1))


TAMPERING: dict[str, Callable[[], object]] = {
    "does not match its digest": alter_payload,
    "seal of the device": lambda: SealedRecord.objects.update(signature="AAAA"),
    "another sitting, device or number": lambda: SealedRecord.objects.update(number=5),
    "no seal is kept": lambda: SealSignature.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize("reason", TAMPERING)
def test_verification_names_what_was_changed(device: SoftDevice, sitting: Sitting, reason: str) -> None:
    sign(device.seal_and_send(given(device, sitting)), sitting.assessor)
    out = StringIO()
    call_command("verify_signoffs", stdout=out)
    assert "hold: 1. Seals of devices: 1." in out.getvalue()
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        TAMPERING[reason]()
    for table in ("exams_sealedrecord", "exams_sealsignature"):
        run(connection, lift_statements(connection.vendor, table))
    TAMPERING[reason]()
    assert any(reason in fault.reason for fault in verify_sign_offs() + verify_seals())
    with pytest.raises(CommandError):
        call_command("verify_signoffs", stderr=StringIO())


def test_a_key_that_is_exchanged_on_the_server_is_noticed(device: SoftDevice, sitting: Sitting) -> None:
    sign(device.seal_and_send(given(device, sitting)), sitting.assessor)
    device.row.public_key = SoftDevice(sitting.assessor, "Another").public_key[:-4] + "AAAA"
    device.row.save()
    assert any("seal of the device" in fault.reason for fault in verify_seals())


def test_times_are_written_as_the_server_writes_them() -> None:
    moment = timezone.now().replace(microsecond=123_000)
    assert stamp(moment) == timestamp_text(moment)
