"""Sites of providers: who approves, who is placed, and what that limits."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions import practicum
from exams.actions.practicals import open_sitting
from exams.actions.second_ratings import assign_second
from exams.actions.sign_offs import draft_record, sign_off
from exams.actions.sites import approve_assessor, create_site, end_approval, end_placement, place_trainee
from exams.errors import PracticalError, UnfitError
from exams.models import ProviderSite, Qualification, SiteAssessor, SitePlacement, site_of
from exams.practicum_forms import supervisors_of
from lms.accounts.proofs import Given
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.factories.practicals import good_values, make_sitting, save_values
from tests.factories.practicum import log_one
from tests.factories.slots import approve, in_days, make_site, put_on_the_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(registrar) -> ProviderSite:
    return make_site(registrar)


@pytest.fixture
def placed(enrolment, site, registrar):
    """Ada, on the job at the site."""
    return put_on_the_job(enrolment, site, registrar)


def refused(act, **facts) -> str:
    with pytest.raises(PracticalError) as refusal:
        act(**facts)
    return refusal.value.code


def test_a_name_is_recorded_once_and_only_by_registrars(site, registrar, instructor, exam_admin):
    facts = {"name": "Northgate", "place": "x", "time_zone": "UTC", "contact": "x"}
    assert refused(create_site, by=registrar, **facts) == "site_exists"
    for person in (instructor, exam_admin):
        with pytest.raises(PermissionDenied):
            create_site(by=person, **facts | {"name": "Other"})
    assert Event.objects.filter(verb="site.created").count() == 1


def test_who_can_be_approved_and_for_how_long(site, registrar, instructor, trainee, make_person):
    days = {"since": in_days(0), "until": in_days(10)}
    assert refused(approve_assessor, site=site, person=trainee, by=registrar, **days) == "not_an_assessor"
    both = make_person("Rita Both", Role.INSTRUCTOR, Role.REGISTRAR)
    assert refused(approve_assessor, site=site, person=both, by=both, **days) == "own_approval"
    backwards = days | {"until": in_days(-1)}
    assert refused(approve_assessor, site=site, person=instructor, by=registrar, **backwards) == "days_reversed"
    forever = days | {"until": in_days(1500)}
    assert refused(approve_assessor, site=site, person=instructor, by=registrar, **forever) == "too_long"
    row = approve(site, instructor, registrar)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteAssessor.objects.filter(pk=row.pk).update(approved_by=instructor)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteAssessor.objects.filter(pk=row.pk).update(ended_on=in_days(0))


def test_an_approval_ends_today_and_once(site, registrar, instructor):
    row = approve(site, instructor, registrar)
    end_approval(approval=row, by=registrar)
    assert (row.ended_on, row.ended_by) == (in_days(0), registrar)
    assert refused(end_approval, approval=row, by=registrar) == "ended_already"


def test_only_trainees_on_the_job_are_placed_at_one_site_at_a_time(enrolment, site, registrar):
    assert refused(place_trainee, site=site, enrolment=enrolment, by=registrar) == "not_on_the_job"
    put_on_the_job(enrolment, site, registrar)
    assert refused(place_trainee, site=site, enrolment=enrolment, by=registrar) == "placed_already"
    other = make_site(registrar, "Southgate")
    second = place_trainee(site=other, enrolment=enrolment, by=registrar)
    assert site_of(enrolment) == other
    assert SitePlacement.objects.filter(ended_at__isnull=True).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SitePlacement.objects.update(ended_at=None, ended_by=None)
    end_placement(placement=second, by=registrar)
    assert site_of(enrolment) is None
    assert refused(end_placement, placement=second, by=registrar) == "ended_already"
    enrolment.closed_at = timezone.now()
    assert refused(place_trainee, site=site, enrolment=enrolment, by=registrar) == "enrolment_closed"


class TestPracticals:
    """Assigned, opened, signed and rated again by who is approved at the site on that day."""

    def test_it_is_asked_when_assigned(self, placed, site, registrar, instructor):
        with pytest.raises(UnfitError, match="learns on the job at Northgate, and Ines Instructor is not approved"):
            make_sitting(placed, instructor, opened=False)
        approve(site, instructor, registrar, first=1)
        assert refused(make_sitting, enrolment=placed, assessor=instructor, opened=False) == "not_at_site"
        assert make_sitting(placed, instructor, opened=False, scheduled_for=in_days(1))

    def test_it_is_asked_when_opened_and_signed(self, placed, site, registrar, instructor):
        row = approve(site, instructor, registrar)
        waiting = make_sitting(placed, instructor, opened=False)
        ready = make_sitting(placed, instructor)
        save_values(ready, good_values(ready))
        draft = draft_record(ready)
        end_approval(approval=row, by=registrar)
        opening = {"sitting": waiting, "by": instructor, "qualification": Qualification.PHYSICIAN}
        assert refused(open_sitting, **opening) == "not_at_site"
        signing = {"sitting": ready, "by": instructor, "digest": draft.digest, "nonce": uuid.uuid4()}
        assert refused(sign_off, given=Given(password=PASSWORD), **signing) == "not_at_site"
        approve(site, instructor, registrar)
        assert sign_off(given=Given(password=PASSWORD), **signing)

    def test_it_is_asked_of_a_second_rater(self, placed, site, registrar, instructor, other_instructor):
        approve(site, instructor, registrar)
        first = make_sitting(placed, instructor, opened=False)
        assert refused(assign_second, first=first, assessor=other_instructor, by=registrar) == "not_at_site"
        approve(site, other_instructor, registrar)
        assert assign_second(first=first, assessor=other_instructor, by=registrar)

    def test_a_trainee_without_a_site_is_not_limited(self, enrolment, instructor):
        assert make_sitting(enrolment, instructor, opened=False)


class TestPracticum:
    """Sessions are logged with, and confirmed by, who was approved at the site in their month."""

    def test_the_supervisor_was_approved_in_the_month(self, placed, site, registrar, instructor, other_instructor):
        assert list(supervisors_of(placed)) == []
        assert refused(log_one, enrolment=placed, supervisor=instructor) == "not_at_site"
        approve(site, instructor, registrar, first=0, last=0)
        assert list(supervisors_of(placed)) == [instructor]
        entry = log_one(placed, instructor)
        assert refused(log_one, enrolment=placed, supervisor=other_instructor) == "not_at_site"
        assert practicum.confirm(entries=[entry], by=instructor)

    def test_an_approval_that_ended_before_the_month_does_not_count(self, placed, site, registrar, instructor):
        row = approve(site, instructor, registrar)
        entry = log_one(placed, instructor)
        SiteAssessor.objects.filter(pk=row.pk).update(ended_on=in_days(-40), ended_by=registrar)
        assert refused(log_one, enrolment=placed, supervisor=instructor) == "not_at_site"
        assert refused(practicum.confirm, entries=[entry], by=instructor) == "not_at_site"

    def test_sessions_of_months_before_the_placement_were_elsewhere(self, enrolment, site, registrar, instructor):
        entry = log_one(enrolment, instructor)
        with time_machine.travel(timezone.now() + timedelta(days=40)):
            put_on_the_job(enrolment, site, registrar)
            assert practicum.confirm(entries=[entry], by=instructor)
