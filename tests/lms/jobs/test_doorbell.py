"""The broker may be away: the job stays, and a worker that looks into the outbox finds it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from lms.celery import app
from lms.jobs.actions import enqueue
from lms.jobs.models import Job

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def broker_that_is_away(settings: Any) -> Iterator[None]:
    """An address of this machine where nobody listens."""
    settings.CELERY_BROKER_URL = NOBODY_LISTENS
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.broker_url, app.conf.broker_transport_options = NOBODY_LISTENS, {"max_retries": 1, "interval_start": 0}
    _drop_pools()
    yield
    app.conf.broker_url, app.conf.broker_transport_options = before
    _drop_pools()


def _drop_pools() -> None:
    app.amqp._producer_pool = None
    app._pool = None


@pytest.mark.django_db(transaction=True)
def test_a_lost_doorbell_loses_no_work(broker_that_is_away: None, caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        enqueue("test.note", key="rung", payload={})
        assert "broker" not in caplog.text
    assert "The broker did not take a message" in caplog.text
    assert Job.objects.due().count() == 1
