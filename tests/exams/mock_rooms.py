"""Mock exams through a browser."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from exams.models import Exam, MockExam, MockState
from tests.factories.courses import NUMBER_ID


class MockRoom:
    """Ada's browser at a mock exam."""

    def __init__(self, browser: Client, mock: MockExam) -> None:
        self.browser, self.mock, self.token = browser, mock, mock.token

    def url(self, name: str) -> str:
        return reverse(f"exams:mock_{name}", kwargs={"mock_id": self.mock.pk})

    def get(self, name: str, **query: Any) -> HttpResponse:
        return self.browser.get(self.url(name), query)

    def post(self, name: str, **fields: Any) -> HttpResponse:
        return self.browser.post(self.url(name), {"token": self.token} | fields)

    def send(self, name: str, **content: Any) -> HttpResponse:
        body = json.dumps({"token": self.token} | content)
        return self.browser.post(self.url(name), body, content_type="application/json")

    def reply(self, **one: Any) -> dict[str, Any]:
        return self.send("save", saves=[{"item": 1, "seq": 1, "value": ["a"]} | one]).json()["replies"][0]

    def right(self, number: int) -> Any:
        """What scores at a place, by the lesson and not by what the mock exam keeps."""
        question = self.mock.questions.get(position=number)
        if str(question.block) == NUMBER_ID:
            return "62.4"
        return [option["id"] for option in question.shown["options"] if option["text"] == "This"]


def start_mock(browser: Client, exam: Exam) -> MockRoom:
    response = browser.post(reverse("exams:mock_start", kwargs={"code": exam.code}))
    mock = MockExam.objects.get(state=MockState.STARTED)
    assert response["Location"] == reverse("exams:mock_room", kwargs={"mock_id": mock.pk})
    return MockRoom(browser, mock)


def start_page(browser: Client, exam: Exam) -> str:
    return browser.get(reverse("exams:mock_start", kwargs={"code": exam.code})).content.decode()
