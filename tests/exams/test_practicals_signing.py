"""Signing, correcting, acknowledging, and what follows from it."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import cancel_sitting, observe
from exams.actions.sign_offs import acknowledge, correct, draft_correction, draft_record, sign_off
from exams.errors import IncompleteRecordError, PracticalError
from exams.models import (
    Acknowledgement,
    AssessorQualification,
    Observation,
    SignOff,
    Sitting,
    StationResult,
    practical_outcome,
)
from exams.rules.practical_saves import Save
from exams.signals import requirement_met
from lms.accounts.models import DeclaredRelationship, User
from lms.audit.actions import first_fault
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting, save_values

pytestmark = pytest.mark.django_db


def sign(sitting: Sitting, **changes: Any) -> SignOff:
    facts = {"by": sitting.assessor, "password": PASSWORD, "nonce": uuid.uuid4()} | changes
    if "digest" not in facts:
        facts["digest"] = draft_record(sitting).digest
    return sign_off(sitting=sitting, **facts)


def amend(row: SignOff, changes: dict[str, str], **facts: Any) -> SignOff:
    given = {"by": row.signer, "password": PASSWORD, "nonce": uuid.uuid4(), "reason": "A slip of the finger"} | facts
    if "digest" not in given:
        given["digest"] = draft_correction(row, changes, given["reason"]).digest
    return correct(sign_off=row, changes=changes, **given)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(PracticalError) as refusal:
        act()
    return refusal.value.code


@pytest.fixture
def heard() -> Any:
    enrolments: list[Enrolment] = []

    def listen(enrolment: Enrolment, **_: object) -> None:
        enrolments.append(enrolment)

    requirement_met.connect(listen)
    yield enrolments
    requirement_met.disconnect(listen)


class TestSigning:
    def test_the_signed_bytes_are_those_that_anybody_can_build(self, rated: Sitting) -> None:
        """The digest over a record written by hand, canonical by another package, equals the stored one."""
        row = sign(rated)
        times = dict(Observation.objects.values_list("field", "saved_at"))
        values = dict(Observation.objects.values_list("field", "value"))
        rated.refresh_from_db()
        assert rated.opened_at is not None
        record = {
            "sitting": str(rated.pk),
            "version": 1,
            "programme": "tms-technician",
            "trainee": {"id": str(rated.trainee.public_id), "name": "Ada Trainee"},
            "assessor": {
                "id": str(rated.assessor.public_id),
                "name": "Ines Instructor",
                "qualification": "physician",
                "qualified_by": str(AssessorQualification.objects.get(person=rated.assessor).pk),
            },
            "rubric": {
                "code": "tms-technician-practical",
                "version": 1,
                "digest": rated.rubric_version.digest,
            },
            "stations": ["P01", "P02"],
            "setting": {
                "date": timezone.localdate().isoformat(),
                "place": "Room 2",
                "device": "MagPro R30, Cool-B65",
                "device_family": "figure_eight",
                "simulated": True,
            },
            "identity_confirmed_at": rated.opened_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "entries": [
                {
                    "field": field,
                    "value": values[field],
                    "seq": 1,
                    "saved_at": times[field].strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                }
                for field in sorted(values)
            ],
            "judgements": [{"station": code, "level": 4, "critical": False, "met": True} for code in ("P01", "P02")],
            "outcome": "competent",
            "meaning": row.meaning,
            "corrects": None,
            "reason": "",
        }
        by_hand = b"tms-signoff/1\n" + rfc8785.dumps(record)
        assert row.payload == by_hand
        assert row.digest == hashlib.sha256(by_hand).hexdigest()

    def test_the_signature_binds_name_meaning_times_and_record(self, rated: Sitting) -> None:
        row = sign(rated)
        body = {
            "record_digest": row.digest,
            "sitting": str(rated.pk),
            "version": 1,
            "signer": str(rated.assessor.public_id),
            "printed_name": "Ines Instructor",
            "meaning": row.meaning,
            "auth_method": "password",
            "authenticated_at": row.authenticated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "signed_at": row.signed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "chain_number": 1,
            "previous": "0" * 64,
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        assert row.signature_digest == hashlib.sha256(b"tms-signature/1\n" + text.encode()).hexdigest()

    def test_everything_happens_in_one_step(self, rated: Sitting, enrolment: Enrolment, heard: list[Any]) -> None:
        row = sign(rated)
        rated.refresh_from_db()
        assert (rated.state, rated.signed_at is not None) == ("signed", True)
        results = StationResult.objects.values_list("station", "level", "critical", "met")
        assert sorted(results) == [("P01", 4, False, True), ("P02", 4, False, True)]
        event = Event.objects.get(verb="practical.signed_off")
        assert (event.target_id, event.data["digest"]) == (str(row.pk), row.digest)
        assert heard == [enrolment]
        assert first_fault() is None

    def test_signatures_of_one_person_form_a_chain(
        self, rated: Sitting, enrolment: Enrolment, other_instructor: User
    ) -> None:
        first = sign(rated)
        second = complete_and_sign(make_sitting(enrolment, rated.assessor))
        other = complete_and_sign(make_sitting(enrolment, other_instructor))
        assert (second.chain_number, second.previous_digest) == (2, first.signature_digest)
        assert (other.chain_number, other.previous_digest) == (1, "0" * 64)

    def test_a_double_tap_signs_once(self, rated: Sitting, heard: list[Any]) -> None:
        facts = {"nonce": uuid.uuid4(), "digest": draft_record(rated).digest}
        assert sign(rated, **facts) == sign(rated, **facts)
        assert (SignOff.objects.count(), len(heard)) == (1, 1)

    def test_a_nonce_serves_one_request(self, rated: Sitting) -> None:
        nonce = uuid.uuid4()
        sign(rated, nonce=nonce)
        assert code_of(lambda: sign(rated, nonce=nonce, digest="0" * 64)) == "nonce_reused"

    def test_signing_twice_is_refused(self, rated: Sitting) -> None:
        digest = sign(rated).digest
        assert code_of(lambda: sign(rated, digest=digest)) == "already_signed"
        assert SignOff.objects.count() == 1


class TestRefusals:
    """Whatever is refused leaves the sitting open and nothing signed."""

    @pytest.fixture(autouse=True)
    def _nothing_is_signed(self, rated: Sitting) -> Any:
        yield
        rated.refresh_from_db()
        assert (SignOff.objects.count(), StationResult.objects.count()) == (0, 0)
        assert rated.signed_at is None

    def test_wrong_password(self, rated: Sitting) -> None:
        assert code_of(lambda: sign(rated, password="not it")) == "wrong_password"

    def test_a_digest_of_an_older_state(self, rated: Sitting) -> None:
        shown = draft_record(rated).digest
        save_values(rated, {"P01.level": "3"}, seq=2)
        assert code_of(lambda: sign(rated, digest=shown)) == "stale_digest"

    def test_gaps(self, rated: Sitting) -> None:
        digest = draft_record(rated).digest
        save_values(rated, {"P01-1": "", "P02-1": "not_done"}, seq=2)
        with pytest.raises(IncompleteRecordError) as refusal:
            sign(rated, digest=digest)
        assert [gap.field for gap in refusal.value.missing] == ["P01-1", "P02-1.comment"]

    def test_another_instructor(self, rated: Sitting, other_instructor: User) -> None:
        with pytest.raises(PermissionDenied):
            sign(rated, by=other_instructor)

    def test_a_relationship_declared_meanwhile(self, rated: Sitting) -> None:
        DeclaredRelationship.objects.create(person=rated.trainee, other=rated.assessor, kind="relative")
        assert code_of(lambda: sign(rated)) == "conflict_relationship"

    def test_a_cancelled_sitting(self, rated: Sitting, registrar: User) -> None:
        digest = draft_record(rated).digest
        cancel_sitting(sitting=rated, by=registrar)
        assert code_of(lambda: sign(rated, digest=digest)) == "sitting_cancelled"

    def test_somebody_whose_account_is_closed(self, rated: Sitting) -> None:
        rated.assessor.is_active = False
        with pytest.raises(PermissionDenied):
            sign(rated)


class TestOutcome:
    def test_a_failed_station_can_be_repeated_with_another_assessor(
        self, sitting: Sitting, enrolment: Enrolment, other_instructor: User, heard: list[Any]
    ) -> None:
        complete_and_sign(sitting, {"P02.level": "2", "outcome": "needs_remediation", "remark": "Repeat P02."})
        before = practical_outcome(enrolment)
        assert (before.passed, before.stations_passed, before.missing, heard) == (False, 1, ("P02",), [])
        row = complete_and_sign(make_sitting(enrolment, other_instructor, stations=["P02"]))
        after = practical_outcome(enrolment)
        assert (after.passed, after.signed_at, after.assessors) == (
            True,
            row.signed_at,
            ("Ines Instructor", "Omar Instructor"),
        )
        assert heard == [enrolment]

    def test_a_rubric_loaded_later_does_not_take_a_pass_away(self, sitting: Sitting, enrolment: Enrolment) -> None:
        complete_and_sign(sitting)
        make_rubric(enrolment, stations=3)
        assert practical_outcome(enrolment).passed

    def test_without_a_sitting_the_newest_rubric_counts(self, enrolment: Enrolment) -> None:
        assert practical_outcome(enrolment).stations_total == 0
        make_rubric(enrolment, stations=3)
        assert practical_outcome(enrolment).missing == ("P01", "P02", "P03")

    def test_could_not_assess_leaves_the_stations_as_they_were(self, sitting: Sitting, enrolment: Enrolment) -> None:
        complete_and_sign(sitting)
        broken = make_sitting(enrolment, sitting.assessor)
        save_values(broken, {"outcome": "could_not_assess", "remark": "Fire alarm", "P01-1": "done"})
        sign(broken)
        assert practical_outcome(enrolment).passed

    def test_a_critical_failure_in_a_later_sitting_counts(self, sitting: Sitting, enrolment: Enrolment) -> None:
        complete_and_sign(sitting)
        later = make_sitting(enrolment, sitting.assessor)
        values = {
            "outcome": "could_not_assess",
            "remark": "Broken off",
            "P01.critical": "P01-C1",
            "P01.comment": "Saw it",
        }
        save_values(later, values)
        sign(later)
        assert practical_outcome(enrolment).missing == ("P01",)


class TestCorrecting:
    CHANGES = {"P01-1": "partly", "P01-1.comment": "Needed one prompt"}

    def test_the_old_version_stays_and_the_new_one_cites_it(self, rated: Sitting) -> None:
        first = sign(rated)
        before = SignOff.objects.filter(pk=first.pk).values().get()
        second = amend(first, self.CHANGES)
        assert SignOff.objects.filter(pk=first.pk).values().get() == before
        assert (second.version, second.corrects, second.reason) == (2, first, "A slip of the finger")
        assert second.content["corrects"] == first.digest
        assert Event.objects.filter(verb="practical.corrected").count() == 1

    def test_only_what_changed_differs(self, rated: Sitting) -> None:
        first = sign(rated)
        second = amend(first, self.CHANGES | {"P02-1": "done"})
        old = {entry["field"]: entry for entry in first.content["entries"]}
        new = {entry["field"]: entry for entry in second.content["entries"]}
        changed = {
            field: (entry["value"], entry["seq"], entry["saved_at"])
            for field, entry in new.items()
            if old.get(field) != entry
        }
        assert changed == {"P01-1": ("partly", 2, None), "P01-1.comment": ("Needed one prompt", 1, None)}

    def test_a_correction_decides_anew(self, rated: Sitting, enrolment: Enrolment) -> None:
        first = sign(rated)
        worse = {"P02.level": "2", "outcome": "needs_remediation", "remark": "Wrong row tapped"}
        second = amend(first, worse)
        assert practical_outcome(enrolment).missing == ("P02",)
        amend(second, {"P02.level": "3", "outcome": "competent"})
        assert practical_outcome(enrolment).passed

    def test_a_double_tap_corrects_once(self, rated: Sitting) -> None:
        first, nonce = sign(rated), uuid.uuid4()
        digest = draft_correction(first, self.CHANGES, "A slip of the finger").digest
        assert amend(first, self.CHANGES, nonce=nonce, digest=digest) == amend(
            first, self.CHANGES, nonce=nonce, digest=digest
        )
        assert SignOff.objects.count() == 2

    def test_refusals(self, rated: Sitting, other_instructor: User) -> None:
        first = sign(rated)
        assert code_of(lambda: amend(first, self.CHANGES, reason="  ")) == "no_reason"
        assert code_of(lambda: amend(first, {"P01-1": "done"})) == "nothing_changed"
        assert code_of(lambda: amend(first, {"P01-1": "great"})) == "bad_value"
        assert code_of(lambda: amend(first, {"P77-1": "done"})) == "unknown_field"
        assert code_of(lambda: amend(first, {"P01-1": "not_done"})) == "record_incomplete"
        assert code_of(lambda: amend(first, self.CHANGES, password="no")) == "wrong_password"
        assert code_of(lambda: amend(first, self.CHANGES, digest="0" * 64)) == "stale_digest"
        with pytest.raises(PermissionDenied):
            amend(first, self.CHANGES, by=other_instructor)
        amend(first, self.CHANGES)
        assert code_of(lambda: amend(first, {"P02-1": "partly"})) == "not_the_latest"
        assert SignOff.objects.count() == 2


class TestAcknowledging:
    def test_the_trainee_agrees_once(self, rated: Sitting) -> None:
        row = sign(rated)
        first = acknowledge(sign_off=row, by=rated.trainee, agrees=True)
        again = acknowledge(sign_off=row, by=rated.trainee, agrees=False, remark="Changed my mind")
        assert (again, Acknowledgement.objects.get().agrees) == (first, True)
        assert Event.objects.filter(verb="practical.acknowledged").count() == 1

    def test_a_remark_is_kept_and_needed(self, rated: Sitting) -> None:
        row = sign(rated)
        assert code_of(lambda: acknowledge(sign_off=row, by=rated.trainee, agrees=False, remark=" ")) == "remark_needed"
        assert acknowledge(sign_off=row, by=rated.trainee, agrees=False, remark="P02 was rushed").remark

    def test_nobody_else_acknowledges(self, rated: Sitting, other_trainee: User) -> None:
        row = sign(rated)
        assert code_of(lambda: acknowledge(sign_off=row, by=other_trainee, agrees=True)) == "not_your_record"


def test_a_save_after_the_summary_makes_it_stale(rated: Sitting) -> None:
    """The same value under a new number still is another record: number and time are part of it."""
    shown = draft_record(rated).digest
    saves = [Save("P01-1", 2, "done")]
    observe(sitting=rated, by=rated.assessor, saves=saves, received_at=timezone.now())
    assert draft_record(rated).digest != shown
