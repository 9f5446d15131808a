"""Workers with a pool of children behind a real broker: the doorbell is quick, and its loss costs no work."""

import os
import random
import time

import pytest
import redis

from tests.kill.house import House, kill_one_child, wait_until
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


def test_the_doorbell_is_quicker_than_the_sweep(house: House, broker: str) -> None:
    house.start_workers(2)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 1, seconds=40)
    moments = []
    for number in range(3):
        started = time.monotonic()
        house.python(ENQUEUE.format(count=number + 1))
        wait_until(lambda count=number + 1: all_done(house, count), seconds=20)  # type: ignore[misc]
        moments.append(time.monotonic() - started)
    assert min(moments) < 4.5, "starting a command takes about 2 s, the sweep 5 s more"


def test_jobs_whose_messages_were_lost_are_done_all_the_same(house: House, broker: str) -> None:
    house.python(ENQUEUE.format(count=JOBS))
    redis.Redis.from_url(broker).flushdb()
    house.start_workers(2)
    wait_until(lambda: all_done(house), seconds=60)
    assert house.count("probe_done") == JOBS


def test_every_job_is_done_once_although_children_are_killed(house: House, broker: str, chance: random.Random) -> None:
    supervisor = house.start_workers(2)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 1, seconds=40)
    house.python(ENQUEUE.format(count=JOBS))
    for _ in range(6):
        kill_one_child(supervisor.pid, chance)
        time.sleep(chance.uniform(0.2, 3.0))
    wait_until(lambda: all_done(house), seconds=90)
    assert house.count("probe_done") == JOBS
