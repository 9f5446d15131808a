"""Acts of two people: proposed by one, done when another confirms."""

import hashlib
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from lms.approvals import actions, registry
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind
from lms.audit.models import Event
from tests.threads import at_once

CODE = "test.act"


@pytest.fixture
def done(monkeypatch):
    """An act of exam administrators that only notes what it did."""
    acts = []

    def carry_out(proposal, by):
        if proposal.payload.get("refuse"):
            raise ProposalError("too_late", "It is too late for this.")
        acts.append((proposal.payload["number"], by))

    kind = Kind(
        CODE,
        "Test act",
        Permission.JOBS_RETRY,
        lambda proposal: Description("Number is taken.", (("Number", str(proposal.payload.get("number"))),)),
        carry_out,
    )
    monkeypatch.setitem(registry.KINDS, CODE, kind)
    return acts


@pytest.fixture
def proposal(done, exam_admin):
    return actions.propose(kind=CODE, target="7", payload={"number": 7}, reason="It is time.", by=exam_admin)


def refused(act, **arguments):
    with pytest.raises(ProposalError) as error:
        act(**arguments)
    return error.value.code


def test_nothing_is_done_before_a_second_person_confirms(proposal, done, registrar):
    assert done == []
    actions.confirm(proposal_id=proposal.pk, by=registrar)
    assert done == [(7, registrar)]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("confirmed", registrar)
    assert list(Event.objects.filter(verb__startswith="proposal.").values_list("verb", flat=True)) == [
        "proposal.made",
        "proposal.decided",
    ]


def test_nobody_decides_their_own(proposal, done, exam_admin):
    assert refused(actions.confirm, proposal_id=proposal.pk, by=exam_admin) == "own_proposal"
    assert refused(actions.decline, proposal_id=proposal.pk, by=exam_admin, note="No.") == "own_proposal"
    assert done == []


def test_nobody_decides_what_concerns_them(proposal, done, registrar, make_person, monkeypatch):
    def of_the_registrar(proposals, person):
        return {found.pk for found in proposals if found.target == "7" and person == registrar}

    concerns = replace(registry.KINDS[CODE], concerns=of_the_registrar)
    monkeypatch.setitem(registry.KINDS, CODE, concerns)
    assert refused(actions.confirm, proposal_id=proposal.pk, by=registrar) == "concerns_you"
    assert refused(actions.decline, proposal_id=proposal.pk, by=registrar, note="No.") == "concerns_you"
    assert done == []
    other = make_person("Rolf Registrar", Role.REGISTRAR)
    assert actions.confirm(proposal_id=proposal.pk, by=other).state == "confirmed"


def test_the_audit_chain_gets_a_digest_of_the_payload(proposal):
    digest = hashlib.sha256(b'{"number":7}').hexdigest()
    assert Event.objects.get(verb="proposal.made").data == {"kind": CODE, "target": "7", "payload_sha256": digest}


