"""CPU time of processes, as the operating system counted it."""

import json
import os
import re
import time
from pathlib import Path

from tests.house import House, family

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: list[int]) -> float:
    """Return user and system time of these processes; those that are gone count nothing."""
    return sum(_ticks(pid) for pid in pids) / TICK


def yardstick() -> float:
    """Return CPU milliseconds of a fixed piece of work, to compare runs on machines of different speed.

    The work is what pages are made of: dictionaries, JSON, regular expressions, text. Shared machines differ by a
    factor of four from one hour to the next; a figure means something only beside the yardstick of its own run.
    """
    began = time.process_time()
    for turn in range(1000):
        rows = json.loads(json.dumps([{"number": place, "text": f"item {turn}.{place}"} for place in range(30)]))
        page = "".join(f"<li>{row['number']}: {row['text']}</li>" for row in rows)
        re.sub(r"<[^>]+>", " ", page)
    return 1000 * (time.process_time() - began)


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


OURS_AND_SHARED = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND coalesce(datname, '{0}') = '{0}'"


def database_pids(house: House) -> list[int]:
    """Return the processes that serve this site's database: its connections, and the log writer and its like.

    Connections of other databases on the same server belong to somebody else.
    """
    return [pid for (pid,) in house.rows(OURS_AND_SHARED.format(house.name))] if house.server else []


class Meter:
    """Counts what a site's web server, and its database server if it has one, spend from one reading to the next."""

    def __init__(self, house: House, server: int) -> None:
        """Watch the server with this process id."""
        self.house = house
        self.server = server

    def read(self) -> tuple[float, float]:
        """Return CPU seconds of the web server and of the database server so far."""
        web = cpu_seconds([self.server, *family(self.server)])
        return web, cpu_seconds(database_pids(self.house))
