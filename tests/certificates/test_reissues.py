"""A credential is issued again with another name: who asks, who decides, and that exactly one is ever in force."""

import json
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from certificates.actions import issue_if_eligible, keep_despite_doubt, raise_doubt, revoke
from certificates.badge_verification import check_file
from certificates.badges import badge_of
from certificates.errors import ReissueError, RevocationError
from certificates.models import Credential, ReissueRequest, Revocation
from certificates.reissues import decline_reissue, propose_reissue, withdraw_reissue
from certificates.rules.record import digest
from certificates.rules.validity import Status
from certificates.schedule import consider_open_enrolments
from courses.models import Enrolment
from lms.accounts.actions import grant_role
from lms.accounts.errors import CodedError
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import confirm, decline
from lms.approvals.errors import ProposalError
from lms.audit.actions import first_fault
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.certificates.standing import asked, beside_the_log, reinstated, reissued, run_all_jobs, suspended, together
from tests.certificates.test_suspensions import bit
from tests.certificates.test_watching import confirmed
from tests.factories.certificates import credential, signed_bytes


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def second(make_person: Any) -> User:
    person: User = make_person("Rita Registrar", Role.REGISTRAR)
    return person


def status(of: Credential) -> Status:
    return Credential.objects.with_standing().get(pk=of.pk).status_at(timezone.now())


def test_the_new_one_has_the_name_and_keeps_the_rest(held: Credential, registrar: User, second: User) -> None:
    new = reissued(held, registrar, second)
    assert (status(held), status(new)) == (Status.SUPERSEDED, Status.VALID)
    assert (new.holder_name, new.edition) == ("Ada Married", 2)
    assert new.number != held.number
    assert new.record_sha256 == digest(bytes(new.record))
    old_record, new_record = json.loads(bytes(held.record)), json.loads(bytes(new.record))
    changed = {name for name in old_record if old_record[name] != new_record[name]}
    assert changed == {"holder", "number", "verify_url"}
    assert new.awarded_on == held.awarded_on
    event = Event.objects.get(verb="credential.reissued")
    assert (event.target_id, event.actor) == (str(new.pk), str(second.public_id))
    assert event.data["replaces"] == str(held.pk)
    assert event.data["proposed_by"] == str(registrar.public_id)
    assert "Married" not in json.dumps([row.data for row in Event.objects.all()])
    assert first_fault() is None


def test_the_badge_keeps_the_day_of_the_award(held: Credential, registrar: User, second: User) -> None:
    new = reissued(held, registrar, second)
    old_badge, badge = (json.loads(bytes(badge_of(which).content)) for which in (held, new))
    assert badge["awardedDate"] == old_badge["awardedDate"]
    assert badge["validFrom"] == new.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert badge["credentialSubject"]["result"] == old_badge["credentialSubject"]["result"]
    assert badge["credentialSubject"]["licenseNumber"] == new.public_number


