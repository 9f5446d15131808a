"""Where somebody sits in the exam room: at an attempt, at a mock exam, or in the tutorial. One room serves all."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from exams import delivery, mock_delivery
from exams.actions import attempts, mocks, saving
from exams.actions.saving import Save, SaveResult
from exams.delivery import Overview, Question
from exams.models import Attempt, Exam, MockExam, Release, blueprint_of
from exams.tutorial import Tutorial
from exams.views.browsers import halt_after_save
from exams.views.sessions import token_of
from lms.accounts.requests import PersonRequest

PLACES = ("room", "items", "save", "flag", "review", "submit", "claim", "result")


@dataclass(frozen=True)
class Seat:
    """What the room's pages and scripts know of a desk. The browser keeps unsent answers under `key`."""

    key: str
    title: str
    token: str
    deadline: datetime
    urls: Mapping[str, str]
    is_tutorial: bool = False
    is_mock: bool = False
    large_print: bool = False
    released_by_people: bool = False
    csrf_cookie: str = settings.CSRF_COOKIE_NAME
    now: datetime = field(default_factory=timezone.now)

    @property
    def noun(self) -> str:
        """What is handed in here."""
        return "mock exam" if self.is_mock else "exam"


class Desk(Protocol):
    """Questions, answers and addresses of one place in the room."""

    def address(self, name: str) -> str:
        """The address of one of the room's pages, by its name in `PLACES`."""

    def seat(self) -> Seat:
        """What pages show of this desk."""

    def save(self, token: str, answer: Save, received_at: datetime) -> SaveResult:
        """Store one answer. Raises `AttemptError`."""

    def news(self) -> dict[str, Any]:
        """What the room's script has to know after saves: the end as it is now, and why the room is shut."""

    def flag(self, token: str, position: int, flagged: bool) -> bool:
        """Mark or unmark a question; False when this session may not. Raises `AttemptError`."""

    def question(self, number: int) -> Question | None:
        """One question as shown, or None when there is no such place."""

    def questions(self) -> list[Question]:
        """All questions as shown."""

    def overview(self) -> Overview:
        """The state of every place."""


class AttemptDesk:
    """An attempt. It is read only where a page is shown: a save must not pay for that."""

    def __init__(self, request: PersonRequest, attempt_id: uuid.UUID, attempt: Attempt | None = None) -> None:
        """Take the id for saving, and the attempt as well for showing."""
        self.request, self.attempt_id, self._attempt = request, attempt_id, attempt
        self._deadline: datetime | None = None

    @classmethod
    def at(cls, request: PersonRequest, attempt: Attempt) -> "AttemptDesk":
        """Sit down at an attempt that was read already."""
        return cls(request, attempt.pk, attempt)

    @property
    def attempt(self) -> Attempt:
        """The attempt, which whoever shows a page has read."""
        if self._attempt is None:
            raise LookupError("this desk was made for saving only")
        return self._attempt

    def address(self, name: str) -> str:
        """See `Desk`."""
        return reverse(f"exams:{name}", kwargs={"attempt_id": self.attempt_id})

    def seat(self) -> Seat:
        """See `Desk`."""
        return Seat(
            key=str(self.attempt_id),
            title=self.attempt.exam.title,
            token=token_of(self.request, self.attempt_id),
            deadline=self.attempt.deadline,
            urls={name: self.address(name) for name in (*PLACES, "pulse")},
            large_print=self.attempt.adjustments.large_print,
            released_by_people=self.attempt.exam.release == Release.BY_PEOPLE,
        )

    def save(self, token: str, answer: Save, received_at: datetime) -> SaveResult:
        """See `Desk`."""
        result = saving.save(
            attempt_id=self.attempt_id, token=token, answer=answer, by=self.request.user, received_at=received_at
        )
        self._deadline = result.deadline or self._deadline
        return result

    def news(self) -> dict[str, Any]:
        """See `Desk`."""
        news: dict[str, Any] = {"deadline": self._deadline} if self._deadline else {}
        if reason := halt_after_save(self.request, self.attempt_id):
            news["halted"] = reason.sentence
        return news

    def flag(self, token: str, position: int, flagged: bool) -> bool:
        """See `Desk`."""
        return attempts.flag(
            attempt_id=self.attempt_id, token=token, position=position, flagged=flagged, by=self.request.user
        )

    def question(self, number: int) -> Question | None:
        """See `Desk`."""
        return delivery.question(self.attempt, number)

    def questions(self) -> list[Question]:
        """See `Desk`."""
        return delivery.questions(self.attempt)

    def overview(self) -> Overview:
        """See `Desk`."""
        return delivery.overview(self.attempt)


