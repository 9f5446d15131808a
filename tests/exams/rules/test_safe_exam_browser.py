"""Safe Exam Browser: the Config Key from texts written by hand, files of every wrapping, hashes of pages."""

import base64
import contextlib
import gzip
import hashlib
import plistlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.safe_exam_browser import (
    Keys,
    SettingsError,
    canonical_text,
    config_key,
    page_hash,
    proves,
    read_browser_keys,
    read_settings,
)

SETTINGS = {
    "originatorVersion": "SEB_Win_3.9.0",
    "startURL": "https://exams.example.org/exam/a/?b=1&c=ä",
    "allowWLAN": False,
    "allowWlan": True,
    "browserWindowAllowReload": 2,
    "Zoom": 1.0,
    "scale": 0.25,
    "emptyText": "",
    "emptyList": [],
    "emptyDict": {},
    "URLFilterRules": [{"regex": True, "expression": "exams\\.example\\.org/*", "nothing": {}}],
    "salt": b"\x00\x01\xff",
    "examDate": datetime(2026, 3, 1, 9, 30),  # noqa: DTZ001 - as plistlib reads a date: UTC without saying so
    "nested": {"b": 1, "A": {"z": "/", "Y": 0}, "onlyEmpty": {"inner": {}}},
}
# By the five rules of the developer page: no white space, keys without regard to case, no escapes, no empty dict.
WRITTEN_BY_HAND = (
    '{"allowWlan":true,"allowWLAN":false,"browserWindowAllowReload":2,"emptyList":[],"emptyText":"",'
    '"examDate":"2026-03-01T09:30:00+00:00","nested":{"A":{"Y":0,"z":"/"},"b":1},"salt":"AAH/","scale":0.25,'
    '"startURL":"https://exams.example.org/exam/a/?b=1&c=ä",'
    '"URLFilterRules":[{"expression":"exams\\.example\\.org/*","regex":true}],"Zoom":1}'
)


def test_the_canonical_text_is_the_one_written_by_hand():
    assert canonical_text(SETTINGS) == WRITTEN_BY_HAND


def test_the_key_is_its_hash():
    assert config_key(SETTINGS) == hashlib.sha256(WRITTEN_BY_HAND.encode("utf-8")).hexdigest()


def test_one_worked_value():
    """SHA-256 of {"a":1}, from another program: printf '{"a":1}' | sha256sum."""
    assert config_key({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_the_version_of_the_program_that_wrote_it_does_not_matter():
    assert config_key(SETTINGS | {"originatorVersion": "SEB_OSX_3.4"}) == config_key(SETTINGS)


def wrapped(kind: str) -> bytes:
    bare = plistlib.dumps(SETTINGS)
    return {
        "bare": bare,
        "gzip": gzip.compress(bare),
        "plnd": b"plnd" + gzip.compress(bare),
        "plnd, not packed inside": b"plnd" + bare,
        "gzip of plnd": gzip.compress(b"plnd" + gzip.compress(bare)),
    }[kind]


@pytest.mark.parametrize("kind", ["bare", "gzip", "plnd", "plnd, not packed inside", "gzip of plnd"])
def test_every_unencrypted_wrapping_gives_the_same_key(kind):
    assert config_key(read_settings(wrapped(kind))) == config_key(SETTINGS)


@pytest.mark.parametrize("prefix", [b"pswd", b"pwcc", b"pkhs", b"phsk"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_encrypted_file_is_refused_with_what_to_do(prefix, pack):
    with pytest.raises(SettingsError, match=r"encrypted.*without a settings password"):
        read_settings(pack(prefix + b"\x03\x01" + bytes(200)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a settings file"),
        (b"hello", "not a settings file"),
        (b"<plist><dict><key>a</key></dict></plist>", "not a settings file"),
        (plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY), "not a settings file"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><plist><string>&a;</string></plist>', "not a settings file"),
        (plistlib.dumps([1, 2]), "holds no settings"),
        (plistlib.dumps({}), "holds no settings"),
        (gzip.compress(plistlib.dumps(SETTINGS))[:-20], "cut off|damaged"),
        (b"\x1f\x8b" + b"rubbish" * 9, "damaged"),
        (gzip.compress(bytes(8 * 1024 * 1024)), "larger than 4 MB"),
        (bytes(600 * 1024), "larger than 512 kB"),
    ],
)
def test_what_is_no_settings_file_is_refused(content, words):
    with pytest.raises(SettingsError, match=words):
        read_settings(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    """Anything else than a `SettingsError` would reach the page as a fault of ours."""
    with contextlib.suppress(SettingsError):
        read_settings(content)


def test_what_clients_write_differently_is_refused():
    with pytest.raises(SettingsError, match="“title” holds a quotation mark"):
        config_key({"title": 'the "first"'})


def test_deep_nesting_is_refused():
    deep: dict = {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    with pytest.raises(SettingsError, match="nested too deeply"):
        config_key(deep)


URL = "https://exams.example.org/attempts/1/?q=7"
KEY, OTHER = "a" * 64, "b" * 64


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_page_is_hashed_address_first_and_without_its_fragment():
    assert page_hash(f"{URL}#part", KEY) == sha(URL + KEY)


@pytest.mark.parametrize(
    ("keys", "config", "browser", "expected"),
    [
        (Keys(KEY), sha(URL + KEY), "", True),
        (Keys(KEY), sha(URL + KEY).upper(), "", True),
        (Keys(KEY), sha(KEY + URL), "", False),
        (Keys(KEY), sha("http" + URL[5:] + KEY), "", False),
        (Keys(KEY), sha(URL + OTHER), "", False),
        (Keys(KEY), "", "", False),
        (Keys(KEY), KEY, "", False),
        (Keys("", (OTHER, KEY)), "", sha(URL + KEY), True),
        (Keys("", (OTHER,)), "", sha(URL + KEY), False),
        (Keys(KEY, (OTHER,)), sha(URL + KEY), sha(URL + OTHER), True),
        (Keys(KEY, (OTHER,)), sha(URL + KEY), "", False),
        (Keys(KEY, (OTHER,)), "", sha(URL + OTHER), False),
        (Keys(), "", "", False),
        (Keys(), sha(URL), sha(URL), False),
    ],
)
def test_which_hashes_prove_a_browser(keys, config, browser, expected):
    assert proves(keys, urls=["https://elsewhere.example/", URL], config_hash=config, browser_hash=browser) is expected


def test_new_keys_have_another_fingerprint():
    prints = {keys.fingerprint for keys in (Keys(), Keys(KEY), Keys("", (KEY,)), Keys(KEY, (OTHER,)), Keys(OTHER))}
    assert len(prints) == 5


def test_browser_keys_are_read_one_a_line():
    assert read_browser_keys(f"{KEY.upper()}\n\n {OTHER} \n{KEY}") == (KEY, OTHER)
    with pytest.raises(SettingsError, match="64 digits"):
        read_browser_keys(f"{KEY}\nabc")


def test_data_is_standard_base64():
    assert canonical_text({"a": b"\xfb\xff\xfe"}) == f'{{"a":"{base64.b64encode(bytes([251, 255, 254])).decode()}"}}'
