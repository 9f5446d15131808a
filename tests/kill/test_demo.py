"""The demonstration's web server leaves no port behind when the demonstration is killed."""

import pytest

from tests.house import House, answers, free_port, kill, wait_until

pytestmark = pytest.mark.kill

WATCH_THE_WEB_SERVER = """
import sys
from pathlib import Path
import django
django.setup()
from lms.demo.site import web_programme
from lms.jobs.supervisor import Supervisor
Supervisor([web_programme(int(sys.argv[1]), Path(sys.argv[2]))], say=sys.stdout.write).run()
"""


def test_the_web_server_ends_when_the_demonstration_was_killed(house: House) -> None:
    port = free_port()
    demonstration = house.start("-c", WATCH_THE_WEB_SERVER, str(port), str(house.folder / "demo.log"))
    wait_until(lambda: answers(port), seconds=240)
    kill(demonstration.pid)
    demonstration.wait(timeout=60)
    wait_until(lambda: not answers(port), seconds=60)
