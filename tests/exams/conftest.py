"""A small exam, an attempt at it, and ways to answer."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.saving import Save, SaveResult, save
from exams.models import Attempt, Exam, Sitting
from exams.rules.scoring import Value
from lms.accounts.models import User
from tests.factories.exams import complete_course, make_exam, start_attempt
from tests.factories.practicals import good_values, make_sitting, save_values

SaveAnswer = Callable[..., SaveResult]


@pytest.fixture
def exam(enrolment: Enrolment) -> Exam:
    """Ten scored items and two that are tried out; seven points pass."""
    return make_exam(10, 2, programme=enrolment.programme)


@pytest.fixture
def ready(enrolment: Enrolment) -> Enrolment:
    """Ada with her course completed."""
    return complete_course(enrolment)


@pytest.fixture
def attempt(ready: Enrolment, exam: Exam) -> Attempt:
    """Ada's attempt in progress."""
    return start_attempt(ready, exam)


@pytest.fixture
def answer(attempt: Attempt, trainee: User) -> SaveAnswer:
    """Save an answer of Ada's attempt; arguments as they differ from an ordinary save."""

    def act(position: int = 1, seq: int = 1, value: Value = ["b"], **changes: Any) -> SaveResult:  # noqa: B006
        arguments: dict[str, Any] = {
            "attempt_id": attempt.pk,
            "token": attempt.token,
            "by": trainee,
            "received_at": timezone.now(),
        }
        return save(answer=Save(position, seq, value), **arguments | changes)

    return act


@pytest.fixture
def ada(trainee: User, client_for: Callable[[User], Client]) -> Client:
    """Ada's browser."""
    return client_for(trainee)


class Room:
    """Ada in the exam room: her browser, with the session that may answer."""

    def __init__(self, browser: Client, attempt: Attempt) -> None:
        self.browser, self.attempt = browser, attempt

    def url(self, name: str) -> str:
        return reverse(f"exams:{name}", kwargs={"attempt_id": self.attempt.pk})

    def get(self, name: str, **query: Any) -> HttpResponse:
        return self.browser.get(self.url(name), query)

    def post(self, name: str, **fields: Any) -> HttpResponse:
        return self.browser.post(self.url(name), {"token": self.attempt.token} | fields)

    def save(self, *saves: dict[str, Any], **changes: Any) -> HttpResponse:
        body = {"token": self.attempt.token, "saves": list(saves)} | changes
        return self.browser.post(self.url("save"), json.dumps(body), content_type="application/json")

    def reply(self, **one: Any) -> dict[str, Any]:
        return self.save({"item": 1, "seq": 1, "value": ["b"]} | one).json()["replies"][0]


@pytest.fixture
def room(ada: Client, exam: Exam, ready: Enrolment) -> Room:
    """An attempt started through the page."""
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return Room(ada, Attempt.objects.get())


def move_deadline(attempt: Attempt, by: timedelta) -> datetime:
    """Put the end of an attempt so far from now, and return it."""
    ends = timezone.now() + by
    Attempt.objects.filter(pk=attempt.pk).update(started_at=ends - timedelta(minutes=60), deadline=ends)
    attempt.refresh_from_db()
    return ends


@pytest.fixture
def sitting(enrolment: Enrolment, instructor: User) -> Sitting:
    """Ada's sitting with Ines today, opened, nothing rated."""
    return make_sitting(enrolment, instructor)


@pytest.fixture
def rated(sitting: Sitting) -> Sitting:
    """The sitting with everything rated well."""
    save_values(sitting, good_values(sitting))
    return sitting
