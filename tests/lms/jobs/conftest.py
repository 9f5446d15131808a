"""Kinds of job that only tests have."""

from collections.abc import Callable
from typing import Any

import pytest

from lms.jobs import registry
from lms.jobs.actions import enqueue
from lms.jobs.models import Job

DONE: list[int] = []


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers that note what they did, fail on demand, and a registry of their own."""
    DONE.clear()
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_periods", {})

    @registry.handles("test.note")
    def note(payload: dict[str, Any]) -> None:
        DONE.append(payload.get("number", 0))

    @registry.handles("test.break")
    def break_down(payload: dict[str, Any]) -> None:
        raise ConnectionError("the printer is on fire")


@pytest.fixture
def make_job(db: None) -> Callable[..., Job]:
    """Put a job into the outbox."""
    made: list[int] = []

    def make(kind: str = "test.note", **payload: Any) -> Job:
        made.append(1)
        return enqueue(kind, key=f"{kind}:{len(made)}", payload=payload)

    return make
