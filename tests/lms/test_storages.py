"""Public and private files: in folders by default, in S3-like buckets by the environment, with the same promises."""

import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import environ
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, StorageHandler
from moto.server import ThreadedMotoServer

from certificates.register import outside
from lms.settings.storages import storage_settings

KEY = "kept for tests only"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server on loopback with two buckets: everybody may read the public one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=KEY
    )
    for bucket in ("public", "private"):
        client.create_bucket(Bucket=bucket)
    yield address
    server.stop()


@pytest.fixture
def buckets(s3: str) -> dict[str, Storage]:
    """Our storages as the environment of an S3 site makes them."""
    variables = {
        "S3_PUBLIC_BUCKET": "public",
        "S3_PRIVATE_BUCKET": "private",
        "S3_ENDPOINT_URL": s3,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": KEY,
        "S3_SECRET_KEY": KEY,
    }
    with patch.dict(os.environ, variables):
        return storages(storage_settings(environ.Env(), Path("/nowhere")))


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Storage]:
    """Our storages as a site without variables has them."""
    return storages(storage_settings(environ.Env(), tmp_path))


def storages(settings: dict[str, Any]) -> dict[str, Storage]:
    handler = StorageHandler(settings)
    return {name: handler[name] for name in ("default", "private", "register")}


@pytest.fixture(params=["folders", "buckets"])
def site(request: pytest.FixtureRequest) -> dict[str, Storage]:
    """Both ways to keep files."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", ["default", "private"])
def test_what_is_saved_can_be_read(site: dict[str, Storage], name: str) -> None:
    kept = site[name].save("certificates/one.pdf", ContentFile(b"%PDF-1.7 one"))
    with site[name].open(kept) as file:
        assert file.read() == b"%PDF-1.7 one"


@pytest.mark.parametrize("name", ["default", "private"])
def test_a_file_is_never_overwritten(site: dict[str, Storage], name: str) -> None:
    first = site[name].save("twice.txt", ContentFile(b"first"))
    second = site[name].save("twice.txt", ContentFile(b"second"))
    assert first != second
    with site[name].open(first) as file:
        assert file.read() == b"first"


def test_a_file_of_the_log_replaces_the_earlier_one(site: dict[str, Storage]) -> None:
    """Under its own name, at once, and with what lies beside it left alone; as `certificates.register.outside` asks."""
    with patch("certificates.register.outside.storages", site):
        assert outside.outside_file("checkpoint") is None
        for content in (b"first", b"second"):
            outside.put_outside("checkpoint", content)
            assert outside.outside_file("checkpoint") == content
        for width in (1, 2):
            outside.put_outside(f"tile/0/000.p/{width}", b"hash")
        outside.put_outside("tile/0/000", b"hashes")
        outside.drop_outside("tile/0/000.p")
        outside.drop_outside("tile/0/001.p")
        assert outside.outside_file("tile/0/000.p/2") is None
        assert outside.outside_file("tile/0/000") == b"hashes"


def test_a_file_of_the_log_that_was_not_finished_leaves_the_earlier_one(folders: dict[str, Storage]) -> None:
    folders["register"].save("checkpoint", ContentFile(b"first"))
    with patch("os.fsync", side_effect=OSError("the disk is full")), pytest.raises(OSError, match="disk is full"):
        folders["register"].save("checkpoint", ContentFile(b"second"))
    with folders["register"].open("checkpoint") as file:
        assert file.read() == b"first"
    assert folders["register"].listdir("")[1] == ["checkpoint"]


def fetch(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - a server of this test
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_a_private_object_has_a_signed_address_that_ends_soon(buckets: dict[str, Storage]) -> None:
    kept = buckets["private"].save("signed.txt", ContentFile(b"secret"))
    address = buckets["private"].url(kept)
    assert "X-Amz-Signature=" in address
    assert "X-Amz-Expires=300" in address
    assert fetch(address) == (200, b"secret")


def test_a_stranger_without_a_signature_is_refused(buckets: dict[str, Storage]) -> None:
    kept = buckets["private"].save("refused.txt", ContentFile(b"secret"))
    assert fetch(buckets["private"].url(kept).split("?")[0])[0] == 403


def test_a_public_object_has_a_plain_address(buckets: dict[str, Storage]) -> None:
    kept = buckets["default"].save("figure.svg", ContentFile(b"<svg/>"))
    assert "?" not in buckets["default"].url(kept)


def test_a_private_folder_has_no_address_and_is_closed_to_others(folders: dict[str, Storage]) -> None:
    kept = folders["private"].save("record/secret.txt", ContentFile(b"secret"))
    with pytest.raises(ValueError, match="has no address"):
        folders["private"].url(kept)
    path = Path(folders["private"].path(kept))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_private_needs_public_too() -> None:
    with patch.dict(os.environ, {"S3_PRIVATE_BUCKET": "private"}), pytest.raises(Exception, match="S3_PUBLIC_BUCKET"):
        storage_settings(environ.Env(), Path("/nowhere"))
