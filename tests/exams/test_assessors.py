"""Who may assess: every refusal when a sitting is assigned, opened and signed; overrides; withdrawals and doubts."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certificates.actions import issue_if_eligible
from certificates.models import Doubt
from courses.models import Enrolment
from exams.actions.assessors import Grounds, grant, withdraw
from exams.actions.fitness import Duty
from exams.actions.overrides import OVERRIDE, propose_override
from exams.actions.practicals import open_sitting
from exams.actions.sign_offs import correct, draft_correction, draft_record, sign_off
from exams.errors import AssessorError, PracticalError, UnconfirmedError, UnfitError
from exams.models import (
    AssessorQualification,
    ConflictOverride,
    PracticumDecision,
    PracticumEntry,
    Qualification,
    RubricVersion,
    SignOff,
    Sitting,
    practical_outcome,
)
from exams.practical_loading import load_practical
from exams.rules.assessors import DeviceFamily, Task
from lms.accounts.actions import grant_role
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.proofs import Given
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.factories.assessors import qualify
from tests.factories.exams import RIGHT, complete_course, sit_exam
from tests.factories.practicals import (
    complete_and_sign,
    good_values,
    make_rubric,
    make_sitting,
    rubric_content,
    save_values,
)

pytestmark = pytest.mark.django_db
PHYSICIAN, TECHNICIAN = Qualification.PHYSICIAN, Qualification.TECHNICIAN


def change(person: User, **columns: Any) -> None:
    """Change the qualification that the factory gave, as time or a registrar would."""
    AssessorQualification.objects.filter(person=person).update(**columns)


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def expired() -> dict[str, Any]:
    return {"valid_until": days(-1)}


REFUSALS: list[tuple[Callable[[], dict[str, Any]], str, str]] = [
    (lambda: {"valid_from": days(1)}, "qualification_not_yet", "the qualification begins on"),
    (expired, "qualification_ended", "the qualification ended on"),
    (lambda: {"stations": ["P01"]}, "station_not_in_scope", "does not cover P02"),
    (lambda: {"device_families": ["deep"]}, "device_not_in_scope", "does not cover this kind of device"),
    (lambda: {"calibrated_on": days(-366)}, "calibration_due", "the yearly calibration was due on"),
]


class TestQualification:
    @pytest.mark.parametrize(("columns", "code", "words"), REFUSALS)
    def test_is_asked_when_assigned(self, enrolment, instructor, columns, code, words):
        change(instructor, **columns())
        with pytest.raises(UnfitError) as refusal:
            make_sitting(enrolment, instructor, opened=False)
        assert refusal.value.code == code
        assert refusal.value.sentence.startswith("Ines Instructor may not assess this: ")
        assert words in refusal.value.sentence
        assert not Sitting.objects.exists()

    @pytest.mark.parametrize(("columns", "code", "words"), REFUSALS)
    def test_is_asked_when_opened(self, enrolment, instructor, columns, code, words):
        sitting = make_sitting(enrolment, instructor, opened=False)
        change(instructor, **columns())
        with pytest.raises(UnfitError, match=words) as refusal:
            open_sitting(sitting=sitting, by=instructor, qualification=PHYSICIAN)
        assert refusal.value.code == code
        sitting.refresh_from_db()
        assert sitting.opened_at is None

    @pytest.mark.parametrize(("columns", "code", "words"), REFUSALS)
    def test_is_asked_when_signed(self, rated, instructor, columns, code, words):
        change(instructor, **columns())
        with pytest.raises(UnfitError, match=words) as refusal:
            sign(rated)
        assert refusal.value.code == code
        rated.refresh_from_db()
        assert (rated.is_open, rated.observations.count() > 0) == (True, True)
        assert not SignOff.objects.exists()

    def test_is_asked_when_corrected(self, rated, instructor):
        record = sign(rated)
        change(instructor, **expired())
        draft = draft_correction(record, {"P01.level": "3"}, "Mistyped.")
        arguments = {"changes": {"P01.level": "3"}, "reason": "Mistyped.", "nonce": uuid.uuid4()}
        with pytest.raises(UnfitError, match="ended on"):
            correct(sign_off=record, by=instructor, digest=draft.digest, given=Given(password=PASSWORD), **arguments)

    def test_names_every_condition_that_failed(self, enrolment, instructor):
        change(instructor, **expired() | {"stations": ["P01"], "calibrated_on": days(-400)})
        with pytest.raises(UnfitError) as refusal:
            make_sitting(enrolment, instructor, opened=False)
        assert [words in refusal.value.sentence for words in ("ended on", "cover P02", "was due on")] == [True] * 3

    def test_of_another_programme_is_none(self, enrolment, instructor):
        other = type(enrolment.programme).objects.create(code="other", title="Other", curriculum_version="1")
        change(instructor, programme=other)
        with pytest.raises(UnfitError, match="for another programme"):
            make_sitting(enrolment, instructor, opened=False)

    def test_without_any_nobody_assesses(self, enrolment, instructor):
        sitting = make_sitting(enrolment, instructor, opened=False)
        AssessorQualification.objects.all().delete()
        with pytest.raises(UnfitError, match="no qualification as an assessor is recorded") as refusal:
            open_sitting(sitting=sitting, by=instructor, qualification=PHYSICIAN)
        assert refusal.value.code == "not_qualified"

    def test_only_a_basis_that_is_held_can_be_stated(self, enrolment, instructor):
        sitting = make_sitting(enrolment, instructor, opened=False)
        with pytest.raises(PracticalError) as refusal:
            open_sitting(sitting=sitting, by=instructor, qualification=TECHNICIAN)
        assert refusal.value.code == "basis_not_held"

    def test_the_basis_that_was_stated_has_to_hold_at_the_signature(self, rated, instructor):
        change(instructor, **expired())
        qualify(instructor, basis=TECHNICIAN)
        with pytest.raises(UnfitError, match="ended on"):
            sign(rated)

    def test_stands_in_the_record(self, rated):
        row = sign(rated)
        held = AssessorQualification.objects.get(person=rated.assessor)
        assert row.content["assessor"]["qualified_by"] == str(held.pk)
        assert row.content["setting"]["device_family"] == "figure_eight"

    @pytest.mark.parametrize("name", ["sitting", "checklist", "summary"])
    def test_pages_say_what_failed(self, rated, instructor, client_for, name):
        change(instructor, **expired())
        answer = client_for(instructor).get(reverse(f"exams:{name}", args=[rated.pk]))
        assert answer.status_code == 403
        assert "the qualification ended on" in answer.content.decode()


def sign(sitting: Sitting, by: User | None = None) -> SignOff:
    digest = draft_record(sitting).digest
    return sign_off(
        sitting=sitting, by=by or sitting.assessor, digest=digest, given=Given(password=PASSWORD), nonce=uuid.uuid4()
    )


def grounds(**changes: Any) -> Grounds:
    facts: dict[str, Any] = {
        "basis": TECHNICIAN,
        "families": [DeviceFamily.FIGURE_EIGHT],
        "valid_from": days(0),
        "valid_until": days(364),
        "trained_on": days(-30),
        "calibrated_on": days(-30),
    }
    return Grounds(**facts | changes)


class TestGranting:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"families": []}, "no_device"),
            ({"valid_until": -1}, "days_in_disorder"),
            ({"valid_from": 10, "valid_until": 9}, "days_in_disorder"),
            ({"valid_until": 1099}, "too_long"),
            ({"trained_on": 1}, "training_to_come"),
            ({"valid_from": -40}, "training_after_start"),
            ({"calibrated_on": 1}, "calibration_to_come"),
            ({"calibrated_on": -366}, "calibration_too_old"),
            ({"stations": ["P99"]}, "unknown_station"),
        ],
    )
    def test_refusals(self, enrolment, instructor, registrar, changes, code):
        make_rubric(enrolment)
        dated = {name: days(value) if isinstance(value, int) else value for name, value in changes.items()}
        with pytest.raises(AssessorError) as refusal:
            grant(person=instructor, grounds=grounds(**dated), by=registrar)
        assert refusal.value.code == code

    def test_nobody_qualifies_or_withdraws_themselves(self, make_person):
        both = make_person("Bea Both", Role.INSTRUCTOR, Role.REGISTRAR)
        qualify(both)
        for act in (
            lambda: grant(person=both, grounds=grounds(), by=both),
            lambda: withdraw(person=both, reason="x", doubted_from=None, by=both),
        ):
            with pytest.raises(AssessorError) as refusal:
                act()
            assert refusal.value.code == "own_qualification"

    def test_only_instructors_and_only_by_staff(self, trainee, instructor, registrar):
        with pytest.raises(AssessorError) as refusal:
            grant(person=trainee, grounds=grounds(), by=registrar)
        assert refusal.value.code == "not_an_instructor"
        with pytest.raises(PermissionDenied):
            grant(person=instructor, grounds=grounds(), by=instructor)

    def test_a_renewal_holds_in_place_of_the_old_one_from_its_first_day(self, enrolment, instructor, registrar):
        old = qualify(instructor)
        narrow = grounds(valid_from=days(10), valid_until=days(374), stations=["P01"])
        make_rubric(enrolment)
        renewal = grant(person=instructor, grounds=narrow, by=registrar, renews=old)
        assert make_sitting(enrolment, instructor, opened=False, scheduled_for=days(9))
        with pytest.raises(UnfitError, match="does not cover P02"):
            make_sitting(enrolment, instructor, opened=False, scheduled_for=days(10))
        event = Event.objects.get(verb="assessor.qualified")
        assert (event.target_id, event.data["renews"]) == (str(renewal.pk), str(old.pk))
        with pytest.raises(AssessorError) as refusal:
            grant(person=instructor, grounds=narrow, by=registrar, renews=old)
        assert refusal.value.code == "renewed_already"

    def test_what_was_withdrawn_is_not_renewed(self, instructor, registrar):
        old = qualify(instructor)
        withdraw(person=instructor, reason="Left.", doubted_from=None, by=registrar)
        old.refresh_from_db()
        with pytest.raises(AssessorError) as refusal:
            grant(person=instructor, grounds=grounds(), by=registrar, renews=old)
        assert refusal.value.code == "not_standing"

    def test_the_database_knows_no_grant_without_training_or_to_oneself(self, instructor, registrar):
        facts = {"basis": TECHNICIAN, "device_families": ["deep"], "valid_from": days(0), "valid_until": days(1)}
        seen = {"trained_on": days(0), "calibrated_on": days(0)}
        for wrong in ({"granted_by": registrar}, seen | {"granted_by": instructor}, seen):
            with pytest.raises(IntegrityError), transaction.atomic():
                AssessorQualification.objects.create(person=instructor, **facts | wrong)


@pytest.fixture
def certified(enrolment: Enrolment, instructor: User) -> Enrolment:
    """Ada with her certificate, by a practical that Ines alone signed."""
    complete_course(enrolment)
    sit_exam(enrolment, RIGHT)
    complete_and_sign(make_sitting(enrolment, instructor))
    assert issue_if_eligible(enrolment=enrolment)
    return enrolment


class TestWithdrawing:
    @pytest.mark.parametrize(
        ("arguments", "code"),
        [({"reason": "  "}, "no_reason"), ({"doubted_from": 1}, "day_to_come")],
    )
    def test_refusals(self, instructor, registrar, arguments, code):
        given = {"reason": "Drift.", "doubted_from": None} | arguments
        if given["doubted_from"]:
            given["doubted_from"] = days(given["doubted_from"])
        with pytest.raises(AssessorError) as refusal:
            withdraw(person=instructor, by=registrar, **given)
        assert refusal.value.code == code

    def test_ends_at_once_and_only_once_and_stays(self, rated, instructor, registrar):
        withdraw(person=instructor, reason="Drift.", doubted_from=None, by=registrar)
        with pytest.raises(UnfitError, match="was withdrawn on"):
            sign(rated)
        with pytest.raises(AssessorError) as refusal:
            withdraw(person=instructor, reason="Again.", doubted_from=None, by=registrar)
        assert refusal.value.code == "nothing_to_withdraw"
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            AssessorQualification.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
        assert Event.objects.filter(verb="assessor.withdrawn").count() == 1

    def test_puts_certificates_in_doubt_from_a_day_on(self, certified, instructor, registrar):
        assert withdraw(person=instructor, reason="Drift.", doubted_from=days(0), by=registrar) == [certified]
        doubt = Doubt.objects.get()
        assert doubt.credential.enrolment == certified
        assert doubt.reason.startswith("Ines Instructor, who assessed stations of the practical, was withdrawn")

    def test_who_only_stops_leaves_nothing_in_doubt(self, certified, instructor, registrar):
        assert withdraw(person=instructor, reason="Retired.", doubted_from=None, by=registrar) == []
        assert not Doubt.objects.exists()

    def test_records_of_earlier_days_stay_trusted(self, enrolment, instructor, registrar):
        with time_machine.travel(timezone.now() - timedelta(days=3)):
            complete_course(enrolment)
            sit_exam(enrolment, RIGHT)
            complete_and_sign(make_sitting(enrolment, instructor))
            assert issue_if_eligible(enrolment=enrolment)
        assert withdraw(person=instructor, reason="Drift.", doubted_from=days(-1), by=registrar) == []
        assert not Doubt.objects.exists()

    def test_a_certificate_that_comes_later_is_in_doubt_from_the_start(self, enrolment, instructor, registrar):
        complete_and_sign(make_sitting(enrolment, instructor))
        withdraw(person=instructor, reason="Drift.", doubted_from=days(0), by=registrar)
        complete_course(enrolment)
        sit_exam(enrolment, RIGHT)
        assert issue_if_eligible(enrolment=enrolment)
        assert Doubt.objects.count() == 1

    def test_what_somebody_else_assessed_anew_rests_on_the_withdrawn_no_more(
        self, certified, instructor, other_instructor, registrar
    ):
        complete_and_sign(make_sitting(certified, other_instructor))
        assert withdraw(person=instructor, reason="Drift.", doubted_from=days(0), by=registrar) == []


SCHEME = {
    "minimum_assessors": 2,
    "physician_where_required": True,
    "retries_on_one_day": 1,
    "days_after_critical_failure": 14,
    "repeat_after_critical_failure": ["P02"],
    "months_after_training": 24,
    "other_assessor_after_failure": True,
}
FAILED = {"P01.level": "2", "outcome": "needs_remediation", "remark": "Once more."}
CRITICAL = {"P01.critical": "P01-C1", "P01.comment": "Seen.", "outcome": "needs_remediation", "remark": "Wait."}


@pytest.fixture
def strict(enrolment: Enrolment) -> Enrolment:
    """Ada, in a programme whose rubric has rules."""
    make_rubric(enrolment, rules=SCHEME)
    return enrolment


def fail(enrolment: Enrolment, assessor: User, values: dict[str, str], stations: list[str]) -> None:
    complete_and_sign(make_sitting(enrolment, assessor, stations=stations), values)


class TestRulesOfTheScheme:
    def test_one_assessor_does_not_pass_a_trainee_and_two_do(self, strict, instructor, other_instructor):
        complete_and_sign(make_sitting(strict, instructor))
        outcome = practical_outcome(strict)
        assert (outcome.passed, outcome.missing) == (False, ())
        complete_and_sign(make_sitting(strict, other_instructor, stations=["P02"]))
        assert practical_outcome(strict).passed

    def test_the_trainee_reads_what_is_missing(self, strict, instructor, client_for):
        complete_course(strict)
        sit_exam(strict, RIGHT)
        complete_and_sign(make_sitting(strict, instructor))
        assert issue_if_eligible(enrolment=strict) is None
        page = client_for(instructor).get(reverse("exams:signed", args=[Sitting.objects.get().pk])).content.decode()
        assert "One more person has to assess at least one station" in page

    @pytest.mark.parametrize(("after", "code"), [(13, "too_early"), (14, None)])
    def test_waiting_after_a_critical_failure(self, strict, instructor, other_instructor, after, code):
        fail(strict, instructor, CRITICAL, ["P01"])
        plan = {"opened": False, "scheduled_for": days(after)}
        if code is None:
            assert make_sitting(strict, other_instructor, **plan)
            return
        with pytest.raises(PracticalError, match="was a critical failure on") as refusal:
            make_sitting(strict, other_instructor, **plan)
        assert refusal.value.code == code

    def test_a_sitting_planned_before_the_failure_does_not_open(self, strict, instructor, other_instructor):
        planned = make_sitting(strict, other_instructor, opened=False, stations=["P01"])
        fail(strict, instructor, CRITICAL, ["P01"])
        with pytest.raises(PracticalError) as refusal:
            open_sitting(sitting=planned, by=other_instructor, qualification=PHYSICIAN)
        assert refusal.value.code == "too_early"

    def test_one_retry_on_the_same_day(self, strict, instructor):
        fail(strict, instructor, FAILED, ["P01"])
        fail(strict, instructor, FAILED, ["P01"])
        with pytest.raises(PracticalError) as refusal:
            make_sitting(strict, instructor, stations=["P01"])
        assert refusal.value.code == "too_many_tries"

    def test_planning_without_the_repeat_has_to_be_confirmed(self, strict, instructor, other_instructor):
        fail(strict, instructor, CRITICAL, ["P01"])
        plan = {"stations": ["P01"], "scheduled_for": days(20), "opened": False}
        with pytest.raises(UnconfirmedError, match="P02 has to be done again too") as refusal:
            make_sitting(strict, other_instructor, despite=(), **plan)
        assert [found.code for found in refusal.value.objections] == ["repeat_needed"]
        assert make_sitting(strict, other_instructor, despite=["repeat_needed"], **plan)

    def test_planning_a_technician_where_a_physician_is_needed_has_to_be_confirmed(self, enrolment, instructor):
        content = rubric_content(programme=enrolment.programme.code, rules=SCHEME)
        content["stations"][0]["physician_required"] = True
        load_practical(content)
        change(instructor, basis=TECHNICIAN)
        with pytest.raises(UnconfirmedError, match="P01 counts only when a TMS-trained physician") as refusal:
            make_sitting(enrolment, instructor, opened=False, despite=())
        assert [found.code for found in refusal.value.objections] == ["physician_needed"]
        assert make_sitting(enrolment, instructor, opened=False, despite=(), stations=["P02"])

    def test_an_older_version_without_rules_keeps_what_was_passed_by_it(self, enrolment, instructor):
        complete_and_sign(make_sitting(enrolment, instructor))
        make_rubric(enrolment, rules=SCHEME)
        assert practical_outcome(enrolment).passed


class TestConflicts:
    def test_who_trained_the_trainee_does_not_assess(self, strict, instructor):
        trained(strict, instructor)
        with pytest.raises(UnfitError) as refusal:
            make_sitting(strict, instructor, opened=False)
        assert refusal.value.code == "conflict_trained"

    def test_a_session_that_nobody_confirmed_is_no_conflict(self, strict, instructor):
        trained(strict, instructor, confirmed=False)
        assert make_sitting(strict, instructor, opened=False)

    def test_who_saw_the_failed_try_does_not_see_the_next_day(self, strict, instructor):
        fail(strict, instructor, FAILED, ["P01"])
        with pytest.raises(UnfitError) as refusal:
            make_sitting(strict, instructor, opened=False, stations=["P01"], scheduled_for=days(1))
        assert refusal.value.code == "conflict_examined"
        assert make_sitting(strict, instructor, opened=False, stations=["P02"], scheduled_for=days(1))

    @pytest.mark.parametrize("stage", ["opened", "signed"])
    def test_one_declared_meanwhile_refuses(self, enrolment, instructor, stage):
        sitting = make_sitting(enrolment, instructor, opened=stage == "signed")
        related(sitting, "business")
        with pytest.raises(UnfitError) as refusal:
            if stage == "opened":
                open_sitting(sitting=sitting, by=instructor, qualification=PHYSICIAN)
            else:
                save_values(sitting, good_values(sitting))
                sign(sitting)
        assert refusal.value.code == "conflict_relationship"


class TestOverrides:
    def test_a_second_person_allows_it_and_the_record_names_both(self, strict, instructor, registrar, exam_admin):
        trained(strict, instructor)
        made = ask(strict, instructor, registrar)
        with pytest.raises(UnfitError):  # asked for is not allowed
            make_sitting(strict, instructor, opened=False)
        confirm(proposal_id=made.pk, by=exam_admin)
        sitting = make_sitting(strict, instructor)
        save_values(sitting, good_values(sitting))
        row = sign(sitting)
        [shown] = row.content["overrides"]
        assert (shown["proposed_by"], shown["allowed_by"]) == ("Rosa Registrar", "Xenia Admin")
        assert shown["reason"] == "Nobody else is trained on this device."
        assert Event.objects.get(verb="practical.conflict_allowed").data["conflicts"] == ["trained"]

    def test_nobody_confirms_their_own_or_about_themselves(self, strict, instructor, registrar, make_person):
        trained(strict, instructor)
        grant_role(person=instructor, role=Role.EXAM_ADMIN, by=None)
        made = ask(strict, instructor, registrar)
        for person, code in ((registrar, "own_proposal"), (User.objects.get(pk=instructor.pk), "concerns_you")):
            with pytest.raises(ProposalError) as refusal:
                confirm(proposal_id=made.pk, by=person)
            assert refusal.value.code == code
        with pytest.raises(PracticalError) as own:
            ask(strict, User.objects.get(pk=instructor.pk), User.objects.get(pk=instructor.pk))
        assert own.value.code == "concerns_you"
        assert not ConflictOverride.objects.exists()

    @pytest.mark.parametrize(("kind", "code"), [("relative", "cannot_be_allowed"), ("", "no_conflict")])
    def test_what_cannot_be_asked_for(self, strict, instructor, registrar, kind, code):
        if kind:
            DeclaredRelationship.objects.create(person=strict.person, other=instructor, kind=kind)
        with pytest.raises(PracticalError) as refusal:
            ask(strict, instructor, registrar)
        assert refusal.value.code == code
        assert not Proposal.objects.exists()

    def test_another_conflict_later_refuses_again(self, strict, instructor, registrar, exam_admin):
        trained(strict, instructor)
        confirm(proposal_id=ask(strict, instructor, registrar).pk, by=exam_admin)
        sitting = make_sitting(strict, instructor, opened=False)
        related(sitting, "business")
        with pytest.raises(UnfitError, match="business relationship"):
            open_sitting(sitting=sitting, by=instructor, qualification=PHYSICIAN)

    def test_holds_for_one_trainee_only_and_cannot_be_changed(
        self, strict, instructor, registrar, exam_admin, other_trainee
    ):
        trained(strict, instructor)
        confirm(proposal_id=ask(strict, instructor, registrar).pk, by=exam_admin)
        other = Enrolment.objects.create(
            person=other_trainee, programme=strict.programme, curriculum_version="2026.1", pathway=strict.pathway
        )
        trained(other, instructor)
        with pytest.raises(UnfitError):
            make_sitting(other, instructor, opened=False)
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            ConflictOverride.objects.update(reason="Another.")


def related(sitting: Sitting, kind: str) -> None:
    DeclaredRelationship.objects.create(person=sitting.trainee, other=sitting.assessor, kind=kind)


def trained(enrolment: Enrolment, supervisor: User, *, confirmed: bool = True) -> None:
    """Let somebody have supervised a practicum session this month."""
    today = timezone.localdate()
    facts = {"kind": "supervised", "year": today.year, "month": today.month, "patient": 1, "protocol": "theta_burst"}
    entry = PracticumEntry.objects.create(enrolment=enrolment, supervisor=supervisor, nonce=uuid.uuid4(), **facts)
    if confirmed:
        PracticumDecision.objects.create(entry=entry, verdict="confirmed", decided_by=supervisor)


def ask(enrolment: Enrolment, assessor: User, by: User) -> Proposal:
    version = RubricVersion.objects.latest("number")
    duty = Duty(enrolment, version, Task(enrolment.programme_id, version.plain.codes, None, timezone.localdate()))
    return propose_override(duty=duty, assessor=assessor, reason="Nobody else is trained on this device.", by=by)


class TestPages:
    @pytest.fixture
    def rosa(self, registrar: User, client_for: Callable[[User], Client]) -> Client:
        """The registrar, who has just shown who she is."""
        client = client_for(registrar)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    def form(self, **changes: Any) -> dict[str, Any]:
        given = {
            "act": "grant",
            "basis": "technician",
            "families": ["figure_eight"],
            "trained_on": days(-30),
            "calibrated_on": days(-30),
            "valid_from": days(0),
            "valid_until": days(364),
            "stations": "p01, P02",
        }
        return given | changes

    def test_the_list_says_who_may_assess(self, rosa, instructor, other_instructor, make_person):
        change(other_instructor, **expired())
        make_person("Nina New", Role.INSTRUCTOR)
        page = rosa.get(reverse("exams:assessors")).content.decode()
        order = [page.index(word) for word in ("Ines Instructor", "Nina New", "Omar Instructor")]
        assert order == sorted(order)
        assert page.count("Not qualified") == 2
        assert "The qualification has ended." in page
        assert "No qualification is recorded." in page

    def test_the_list_asks_no_more_for_more_people(
        self, rosa, instructor, make_person, django_assert_num_queries, django_assert_max_num_queries
    ):
        url = reverse("exams:assessors")
        rosa.get(url)
        with django_assert_max_num_queries(30) as before:
            rosa.get(url)
        for number in range(4):
            qualify(make_person(f"More {number}", Role.INSTRUCTOR))
        with django_assert_num_queries(len(before)):
            rosa.get(url)

    def test_qualify_renew_and_withdraw_by_the_page(self, rosa, enrolment, make_person):
        make_rubric(enrolment)
        nina = make_person("Nina New", Role.INSTRUCTOR)
        url = reverse("exams:assessor", args=[nina.public_id])
        assert "None is recorded, so this person cannot assess." in rosa.get(url).content.decode()
        assert rosa.post(url, self.form()).status_code == 302
        first = AssessorQualification.objects.get(person=nina)
        assert (first.stations, first.basis) == (["P01", "P02"], TECHNICIAN)
        assert f'value="{first.pk}"' in rosa.get(url).content.decode()
        assert rosa.post(url, self.form(renews=first.pk, stations="")).status_code == 302
        assert AssessorQualification.objects.get(renews=first).stations == []
        gone = rosa.post(url, {"act": "withdraw", "reason": "Drift.", "trust": "trusted"}, follow=True).content.decode()
        assert "Nina New may not assess any more." in gone
        assert AssessorQualification.objects.standing().filter(person=nina).count() == 0

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"families": []}, "id_families", "Choose at least one kind of device."),
            ({"calibrated_on": "soon"}, "id_calibrated_on", "Enter the day as 2026-05-31."),
            ({"stations": "P99"}, "id_stations", "No rubric has the station P99."),
            ({"act": "withdraw", "reason": "x"}, "id_trust", "Choose what the withdrawal means"),
            ({"act": "withdraw", "reason": "x", "trust": "doubted"}, "id_doubted_from", "Enter the first day"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, rosa, instructor, changes, field, words):
        answer = rosa.post(reverse("exams:assessor", args=[instructor.public_id]), self.form(**changes))
        assert answer.status_code == 422
        assert f'<a href="#{field}">{words}' in answer.content.decode()

    def test_granting_asks_again_who_one_is(self, registrar, client_for, instructor):
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            answer = client_for(registrar).post(reverse("exams:assessor", args=[instructor.public_id]), self.form())
        assert answer["Location"].startswith("/accounts/reauthenticate/")

    def test_everybody_whom_the_withdrawn_let_pass_is_listed(self, rosa, certified, instructor):
        url = reverse("exams:assessor", args=[instructor.public_id])
        gone = {"act": "withdraw", "reason": "Drift.", "trust": "doubted", "doubted_from": days(0)}
        page = rosa.post(url, gone, follow=True).content.decode()
        assert "One passed practical is in doubt." in page
        record = SignOff.objects.get()
        assert reverse("exams:record", args=[record.pk]) in page
        assert "Ada Trainee" in page
        assert f"Certificate {certified.credentials.get().public_number} of Ada Trainee" in page
        assert "In doubt" in page

    def test_the_planning_page_leads_to_the_second_person(self, rosa, strict, instructor, exam_admin, client_for):
        trained(strict, instructor)
        plan = {
            "assessor": instructor.public_id,
            "scheduled_for": days(1),
            "starts": "09:00",
            "place": "Room",
            "device": "Coil",
            "device_family": "figure_eight",
            "simulated": "yes",
            "stations": ["P01"],
            "nonce": uuid.uuid4(),
        }
        planning = reverse("exams:assign_trainee", args=[strict.pk])
        page = rosa.post(planning, plan).content.decode()
        allow = reverse("exams:override", args=[strict.pk, instructor.public_id])
        assert '<a href="#id_assessor">The assessor trained this trainee' in page
        assert f'href="{allow}"' in page
        assert "The assessor trained this trainee in the practicum" in rosa.get(allow).content.decode()
        assert rosa.post(allow, {"reason": ""}).status_code == 422
        assert rosa.post(allow, {"reason": "Nobody else."})["Location"] == planning
        made = Proposal.objects.get(kind=OVERRIDE)
        xenia = client_for(exam_admin)
        xenia.post("/accounts/reauthenticate/", {"password": PASSWORD})
        told = xenia.get(reverse("dashboard:proposal", args=[made.pk])).content.decode()
        assert "Ines Instructor may assess Ada Trainee in spite of a conflict." in told
        confirm(proposal_id=made.pk, by=exam_admin)
        assert rosa.post(planning, plan).status_code == 302


class TestCarryingOver:
    """What the migration gives to those who assessed before qualifications were kept."""

    def carry_over(self) -> None:
        AssessorQualification.objects.all().delete()
        import_module("exams.migrations.0034_assessors").carry_over(apps, None)

    def test_only_instructors_get_one_that_says_where_it_came_from(self, instructor, trainee, registrar):
        self.carry_over()
        row = AssessorQualification.objects.get()
        assert (row.person, row.basis, row.origin) == (instructor, TECHNICIAN, "carried_over")
        assert (row.valid_from, row.valid_until) == (days(0), days(365))
        assert (row.trained_on, row.calibrated_on, row.granted_by) == (None, None, None)
        assert row.note.startswith(f"Carried over on {days(0).isoformat()}, when qualifications")

    def test_the_basis_is_what_was_stated_last_else_what_the_roles_say(self, enrolment, instructor, make_person):
        sitting = make_sitting(enrolment, instructor)
        Sitting.objects.update(qualified_by=None)
        doctor = make_person("Dora Doctor", Role.INSTRUCTOR, Role.PHYSICIAN)
        self.carry_over()
        bases = dict(AssessorQualification.objects.values_list("person__full_name", "basis"))
        assert bases == {instructor.full_name: sitting.qualification, doctor.full_name: "physician"}

    def test_lets_an_open_sitting_be_signed_for_a_year(self, rated):
        Sitting.objects.update(qualified_by=None)
        self.carry_over()
        with time_machine.travel(timezone.now() + timedelta(days=366)), pytest.raises(UnfitError, match="ended on"):
            sign(Sitting.objects.get())
        assert sign(Sitting.objects.get())
