"""Workers with a pool of children behind a real broker: the doorbell is quick, and its loss costs no work."""

import os
import random
import time

import pytest
import redis

from tests.house import House, kill_one_child, wait_until
from tests.kill.test_outbox import ENQUEUE

pytestmark = pytest.mark.services
JOBS = 100


@pytest.fixture
def broker(house: House) -> str:
    """A Redis database of its own, emptied; `TEST_REDIS_URL` names it."""
    address = os.environ["TEST_REDIS_URL"]
    redis.Redis.from_url(address).flushdb()
    house.environment["CELERY_BROKER_URL"] = address
    return address


def all_done(house: House, count: int = JOBS) -> bool:
    return house.count("jobs_job", "state = 'done'") == count


ENQUEUE_SLOWLY = """
import time
from lms.jobs.actions import enqueue
for number in range(9):
    enqueue("probe.note", key=f"note:{number}", payload={"number": number})
    time.sleep(0.7)
"""


def test_the_doorbell_is_quicker_than_the_sweep(house: House, broker: str) -> None:
    """The sweep alone would take 2.5 s in the middle, for it comes every 5 s."""
    house.start_workers(2)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 1, seconds=240)
    house.python(ENQUEUE_SLOWLY)
    wait_until(lambda: all_done(house, 9), seconds=180)
    waits = sorted(
        (done - made).total_seconds()
        for made, done in house.rows("SELECT created_at, finished_at FROM jobs_job WHERE every_seconds IS NULL")
    )
    assert waits[4] < 1.0


def test_jobs_whose_messages_were_lost_are_done_all_the_same(house: House, broker: str) -> None:
    house.python(ENQUEUE.format(count=JOBS))
    redis.Redis.from_url(broker).flushdb()
    house.start_workers(2)
    wait_until(lambda: all_done(house), seconds=180)
    assert house.count("probe_done") == JOBS


def test_every_job_is_done_once_although_children_are_killed(house: House, broker: str, chance: random.Random) -> None:
    supervisor = house.start_workers(2)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 1, seconds=240)
    house.python(ENQUEUE.format(count=JOBS))
    for _ in range(6):
        kill_one_child(supervisor.pid, chance)
        time.sleep(chance.uniform(0.2, 3.0))
    wait_until(lambda: all_done(house), seconds=180)
    assert house.count("probe_done") == JOBS
