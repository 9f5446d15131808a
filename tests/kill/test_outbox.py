"""Workers and their supervisor are killed while jobs run: each job is done, none is lost or done twice over."""

import random
import signal
import time

import pytest

from tests.house import House, family, kill, kill_one_child, wait_until, workers_of

pytestmark = pytest.mark.kill

ENQUEUE = """
from django.db import transaction
from lms.jobs.actions import enqueue
with transaction.atomic():
    for number in range({count}):
        enqueue("probe.note", key=f"note:{{number}}", payload={{"number": number}})
"""
JOBS = 200
KILLS = 25


def unfinished(house: House) -> int:
    """Count the jobs that are not done yet, periodic ones apart."""
    return house.count("jobs_job", "state <> 'done' AND every_seconds IS NULL")


def test_every_job_is_done_once_although_workers_are_killed(house: House, chance: random.Random) -> None:
    house.python(ENQUEUE.format(count=JOBS))
    supervisor = house.start_workers(2)
    wait_until(lambda: house.count("probe_done") > 0, seconds=240)
    kills = 0
    # The supervisor waits longer after each death, so killing for ever would only show that dead workers do nothing.
    while unfinished(house) and kills < KILLS:
        time.sleep(chance.uniform(0.2, 3.0))
        kills += kill_one_child(supervisor.pid, chance)
    assert kills >= 2
    wait_until(lambda: unfinished(house) == 0, seconds=240)
    assert house.count("probe_done") == JOBS
    assert house.count("jobs_job", "state = 'done'") == JOBS
    assert house.count("jobs_job", "state = 'dead'") == 0


def test_workers_end_when_their_supervisor_was_killed(house: House) -> None:
    supervisor = house.start_workers(2)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 2, seconds=240)
    orphans = workers_of(supervisor.pid)
    kill(supervisor.pid)
    supervisor.wait(timeout=60)
    wait_until(lambda: house.count("jobs_workerheartbeat") == 0, seconds=60)
    assert len(orphans) == 2


def test_the_supervisor_starts_a_dead_worker_again_and_ends_all_in_time(house: House) -> None:
    supervisor = house.start_workers(1)
    wait_until(lambda: len(workers_of(supervisor.pid)) == 1, seconds=180)
    [first] = workers_of(supervisor.pid)
    kill(first)
    wait_until(lambda: workers_of(supervisor.pid) not in ([], [first]), seconds=180)
    wait_until(lambda: house.count("jobs_workerheartbeat") >= 1, seconds=180)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=60) == 0
    assert family(supervisor.pid) == []


def test_periodic_work_runs_once_per_slot_with_several_workers(house: House) -> None:
    house.start_workers(3)
    wait_until(lambda: house.count("probe_run", "number = -1") >= 5, seconds=180)
    moments = sorted(str(at) for (at,) in house.rows("SELECT at FROM probe_run WHERE number = -1"))
    seconds = [moment[:19] for moment in moments]
    assert len(seconds) == len(set(seconds))
