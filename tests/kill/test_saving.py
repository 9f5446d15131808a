"""The web server dies while candidates save: no answer that was acknowledged is lost (R-4)."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field

import pytest

from tests.house import House, family, free_port, kill, wait_until

pytestmark = pytest.mark.kill
CANDIDATES = 4
ITEMS = 10
SECONDS = 16.0  # of kills, or longer until there were enough of them on a slow machine
KILLS = 3
STORED = ("ok", "ok-duplicate")
CSRF = "k" * 32

PREPARE = f"""
import json
from django.test import Client
from courses.models import Enrolment, Pathway
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from tests.factories.exams import make_exam, start_attempt
exam = make_exam({ITEMS})
rows = []
for number in range({CANDIDATES}):
    person = create_person(email=f"c{{number}}@example.org", full_name="Candidate", password=None, by=None)
    grant_role(person=person, role=Role.TRAINEE, by=None)
    enrolment = Enrolment.objects.create(
        person=person, programme=exam.programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
    )
    attempt = start_attempt(enrolment, exam)
    client = Client()
    client.force_login(person)
    rows.append([str(attempt.pk), attempt.token, client.cookies["sessionid"].value])
print(json.dumps(rows))
"""


@dataclass
class Candidate:
    """Somebody who answers without pause and remembers what the server said it had stored."""

    attempt: str
    token: str
    session: str
    port: int
    acknowledged: dict[int, int] = field(default_factory=dict)
    failures: int = 0

    def save(self, item: int, seq: int) -> bool:
        """Send one save; True when the server acknowledged it."""
        body = {"token": self.token, "saves": [{"item": item, "seq": seq, "value": ["abcd"[seq % 4]]}]}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", f"/attempts/{self.attempt}/save", json.dumps(body), self.headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.failures += 1
            return False
        finally:
            connection.close()
        return answer.status == 200 and json.loads(content)["replies"][0]["reply"] in STORED

    @property
    def headers(self) -> dict[str, str]:
        """What a browser sends."""
        cookies = f"sessionid={self.session}; csrftoken={CSRF}"
        return {
            "Content-Type": "application/json",
            "Cookie": cookies,
            "X-CSRFToken": CSRF,
            "Accept": "application/json",
        }

    def answer_until(self, over: threading.Event) -> None:
        """Save every item again and again; a save without an answer is repeated with the same number."""
        seq = 1
        while not over.is_set():
            for item in range(1, ITEMS + 1):
                while not self.save(item, seq):
                    if over.is_set():
                        return
                    time.sleep(0.05)
                self.acknowledged[item] = seq
            seq += 1


def test_no_acknowledged_answer_is_lost(house: House, chance: random.Random) -> None:
    port = free_port()
    rows = json.loads(house.python(PREPARE).strip().splitlines()[-1])
    candidates = [Candidate(*row, port=port) for row in rows]
    server = house.start_web(port)
    over = threading.Event()
    threads = [threading.Thread(target=one.answer_until, args=[over]) for one in candidates]
    for thread in threads:
        thread.start()
    began, kills = time.monotonic(), 0
    while kills < KILLS or time.monotonic() < began + SECONDS:
        time.sleep(chance.uniform(0.8, 2.5))
        everything = chance.random() < 0.3
        for pid in family(server.pid) if not everything else [server.pid, *family(server.pid)]:
            kill(pid)
        kills += 1
        if everything:
            server.wait(timeout=60)
            server = house.start_web(port)
    wait_until(lambda: all(len(one.acknowledged) == ITEMS for one in candidates), seconds=180)
    over.set()
    for thread in threads:
        thread.join(timeout=30)
    assert sum(one.failures for one in candidates) > 0, "no save ever met a dead server"
    for one in candidates:
        stored = {position: (seq, value) for position, seq, value in answers_of(house, one.attempt)}
        for item, seq in one.acknowledged.items():
            kept, value = stored[item]
            assert kept in (seq, seq + 1)  # the last save may have been stored without the candidate hearing of it
            assert value == ["abcd"[kept % 4]]


def answers_of(house: House, attempt: str) -> list[tuple[int, int, list[str]]]:
    """Read the stored answers of one attempt past Django."""
    key = attempt if house.server else attempt.replace("-", "")
    rows = house.rows(f"SELECT position, seq, value FROM exams_response WHERE attempt_id = '{key}'")
    return [(position, seq, json.loads(value) if isinstance(value, str) else value) for position, seq, value in rows]