def test_every_old_copy_says_replaced_and_not_by_which(
    held: Credential, registrar: User, second: User, client: Client
) -> None:
    pdf, badge = signed_bytes(held), bytes(badge_of(held).content)
    new = reissued(held, registrar, second)
    run_all_jobs()
    assert (bit(held, "revocation"), bit(held, "suspension")) == (True, False)
    answers = [
        client.get(f"/verify/{held.public_number}"),
        client.get(f"/api/v1/certificates/{held.public_number}"),
        client.post("/api/v1/verify", {"file": SimpleUploadedFile("certificate.pdf", pdf)}),
        client.post("/api/v1/verify", {"file": SimpleUploadedFile("badge.json", badge)}),
        client.post("/verify/", {"file": SimpleUploadedFile("certificate.pdf", pdf)}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        text = answer.content.decode()
        for secret in (new.public_number, new.number, str(new.pk), "Ada Married"):
            assert secret not in text
    assert '<h1 class="banner__word">Superseded</h1>' in answers[0].content.decode()
    assert "Replaced on" in answers[0].content.decode()
    assert answers[1].json()["status"] == "superseded"
    for answer in answers[2:4]:
        assert (answer.json()["result"], answer.json()["status"]) == ("genuine", "superseded")
    checked = check_file(badge)
    assert (checked.code, beside_the_log(checked)) == ("genuine_badge", [True, True, False, True])
    fresh = client.post("/api/v1/verify", {"file": SimpleUploadedFile("new.pdf", signed_bytes(new))}).json()
    assert (fresh["result"], fresh["status"]) == ("genuine", "valid")


def test_holder_gets_the_new_number_and_watchers_do_not(
    held: Credential, trainee: User, registrar: User, second: User, client: Client
) -> None:
    confirmed(client, held)
    run_all_jobs()
    mail.outbox.clear()
    new = reissued(held, registrar, second)
    run_all_jobs()
    told = {message.to[0]: message for message in mail.outbox}
    assert set(told) == {trainee.email, "desk@clinic.example"}
    assert told[trainee.email].subject == f"Your certificate was issued again: {new.public_number}"
    assert told["desk@clinic.example"].subject.startswith("A certificate that you watch was replaced")
    assert new.public_number not in str(told["desk@clinic.example"].body)


def test_nothing_changes_before_a_second_person_confirms(held: Credential, registrar: User) -> None:
    proposal = propose_reissue(request=asked(held, held.enrolment.person), reason="Seen.", by=registrar)
    with pytest.raises(ProposalError) as refusal:
        confirm(proposal_id=proposal.pk, by=registrar)
    assert refusal.value.code == "own_proposal"
    assert status(held) is Status.VALID
    assert Credential.objects.count() == 1


def test_confirming_twice_issues_once(held: Credential, registrar: User, second: User) -> None:
    proposal = propose_reissue(request=asked(held, held.enrolment.person), reason="Seen.", by=registrar)
    confirm(proposal_id=proposal.pk, by=second)
    with pytest.raises(ProposalError) as refusal:
        confirm(proposal_id=proposal.pk, by=second)
    assert refusal.value.code == "already_decided"
    assert Credential.objects.count() == 2


def test_a_failure_on_the_way_leaves_nothing_behind(
    held: Credential, registrar: User, second: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails in the transaction of the confirmation takes all of it back: the old one is as it was."""
    proposal = propose_reissue(request=asked(held, held.enrolment.person), reason="Seen.", by=registrar)
    jobs = Job.objects.count()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("certificates.reissues.publish_change", fail)
        with pytest.raises(RuntimeError):
            confirm(proposal_id=proposal.pk, by=second)
    assert (Credential.objects.count(), Job.objects.count(), status(held)) == (1, jobs, Status.VALID)
    confirm(proposal_id=proposal.pk, by=second)
    assert Credential.objects.count() == 2


def test_again_and_again_at_most_one_is_in_force(held: Credential, registrar: User, second: User) -> None:
    newest = held
    for name in ("Ada Married", "Ada Wed", "Ada Trainee"):
        newest = reissued(newest, registrar, second, name)
    standings = [status(row) for row in Credential.objects.order_by("edition")]
    assert standings == [Status.SUPERSEDED] * 3 + [Status.VALID]
    assert newest.first_issued_at == held.issued_at


def test_no_second_award_follows_from_a_new_edition_or_a_revocation(
    held: Credential, registrar: User, second: User
) -> None:
    new = reissued(held, registrar, second)
    assert issue_if_eligible(enrolment=held.enrolment) == new
    revoke(credential=new, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    assert issue_if_eligible(enrolment=held.enrolment) == new
    consider_open_enrolments({})
    assert Credential.objects.count() == 2


def test_a_doubt_is_about_the_newest_edition(held: Credential, registrar: User, second: User) -> None:
    new = reissued(held, registrar, second)
    assert [doubt.credential for doubt in raise_doubt(enrolment=held.enrolment, reason="A key was corrected.")] == [new]


def code_of(act: Any, **arguments: Any) -> str:
    with pytest.raises((ReissueError, ProposalError)) as refusal:
        act(**arguments)
    return refusal.value.code


def test_refusals_of_asking(held: Credential, trainee: User, other_trainee: User, registrar: User) -> None:
    for name, code in (("Ada Trainee", "same_name"), ("  Ada   Trainee ", "same_name"), ("", "name_not_printable")):
        assert code_of(asked, of=held, by=trainee, name=name) == code
    assert code_of(asked, of=held, by=trainee, name="Ada \u202edeirraM") == "name_not_printable"
    assert code_of(asked, of=held, by=trainee, explanation=" ") == "no_explanation"
    with pytest.raises(PermissionDenied):
        asked(held, other_trainee)
    asked(held, trainee)
    assert code_of(asked, of=held, by=registrar) == "waiting_already"
    assert ReissueRequest.objects.count() == 1


def test_a_name_that_no_font_can_draw_is_refused_before_anything_is_replaced(
    held: Credential, trainee: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.rendering.missing_characters", lambda document: "U+12000")
    assert code_of(asked, of=held, by=trainee, name="\U00012000 Ada") == "name_not_printable"
    assert not ReissueRequest.objects.exists()


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "editor"])
def test_only_registrars_propose_and_decline(who: str, held: Credential, request: pytest.FixtureRequest) -> None:
    wanted, person = asked(held, held.enrolment.person), request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        propose_reissue(request=wanted, reason="Seen.", by=person)
    with pytest.raises(PermissionDenied):
        decline_reissue(request=wanted, note="No.", by=person)


def test_refusals_of_proposing(held: Credential, trainee: User, registrar: User, second: User) -> None:
    wanted = asked(held, trainee)
    assert code_of(propose_reissue, request=wanted, reason=" ", by=registrar) == "reason_missing"
    [doubt] = raise_doubt(enrolment=held.enrolment, reason="A key was corrected.")
    assert code_of(propose_reissue, request=wanted, reason="Seen.", by=registrar) == "in_doubt"
    keep_despite_doubt(doubt=doubt, note="Looked at.", by=registrar)
    suspended(held, registrar)
    assert code_of(propose_reissue, request=wanted, reason="Seen.", by=registrar) == "suspended"
    reinstated(held, registrar, second)
    proposal = propose_reissue(request=wanted, reason="Seen.", by=registrar)
    assert code_of(propose_reissue, request=wanted, reason="Seen.", by=second) == "already_proposed"
    assert code_of(decline_reissue, request=wanted, note="No.", by=second) == "proposed"
    decline(proposal_id=proposal.pk, by=second, note="Another passport.")
    decline_reissue(request=wanted, note="The passport says otherwise.", by=registrar)
    assert code_of(propose_reissue, request=wanted, reason="Seen.", by=registrar) == "settled_already"
    assert code_of(decline_reissue, request=wanted, note="No.", by=registrar) == "settled_already"


@pytest.mark.parametrize("what", ["suspended", "revoked", "in doubt", "changed"])
def test_what_happened_since_stops_the_confirmation(what: str, held: Credential, registrar: User, second: User) -> None:
    wanted = asked(held, held.enrolment.person)
    proposal = propose_reissue(request=wanted, reason="Seen.", by=registrar)
    if what == "suspended":
        suspended(held, registrar)
    elif what == "revoked":
        revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    elif what == "in doubt":
        raise_doubt(enrolment=held.enrolment, reason="A key was corrected.")
    else:  # by hand in the database: what two people agreed on is the name as it was
        ReissueRequest.objects.filter(pk=wanted.pk).update(wanted_name="Mallory")
    codes = {"suspended": "suspended", "revoked": "already_revoked", "in doubt": "in_doubt"}
    assert code_of(confirm, proposal_id=proposal.pk, by=second) == codes.get(what, "changed_meanwhile")
    proposal.refresh_from_db()
    assert proposal.is_open
    assert Credential.objects.count() == 1


def test_a_replaced_one_can_no_longer_be_changed(
    held: Credential, trainee: User, registrar: User, second: User
) -> None:
    reissued(held, registrar, second)
    assert code_of(asked, of=held, by=trainee, name="Ada Third") == "superseded"
    with pytest.raises(RevocationError) as refusal:
        revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    assert refusal.value.code == "superseded"


def test_a_declined_request_is_told_with_its_reason(held: Credential, trainee: User, registrar: User) -> None:
    wanted = asked(held, trainee)
    assert code_of(decline_reissue, request=wanted, note=" ", by=registrar) == "no_note"
    decline_reissue(request=wanted, note="Send the marriage certificate first.", by=registrar)
    run_all_jobs()
    [message] = [message for message in mail.outbox if message.subject.startswith("About the name")]
    assert "Send the marriage certificate first." in str(message.body)
    asked(held, trainee)  # and may be asked for again


def test_a_request_is_withdrawn_by_who_asked(held: Credential, trainee: User, registrar: User) -> None:
    wanted = asked(held, trainee)
    with pytest.raises(PermissionDenied):
        withdraw_reissue(request=wanted, by=registrar)
    withdraw_reissue(request=wanted, by=trainee)
    assert code_of(withdraw_reissue, request=wanted, by=trainee) == "settled_already"
    assert ReissueRequest.objects.get().outcome == "withdrawn"


def test_nobody_decides_about_their_own_name(held: Credential, trainee: User, registrar: User) -> None:
    grant_role(person=trainee, role=Role.REGISTRAR, by=None)
    wanted = asked(held, trainee)
    assert code_of(propose_reissue, request=wanted, reason="Seen.", by=trainee) == "own_certificate"
    proposal = propose_reissue(request=wanted, reason="Seen.", by=registrar)
    assert code_of(confirm, proposal_id=proposal.pk, by=trainee) == "concerns_you"


def test_the_database_holds_one_of_each_edition(held: Credential, registrar: User, second: User) -> None:
    new = reissued(held, registrar, second)
    for edition in (1, 2):
        copy = Credential.objects.get(pk=new.pk)
        copy.pk, copy.number, copy.edition = None, "0" * 17, edition
        copy._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_settled_requests(statement: str, held: Credential, trainee: User) -> None:
    withdraw_reissue(request=asked(held, trainee), by=trainee)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("certificates_reissuerequest"))


@pytest.mark.django_db(transaction=True)
def test_confirming_and_suspending_at_once_never_loses_the_suspension(
    held: Credential, registrar: User, second: User
) -> None:
    proposal = propose_reissue(request=asked(held, held.enrolment.person), reason="Seen.", by=registrar)

    def attempt(act: Any) -> str:
        try:
            act()
        except CodedError as refusal:
            return refusal.code
        return "done"

    confirmed_, suspended_ = together(
        [
            lambda: attempt(lambda: confirm(proposal_id=proposal.pk, by=second)),
            lambda: attempt(lambda: suspended(held, registrar)),
        ]
    )
    assert (confirmed_, suspended_) in {("done", "superseded"), ("suspended", "done")}
