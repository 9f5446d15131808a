"""Sites of providers: recording one, approving its assessors, placing trainees there."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.models import Enrolment, Pathway
from exams.errors import PracticalError
from exams.models import ProviderSite, SiteAssessor, SitePlacement
from exams.rules.assessors import LONGEST_VALID_DAYS
from exams.rules.practical_saves import clean_text
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def create_site(*, name: str, place: str, time_zone: str, contact: str, by: User) -> ProviderSite:
    """Record the site of a provider. Raises `PracticalError` site_exists."""
    demand(by, Permission.SITES_MANAGE)
    facts = {"place": clean_text(place), "time_zone": time_zone, "contact": clean_text(contact)}
    try:
        with transaction.atomic():
            site = ProviderSite.objects.create(name=clean_text(name), created_by=by, **facts)
    except IntegrityError as error:
        raise PracticalError("site_exists", "A site of this name is recorded already.") from error
    record(Verb.SITE_CREATED, by=by, target=site)
    return site


@transaction.atomic
def approve_assessor(*, site: ProviderSite, person: User, since: date, until: date, by: User) -> SiteAssessor:
    """Approve an instructor for a site, from one day until another; a renewal is another approval.

    Whether they are qualified is asked apart, for each practical. Raises `PracticalError`: own_approval,
    not_an_assessor, days_reversed, too_long.
    """
    demand(by, Permission.SITES_MANAGE)
    if person.pk == by.pk:
        raise PracticalError("own_approval", "Nobody approves themselves. Ask another registrar.")
    if not (person.is_active and person.has_role(Role.INSTRUCTOR)):
        raise PracticalError("not_an_assessor", "This person does not hold the role of instructor.")
    if until < since:
        raise PracticalError("days_reversed", "The last day is before the first one.")
    if (until - since).days > LONGEST_VALID_DAYS:
        raise PracticalError("too_long", "An approval holds for three years at most. Renew it then.")
    row = SiteAssessor.objects.create(
        site=site, person=person, approved_from=since, approved_until=until, approved_by=by
    )
    record(Verb.SITE_ASSESSOR_APPROVED, by=by, target=row, data={"site": str(site.pk), "person": str(person.public_id)})
    return row


@transaction.atomic
def end_approval(*, approval: SiteAssessor, by: User) -> SiteAssessor:
    """End an approval from today on; what was planned with it is refused when it is opened.

    Raises `PracticalError` ended_already.
    """
    demand(by, Permission.SITES_MANAGE)
    standing = SiteAssessor.objects.filter(pk=approval.pk, ended_on__isnull=True)
    if not standing.update(ended_on=site_day(), ended_by=by):
        raise PracticalError("ended_already", "This approval was ended already.")
    approval.refresh_from_db()
    record(Verb.SITE_ASSESSOR_ENDED, by=by, target=approval, data={"site": str(approval.site_id)})
    return approval


@transaction.atomic
def place_trainee(*, site: ProviderSite, enrolment: Enrolment, by: User) -> SitePlacement:
    """Say that a trainee learns on the job at a site, in place of an earlier one.

    Raises `PracticalError`: enrolment_closed, not_on_the_job for another pathway than C, placed_already.
    """
    demand(by, Permission.SITES_MANAGE)
    if enrolment.closed_at is not None:
        raise PracticalError("enrolment_closed", "This enrolment is closed.")
    if enrolment.pathway != Pathway.PROVIDER:
        raise PracticalError("not_on_the_job", f"Only trainees of pathway {Pathway.PROVIDER.label} learn at a site.")
    before = SitePlacement.objects.filter(enrolment=enrolment, ended_at__isnull=True)
    if before.filter(site=site).exists():
        raise PracticalError("placed_already", f"{enrolment.person.full_name} is placed here already.")
    before.filter(~Q(site=site)).update(ended_at=timezone.now(), ended_by=by)
    try:
        with transaction.atomic():
            row = SitePlacement.objects.create(site=site, enrolment=enrolment, placed_by=by)
    except IntegrityError as error:
        raise PracticalError("placed_already", "Somebody placed this trainee a moment ago. Load the page.") from error
    record(Verb.TRAINEE_PLACED, by=by, target=row, data={"site": str(site.pk), "enrolment": str(enrolment.pk)})
    return row


@transaction.atomic
def end_placement(*, placement: SitePlacement, by: User) -> SitePlacement:
    """End that a trainee learns at a site. Raises `PracticalError` ended_already."""
    demand(by, Permission.SITES_MANAGE)
    standing = SitePlacement.objects.filter(pk=placement.pk, ended_at__isnull=True)
    if not standing.update(ended_at=timezone.now(), ended_by=by):
        raise PracticalError("ended_already", "This placement was ended already.")
    placement.refresh_from_db()
    record(Verb.TRAINEE_PLACEMENT_ENDED, by=by, target=placement, data={"site": str(placement.site_id)})
    return placement
