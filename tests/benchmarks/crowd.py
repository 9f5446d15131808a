"""A hall full of candidates, as a process of its own: `python -m tests.benchmarks.crowd < plan.json > figures.json`.

Each candidate keeps one connection, starts within the first minutes of the run, saves an answer every ten seconds and
asks for a page every minute, at moments of their own; the plan's `slowdown` stretches all of that. The process counts
its own CPU time, so that what the server spends can be told from what measuring costs.
"""

import asyncio
import json
import random
import re
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF = "k" * 32
TOKEN = re.compile(rb'name="token" value="([0-9a-f]+)"')
SAVE_EVERY, PAGE_EVERY = 10.0, 60.0


@dataclass
class Figures:
    """What the crowd saw: seconds by kind of request, answers by status, and what the server acknowledged."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, kind: str, started: float, status: int) -> None:
        """Add one request."""
        self.seconds.setdefault(kind, []).append(time.monotonic() - started)
        self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1


class Candidate:
    """One person: a session, a connection, an attempt."""

    def __init__(self, port: int, session: str, figures: Figures) -> None:
        """Take a seat; the connection opens with the first request."""
        self.port, self.session, self.figures = port, session, figures
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.room = self.token = ""
        self.seqs: dict[int, int] = {}

    async def ask(self, kind: str, method: str, path: str, body: str = "", content: str = "") -> tuple[int, Any, bytes]:
        """Send one request, read the whole answer, and note how long it took; a closed connection is opened anew."""
        started = time.monotonic()
        for last in (False, True):
            try:
                status, headers, answer = await self._exchange(method, path, body, content)
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                self.writer = None
                if last:
                    raise
        self.figures.note(kind, started, status)
        return status, headers, answer

    async def _exchange(self, method: str, path: str, body: str, content: str) -> tuple[int, dict[str, str], bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Cookie: sessionid={self.session}; csrftoken={CSRF}"]
        if method == "POST":
            lines += [f"Content-Type: {content}", f"X-CSRFToken: {CSRF}", f"Content-Length: {len(body.encode())}"]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        if "content-length" in headers:
            answer = await self.reader.readexactly(int(headers["content-length"]))
        else:
            answer = await self._chunks()
        if headers.get("connection", "").lower() == "close":
            self.writer.close()
            self.writer = None
        return int(head[0].split()[1]), headers, answer

    async def _chunks(self) -> bytes:
        assert self.reader is not None
        parts = []
        while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)

    async def start(self, exam: str) -> None:
        """Start the attempt and enter the room."""
        form = "application/x-www-form-urlencoded"
        status, headers, answer = await self.ask("start", "POST", f"/exam/{exam}/", urlencode({"honour": "on"}), form)
        if status != 302:
            self.figures.faults.append(f"start answered {status}: {answer[:200]!r}")
            return
        self.room = headers["location"].split("?")[0]
        _, _, page = await self.ask("room", "GET", self.room)
        if not (found := TOKEN.search(page)):
            self.figures.faults.append("the room has no token")
            return
        self.token = found[1].decode()
        await self.ask("items", "GET", f"{self.room}items")

    async def save(self, item: int) -> None:
        """Save one answer and remember what was acknowledged."""
        self.seqs[item] = self.seqs.get(item, 0) + 1
        value = [random.choice("abcd")]  # noqa: S311 - any answer will do
        saves = [{"item": item, "seq": self.seqs[item], "value": value}]
        body = json.dumps({"token": self.token, "saves": saves})
        status, _, answer = await self.ask("save", "POST", f"{self.room}save", body, "application/json")
        reply = json.loads(answer)["replies"][0]["reply"] if status == 200 else status
        if reply == "ok":
            attempt = self.room.strip("/").rpartition("/")[2]
            self.figures.acknowledged.setdefault(attempt, {})[str(item)] = [self.seqs[item], value]
        else:
            self.figures.faults.append(f"a save was answered {reply}")

    async def sit(self, plan: dict[str, Any], ends: float) -> None:
        """Start at a moment of one's own, then save and read on until the end of the run."""
        await asyncio.sleep(random.uniform(0, plan["starts_within"]))  # noqa: S311
        await self.start(plan["exam"])
        if not self.token:
            return
        save_every, page_every = SAVE_EVERY * plan["slowdown"], PAGE_EVERY * plan["slowdown"]
        next_save = time.monotonic() + random.uniform(0, save_every)  # noqa: S311
        next_page = time.monotonic() + random.uniform(0, page_every)  # noqa: S311
        while (moment := min(next_save, next_page)) < ends:
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            if next_save <= next_page:
                await self.save(random.randint(1, plan["items"]))  # noqa: S311
                next_save += save_every
            else:
                await self.ask("page", "GET", f"{self.room}review")
                next_page += page_every


async def run(plan: dict[str, Any]) -> Figures:
    """Let everybody sit, and return what they saw."""
    figures = Figures()
    ends = time.monotonic() + plan["starts_within"] + plan["then_seconds"]
    crowd = [Candidate(plan["port"], session, figures) for session in plan["sessions"]]
    await asyncio.gather(*(candidate.sit(plan, ends) for candidate in crowd))
    return figures


if __name__ == "__main__":
    seen = asyncio.run(run(json.load(sys.stdin)))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    json.dump(seen.__dict__ | {"driver_cpu": spent.ru_utime + spent.ru_stime}, sys.stdout)
