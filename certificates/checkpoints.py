"""Named points at which a test may kill a worker, to show that work survives it."""

import os
import signal

from django.conf import settings

ENVIRONMENT_VARIABLE = "THRESHOLD_KILL_AT"


def checkpoint(name: str) -> None:
    """Do nothing, unless kill points are on and the environment names this one: then end this process at once."""
    if settings.DEBUG_KILL_POINTS and os.environ.get(ENVIRONMENT_VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
