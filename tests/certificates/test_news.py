"""What certificates hear, and what the clock asks."""

from typing import Any

import pytest
from django.db import transaction

from certificates.models import Credential
from certificates.schedule import consider_open_enrolments
from courses.models import Enrolment
from courses.signals import course_completed
from exams.signals import requirement_met
from lms.jobs.models import Job
from lms.jobs.registry import schedule


@pytest.mark.parametrize("news", [course_completed, requirement_met])
def test_news_asks_once_each_time(news: Any, enrolment: Enrolment) -> None:
    for _ in range(2):
        with transaction.atomic():
            news.send(sender=Enrolment, enrolment=enrolment)
    asked = [job.payload for job in Job.objects.filter(kind="credential.consider")]
    assert asked == [{"enrolment": str(enrolment.pk)}] * 2


def test_news_that_is_rolled_back_asks_nothing(enrolment: Enrolment) -> None:
    with transaction.atomic():
        course_completed.send(sender=Enrolment, enrolment=enrolment)
        transaction.set_rollback(True)
    assert not Job.objects.filter(kind="credential.consider").exists()


def test_the_night_asks_every_day() -> None:
    assert schedule()["credential.consider_all"] == 24 * 3600


def test_the_night_awards_nothing_that_is_not_earned(enrolment: Enrolment) -> None:
    consider_open_enrolments({})
    assert not Credential.objects.exists()
