"""How the demonstration looks at its own site."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lms.demo.site import answers, fetch, fetch_json
from lms.demo.story import StepFailed


class Echo(BaseHTTPRequestHandler):
    """Answers with the path and the host that it was asked for."""

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/nowhere" else 200)
        self.end_headers()
        self.wfile.write(f"{self.path} at {self.headers['Host']}".encode())

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    """A web server on loopback, under a name that no resolver knows."""
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.SITE_URL = f"http://threshold.invalid:{server.server_port}"
        yield settings.SITE_URL
        server.shutdown()
        thread.join()


def test_neither_proxy_nor_resolver_is_asked(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert fetch(f"{site}/verify/") == (200, f"/verify/ at {site.removeprefix('http://')}".encode())


def test_a_page_that_is_not_there_does_not_answer(site: str) -> None:
    assert (answers(f"{site}/"), answers(f"{site}/nowhere")) == (True, False)


def test_no_server_at_all_does_not_answer(settings: Any) -> None:
    settings.SITE_URL = "http://localhost:1"
    assert not answers("http://localhost:1/")


def test_other_sites_are_not_asked(site: str) -> None:
    with pytest.raises(ValueError, match="own site only"):
        fetch("http://example.org/")


def test_what_is_not_json_fails_the_step(site: str) -> None:
    with pytest.raises(StepFailed, match="answered 200, not with JSON"):
        fetch_json(f"{site}/api")
