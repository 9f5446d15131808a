"""The registrar's pages of providers' sites."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Enrolment
from exams.models import ProviderSite, SiteAssessor, SitePlacement
from lms.accounts.roles import Role
from tests.factories.slots import approve, in_days, make_site, put_on_the_job

pytestmark = pytest.mark.django_db
SITES = "/practical/sites/"
FACTS = {"name": "Northgate", "place": "Leeds", "time_zone": "Europe/London", "contact": "Nora, nora@example.org"}


@pytest.fixture
def rosa(registrar, client_for):
    """The registrar's browser."""
    return client_for(registrar)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_site_with_its_assessors_and_trainees(rosa, enrolment, instructor):
    Enrolment.objects.update(pathway="provider")
    assert "On the job without a site" in words(rosa.get(SITES))
    page = rosa.post(SITES, FACTS).url
    site = ProviderSite.objects.get()
    assert page == f"{SITES}{site.pk}/"
    days = {"since": in_days(0).isoformat(), "until": in_days(100).isoformat()}
    assert rosa.post(page, {"act": "approve", "person": instructor.public_id} | days).url == page
    assert rosa.post(page, {"act": "place", "enrolment": enrolment.pk}).url == page
    shown = words(rosa.get(page))
    assert "Ines Instructor" in shown
    assert ">Approved</span>" in shown
    assert "Ada Trainee" in shown
    listed = words(rosa.get(SITES))
    assert "1 assessor, 1 trainee" in listed
    assert "On the job without a site" not in listed
    rosa.post(page, {"act": "end", "row": SiteAssessor.objects.get().pk})
    rosa.post(page, {"act": "leave", "row": SitePlacement.objects.get().pk})
    shown = words(rosa.get(page))
    assert ">Ended</span>" in shown
    assert "No trainee is placed here." in shown
    assert "0 assessors, 0 trainees" in words(rosa.get(SITES))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter the name of the site."),
        ({"time_zone": ""}, "Choose the time zone of the site."),
        ({"time_zone": "Mars/Base"}, "is not one of the available choices"),
        ({"contact": ""}, "Enter whom to ask there."),
    ],
)
def test_what_is_missing_is_said(rosa, changes, sentence):
    answer = rosa.post(SITES, FACTS | changes)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not ProviderSite.objects.exists()


def test_refusals_stand_beside_their_fields(rosa, registrar, enrolment, instructor):
    site = make_site(registrar)
    assert "A site of this name is recorded already." in words(rosa.post(SITES, FACTS))
    page = f"{SITES}{site.pk}/"
    days = {"since": in_days(9).isoformat(), "until": in_days(0).isoformat()}
    backwards = rosa.post(page, {"act": "approve", "person": instructor.public_id} | days)
    assert backwards.status_code == 422
    assert "The last day is before the first one." in words(backwards)
    assert "is not one of the available choices" in words(rosa.post(page, {"act": "place", "enrolment": enrolment.pk}))
    for act in ("end", "leave", "other"):
        assert rosa.post(page, {"act": act, "row": "x"}).status_code == 404


def test_queries_do_not_grow(rosa, registrar, enrolment, make_person):
    site = make_site(registrar)

    def count(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert rosa.get(page).status_code == 200
        return len(captured)

    def add(number: int) -> None:
        approve(site, make_person(f"Assessor {number}", Role.INSTRUCTOR), registrar)
        person = make_person(f"Trainee {number}", Role.TRAINEE)
        row = Enrolment.objects.create(
            person=person, programme=enrolment.programme, curriculum_version="2026.1", pathway="provider"
        )
        put_on_the_job(row, site, registrar)

    add(0)
    count(SITES)
    before = [count(SITES), count(f"{SITES}{site.pk}/")]
    for number in range(1, 4):
        add(number)
        make_site(registrar, f"Site {number}")
    assert [count(SITES), count(f"{SITES}{site.pk}/")] == before
    assert max(before) <= 9