class MockDesk:
    """A mock exam. It is read only where a page is shown, as an attempt is."""

    def __init__(self, request: PersonRequest, mock_id: uuid.UUID, mock: MockExam | None = None) -> None:
        """Take the id for saving, and the mock exam as well for showing."""
        self.request, self.mock_id, self._mock = request, mock_id, mock

    @classmethod
    def at(cls, request: PersonRequest, mock: MockExam) -> "MockDesk":
        """Sit down at a mock exam that was read already."""
        return cls(request, mock.pk, mock)

    @property
    def mock(self) -> MockExam:
        """The mock exam, which whoever shows a page has read."""
        if self._mock is None:
            raise LookupError("this desk was made for saving only")
        return self._mock

    def address(self, name: str) -> str:
        """See `Desk`."""
        return reverse(f"exams:mock_{name}", kwargs={"mock_id": self.mock_id})

    def seat(self) -> Seat:
        """See `Desk`. Nobody watches a mock exam, so it has no sign of life."""
        return Seat(
            key=str(self.mock_id),
            title=self.mock.exam.title,
            token=token_of(self.request, self.mock_id),
            deadline=self.mock.deadline,
            urls={name: self.address(name) for name in PLACES},
            is_mock=True,
            large_print=self.mock.large_print,
        )

    def save(self, token: str, answer: Save, received_at: datetime) -> SaveResult:
        """See `Desk`."""
        return mocks.save(
            mock_id=self.mock_id, token=token, answer=answer, by=self.request.user, received_at=received_at
        )

    def news(self) -> dict[str, Any]:
        """See `Desk`. Its end stands from the start."""
        return {}

    def flag(self, token: str, position: int, flagged: bool) -> bool:
        """See `Desk`."""
        return mocks.flag(mock_id=self.mock_id, token=token, position=position, flagged=flagged, by=self.request.user)

    def question(self, number: int) -> Question | None:
        """See `Desk`."""
        return mock_delivery.question(self.mock, number)

    def questions(self) -> list[Question]:
        """See `Desk`."""
        return mock_delivery.questions(self.mock)

    def overview(self) -> Overview:
        """See `Desk`."""
        return mock_delivery.overview(self.mock)


class TutorialDesk(Tutorial):
    """The tutorial before an exam. Its clock is a sample: each page starts it anew, and it decides nothing."""

    def __init__(self, request: PersonRequest, exam: Exam) -> None:
        """Go on with the session's tutorial, or begin one."""
        super().__init__(request.session)
        self.exam = exam

    def address(self, name: str) -> str:
        """See `Desk`. There is no other device to take over from, and no result: both lead to the start page."""
        place = "start" if name in ("claim", "result") else f"tutorial_{name}"
        return reverse(f"exams:{place}", kwargs={"code": self.exam.code})

    def seat(self) -> Seat:
        """See `Desk`."""
        blueprint = blueprint_of(self.exam)
        now = timezone.now()
        return Seat(
            key=f"tutorial-{self.token}",
            title=self.exam.title,
            token=self.token,
            deadline=now + timedelta(minutes=blueprint.minutes if blueprint else 60),
            urls={name: self.address(name) for name in PLACES},
            is_tutorial=True,
            now=now,
        )

    def news(self) -> dict[str, Any]:
        """See `Desk`. Nothing changes in a tutorial."""
        return {}
