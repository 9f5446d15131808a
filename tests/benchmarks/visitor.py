"""A browser reduced to what costs the server something: one connection kept open, one session, no assets."""

import http.client
import json
import re
import time
from typing import Any
from urllib.parse import urlencode

CSRF = "k" * 32
IDLE_SECONDS = 1.0
TOKEN = re.compile(rb'name="token" value="([0-9a-f]+)"')


class Visitor:
    """One person at one port of this machine; `session` is empty for a stranger."""

    def __init__(self, port: int, session: str = "") -> None:
        """Open the connection."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.session = session
        self.used = 0.0

    def ask(self, method: str, path: str, body: str = "", kind: str = "") -> http.client.HTTPResponse:
        """Send one request and read the whole answer into `self.content`."""
        headers = {"Host": "localhost", "Accept": kind or "text/html"}
        if self.session:
            headers["Cookie"] = f"sessionid={self.session}; csrftoken={CSRF}"
        if method == "POST":
            headers |= {"Content-Type": kind or "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()  # the server has closed it from its side by now
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        self.content = answer.read()
        self.used = time.monotonic()
        return answer

    def get(self, path: str) -> bytes:
        """Read a page that must be there."""
        answer = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status, self.content[:300])
        return self.content

    def post(self, path: str, **fields: str) -> str:
        """Send a form and return where the answer leads."""
        answer = self.ask("POST", path, urlencode(fields))
        assert answer.status == 302, (path, answer.status, self.content[:300])
        return answer.headers["Location"]

    def send(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Send JSON and return the JSON answer."""
        answer = self.ask("POST", path, json.dumps(content), "application/json")
        assert answer.status == 200, (path, answer.status, self.content[:300])
        return json.loads(self.content)


def begin_attempt(visitor: Visitor, exam: str) -> tuple[str, str]:
    """Start an attempt and enter the room; return its address and the token of the session."""
    room = visitor.post(f"/exam/{exam}/", honour="on")
    found = TOKEN.search(visitor.get(room))
    assert found, "the room has no token"
    address = room.split("?")[0]
    visitor.get(f"{address}items")
    return address, found[1].decode()


def save(visitor: Visitor, address: str, token: str, item: int, seq: int) -> None:
    """Save one answer as the exam room's script does."""
    saves = [{"item": item, "seq": seq, "value": ["abcd"[(item + seq) % 4]]}]
    answer = visitor.send(f"{address}save", {"token": token, "saves": saves})
    assert answer["replies"][0]["reply"] == "ok", answer


def whole_attempt(visitor: Visitor, exam: str, items: int) -> None:
    """Start, enter, answer every item, review, submit, read the result."""
    address, token = begin_attempt(visitor, exam)
    for item in range(1, items + 1):
        save(visitor, address, token, item, 1)
    visitor.get(f"{address}review")
    visitor.get(visitor.post(f"{address}submit", token=token))