def test_the_database_wants_two_people(proposal, exam_admin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(state="confirmed", decided_by=exam_admin, decided_at=timezone.now())


def test_only_the_proposer_withdraws(proposal, done, exam_admin, registrar):
    assert refused(actions.withdraw, proposal_id=proposal.pk, by=registrar) == "not_yours"
    actions.withdraw(proposal_id=proposal.pk, by=exam_admin)
    assert refused(actions.confirm, proposal_id=proposal.pk, by=registrar) == "already_decided"
    assert done == []


def test_declining_needs_a_reason_and_does_nothing(proposal, done, registrar):
    assert refused(actions.decline, proposal_id=proposal.pk, by=registrar, note=" ") == "reason_missing"
    actions.decline(proposal_id=proposal.pk, by=registrar, note="Not now.")
    assert done == []


def test_an_act_that_is_refused_leaves_the_proposal_open(done, exam_admin, registrar):
    made = actions.propose(kind=CODE, target="8", payload={"refuse": True}, reason="Why not.", by=exam_admin)
    assert refused(actions.confirm, proposal_id=made.pk, by=registrar) == "too_late"
    made.refresh_from_db()
    assert made.is_open


def test_one_thing_is_proposed_once_at_a_time(proposal, exam_admin, registrar):
    again = {"kind": CODE, "target": "7", "payload": {"number": 8}, "reason": "Again.", "by": registrar}
    assert refused(actions.propose, **again) == "already_proposed"
    actions.withdraw(proposal_id=proposal.pk, by=exam_admin)
    assert actions.propose(**again).is_open
    assert refused(actions.propose, **again | {"target": "9", "reason": "  "}) == "reason_missing"


def test_others_may_not(proposal, done, trainee):
    with pytest.raises(PermissionDenied):
        actions.confirm(proposal_id=proposal.pk, by=trainee)
    with pytest.raises(PermissionDenied):
        actions.propose(kind=CODE, target="1", payload={}, reason="Me.", by=trainee)


def test_a_decided_proposal_is_frozen(proposal, registrar):
    actions.decline(proposal_id=proposal.pk, by=registrar, note="No.")
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        Proposal.objects.update(note="Yes.")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_confirms(proposal, done, registrar, make_person):
    other = make_person("Rolf Registrar", Role.REGISTRAR)

    def confirm(person):
        try:
            return actions.confirm(proposal_id=proposal.pk, by=person).state
        except ProposalError as error:
            return error.code

    assert sorted(at_once([lambda: confirm(registrar), lambda: confirm(other)])) == ["already_decided", "confirmed"]
    assert len(done) == 1


def test_the_pages_show_it_and_a_second_person_confirms(proposal, done, client_for, registrar, exam_admin):
    address = reverse("dashboard:proposal", args=[proposal.pk])
    own = client_for(exam_admin).get(reverse("dashboard:proposals"))
    assert "Test act" in own.content.decode()
    second = client_for(registrar)
    assert "/reauthenticate/" in second.get(address)["Location"]
    second.post(second.get(address)["Location"], {"password": "correct horse battery staple"})
    shown = second.get(address).content.decode()
    assert "Number is taken." in shown
    assert "It is time." in shown
    second.post(address, {"act": "confirm", "note": ""})
    assert done == [(7, registrar)]
    listed = second.get(reverse("dashboard:proposals"), {"show": "decided"}).content.decode()
    assert "Confirmed and done" in listed


def test_the_list_costs_the_same_for_many(proposal, client_for, registrar, exam_admin, django_assert_max_num_queries):
    for number in range(20, 60):
        actions.propose(kind=CODE, target=str(number), payload={"number": number}, reason="More.", by=exam_admin)
    browser = client_for(registrar)
    browser.get(reverse("dashboard:proposals"))  # fills what the site remembers about itself
    with django_assert_max_num_queries(6):
        browser.get(reverse("dashboard:proposals"))


def test_a_refusal_keeps_the_note_and_says_what_to_do(done, client_for, registrar, exam_admin):
    made = actions.propose(kind=CODE, target="8", payload={"refuse": True}, reason="Why not.", by=exam_admin)
    address = reverse("dashboard:proposal", args=[made.pk])
    second = client_for(registrar)
    second.post(second.get(address)["Location"], {"password": "correct horse battery staple"})
    refused_page = second.post(address, {"act": "confirm", "note": "Seen with Ines."})
    assert refused_page.status_code == 409
    page = refused_page.content.decode()
    assert "It is too late for this." in page
    assert ">Seen with Ines.</textarea>" in page
    assert "<title>Error: Test act: 8" in page
    page = second.post(address, {"act": "decline", "note": " "}).content.decode()
    assert '<a href="#note">Say why you decline.' in page
    assert 'aria-invalid="true"' in page


def test_the_proposer_can_take_it_back_and_not_decide(proposal, client_for, exam_admin):
    address = reverse("dashboard:proposal", args=[proposal.pk])
    own = client_for(exam_admin)
    own.post(own.get(address)["Location"], {"password": "correct horse battery staple"})
    page = own.get(address).content.decode()
    assert "You proposed this." in page
    assert "Confirm and do it" not in page
    assert "Test act: withdrawn." in own.post(address, {"act": "withdraw"}, follow=True).content.decode()


def test_the_second_page_of_the_decided_ones_shows_decided_ones(proposal, client_for, registrar, monkeypatch):
    monkeypatch.setattr("lms.dashboard.views.proposals.PAGE_SIZE", 1)
    actions.decline(proposal_id=proposal.pk, by=registrar, note="No.")
    again = actions.propose(kind=CODE, target="9", payload={"number": 9}, reason="More.", by=proposal.proposed_by)
    actions.decline(proposal_id=again.pk, by=registrar, note="No.")
    page = client_for(registrar).get(reverse("dashboard:proposals"), {"show": "decided"}).content.decode()
    assert 'href="?show=decided&amp;page=2"' in page
