"""Settings of the demonstration's gunicorn: it ends when the demonstration is gone, however that went."""

import ctypes
import os
import signal
import sys
from typing import Any

from lms.jobs.names import SUPERVISOR_VARIABLE

# From <sys/prctl.h>: the signal that the kernel sends to a process whose parent is gone.
PR_SET_PDEATHSIG = 1


def when_ready(arbiter: Any) -> None:
    """Let gunicorn end after a demonstration that was killed, so that its port is free for the next one."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM) != 0:
        raise OSError(ctypes.get_errno(), "The kernel does not tell of the end of the demonstration.")
    if os.getppid() != int(os.environ[SUPERVISOR_VARIABLE]):
        os.kill(os.getpid(), signal.SIGTERM)
