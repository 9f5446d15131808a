"""The handler of the probe's jobs."""

import time
from typing import Any

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    """`tests.kill.probe`."""

    name = "tests.kill.probe"
    label = "probe"

    def ready(self) -> None:
        """Register the handlers."""
        from lms.jobs.registry import every, handles
        from tests.kill.probe.models import Done, Run

        @handles("probe.note")
        def note(payload: dict[str, Any]) -> None:
            Run.objects.create(number=payload["number"])
            time.sleep(0.02)
            Done.objects.get_or_create(number=payload["number"])

        @handles("probe.tick")
        def tick(payload: dict[str, Any]) -> None:
            Run.objects.create(number=-1)

        every(kind="probe.tick", seconds=1)
