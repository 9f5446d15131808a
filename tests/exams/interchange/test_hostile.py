"""Files that want to do harm are refused at once, with little memory, and with a reason."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exams.errors import ExchangeError
from exams.interchange.archive import Archive
from exams.interchange.files import Format, read_file, write_file
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ItemKind, ScoringRule
from tests.exams.interchange import hostile

ROOT = Path(__file__).resolve().parents[3]
ITEM = {"imsmanifest.xml": hostile.MANIFEST}


def code_of(data: bytes | str, name: str = "file") -> str:
    with pytest.raises(ExchangeError) as caught:
        read_file(data.encode() if isinstance(data, str) else data, name)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../item.xml", "archive_path"),
        ("a/../../item.xml", "archive_path"),
        ("/etc/passwd", "archive_path"),
        ("a\\b.xml", "archive_path"),
        ("C:/item.xml", "archive_path"),
        ("a//b.xml", "archive_path"),
        ("./b.xml", "archive_path"),
        ("b\nc.xml", "archive_path"),
        ("more.zip", "archive_nested"),
        ("more.IMSCC", "archive_nested"),
        ("IMSManifest.xml", "archive_twice"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str, code: str) -> None:
    assert code_of(hostile.archive({**ITEM, name: "x"})) == code


def test_links_encrypted_files_and_odd_packing_are_refused() -> None:
    assert code_of(hostile.symlink()) == "archive_link"
    locked = bytearray(hostile.archive(ITEM))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(locked)) == "archive_encrypted"
    odd = bytearray(hostile.archive(ITEM))
    odd[odd.index(b"PK\x01\x02") + 10] = 12
    assert code_of(bytes(odd)) == "archive_method"


def test_an_archive_within_an_archive_is_known_by_its_content() -> None:
    inner = hostile.archive({"a": "b"})
    assert code_of(hostile.archive({"imsmanifest.xml": inner})) == "archive_nested"


def test_bombs_are_refused() -> None:
    assert code_of(hostile.bomb()) == "archive_too_large"
    assert code_of(hostile.crowded(2001)) == "archive_too_large"
    assert code_of(hostile.overlapping()) == "archive_too_large"


def test_what_an_archive_says_about_its_sizes_is_held_against_what_it_holds() -> None:
    archive = Archive(hostile.lying_bomb())
    with pytest.raises(ExchangeError) as caught:
        archive.read("item.xml")
    assert caught.value.code in ("archive_broken", "archive_too_large")


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04rubbish", hostile.archive(ITEM)[:-30], b"PK\x05\x06" + bytes(18)])
def test_broken_archives_are_refused(data: bytes) -> None:
    assert code_of(data) in ("archive_broken", "format_unknown")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (hostile.LAUGHS, "xml_doctype"),
        (hostile.OUTSIDE_ENTITY, "xml_doctype"),
        (hostile.OUTSIDE_TYPE, "xml_doctype"),
        ("<!DOCTYPE quiz><quiz/>", "xml_doctype"),
        (hostile.DEEP, "xml_too_deep"),
        (hostile.WIDE, "xml_too_large"),
        (hostile.LONG_ATTRIBUTE, "xml_attribute_too_long"),
        (hostile.MANY_ATTRIBUTES, "xml_attribute_too_long"),
        ("<quiz>&unknown;</quiz>", "xml_malformed"),
        ("<quiz>", "xml_malformed"),
        ('<?xml version="1.0" encoding="utf-7"?><quiz/>', "xml_malformed"),
        ('<?xml version="1.0" encoding="zip"?><quiz/>', "xml_malformed"),
        ("<quiz>\x01</quiz>", "xml_malformed"),
        ("<html/>", "format_unknown"),
    ],
)
def test_hostile_xml_is_refused(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize("text", [hostile.LAUGHS, hostile.OUTSIDE_ENTITY, hostile.OUTSIDE_TYPE])
def test_another_encoding_hides_no_document_type(text: str) -> None:
    assert code_of(text.encode("utf-16")) == "xml_doctype"


def test_xml_in_a_package_and_in_a_sheet_is_held_to_the_same() -> None:
    assert code_of(hostile.archive({"imsmanifest.xml": hostile.LAUGHS})) == "xml_doctype"
    assert code_of(hostile.archive({"xl/workbook.xml": hostile.OUTSIDE_ENTITY})) == "xml_doctype"
    assert code_of(hostile.archive({"xl/workbook.xml": "<workbook/>"})) == "table_broken"
    (finding,) = read_file(hostile.archive({**ITEM, "item.xml": hostile.LAUGHS}), "p.zip").findings
    assert finding.notes[0].code == "xml_doctype"


def test_texts_in_another_encoding_are_asked_about_and_never_guessed() -> None:
    latin = "Reiz für Muskeln? {=Säge ~b}".encode("iso-8859-1")
    assert code_of(latin, "q.gift") == "encoding_wrong"
    (finding,) = read_file(latin, "q.gift", "iso-8859-1").findings
    assert finding.item is not None
    assert finding.item.stem == "Reiz für Muskeln?"
    (broken,) = read_file("Reiz f\ufffdr? {=a ~b}".encode(), "q.gift").findings
    assert broken.notes[0].code == "text_broken"
    with pytest.raises(ExchangeError, match="Known encodings"):
        read_file(latin, "q.gift", "rot13")


POWER = "1e9999999"
MULTIPLE, NUMERIC = "multiple_response", "numeric"


@pytest.mark.parametrize("power", [POWER, f"-{POWER}", "1e-9999999", "1e999", "1e99", "9" * 31, "1/0", "Infinity"])
@pytest.mark.parametrize(
    ("kind", "rule", "parameters"),
    [
        (MULTIPLE, "fractions_sum", {"fractions": {"a": 100, "b": "POWER"}}),
        (MULTIPLE, "qti_map_response", {"mapping": {"a": 1, "b": "POWER"}}),
        (MULTIPLE, "qti_map_response", {"mapping": {"a": 1}, "default": "POWER"}),
        (MULTIPLE, "qti_map_response", {"mapping": {"a": 1}, "lower_bound": "POWER"}),
        (MULTIPLE, "qti_map_response", {"mapping": {"a": 1}, "upper_bound": "POWER"}),
        (NUMERIC, "unit", {"factors": {"T": 1, "mT": "POWER"}}),
        (NUMERIC, "bands", {"bands": [{"low": "POWER", "high": 6, "score": 1}]}),
        (NUMERIC, "bands", {"bands": [{"low": 4, "high": "POWER", "score": 1}]}),
        (NUMERIC, "bands", {"bands": [{"low": 4, "high": 6, "score": 1}, {"low": 1, "high": 2, "score": "POWER"}]}),
    ],
)
def test_a_number_too_large_to_work_out_is_refused_in_every_parameter(
    kind: str, rule: str, parameters: object, power: str
) -> None:
    key = "a" if kind == MULTIPLE else "5"
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["kind", "scoring", "stem", "option_a", "option_b", "key", "parameters"])
    options = ("One", "Two") if kind == MULTIPLE else ("", "")
    rows.writerow([kind, rule, "Which?", *options, key, json.dumps(parameters)])
    (finding,) = read_file(table.getvalue().replace("POWER", power).encode(), "q.csv").findings
    assert [note.code for note in finding.notes] == ["key_unusable"]
    assert "number" in finding.notes[0].sentence or power == "1/0"


@pytest.mark.parametrize("power", [POWER, "1e-9999999", "1e999"])
def test_a_number_too_large_to_work_out_is_refused_in_the_facts_of_a_manifest(power: str) -> None:
    key = {"value": "1.5", "tolerance": "0", "unit": "T"}
    factors = {"factors": {"T": "1", "mT": "0.001"}}
    item = ExchangeItem("D1-001", ItemKind.NUMERIC, ScoringRule.UNIT, "How strong?", key, parameters=factors)
    with zipfile.ZipFile(io.BytesIO(write_file([item], Format.QTI3).content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert read_file(hostile.archive(files), "p.zip").findings[0].item == item
    files["imsmanifest.xml"] = files["imsmanifest.xml"].replace(b'"0.001"', f'"{power}"'.encode())
    (finding,) = read_file(hostile.archive(files), "p.zip").findings
    assert [note.code for note in finding.notes] == ["key_unusable"]


def test_parts_and_attributes_are_limited_in_total() -> None:
    assert code_of(hostile.heavy_sheet("xl/worksheets/s{}.xml")) == "xml_too_large"
    assert code_of(hostile.many_attributes_together()) == "xml_too_large"


MEASURE = """
import time
from exams.errors import ExchangeError
from exams.interchange.files import read_file
from tests.exams.interchange import hostile
files = [hostile.bomb(), hostile.lying_bomb(), hostile.crowded(2500), hostile.overlapping()]
files += [text.encode() for text in (hostile.LAUGHS, hostile.DEEP, hostile.WIDE)]
files += [hostile.heavy_sheet("xl/worksheets/s{}.xml"), hostile.heavy_sheet("xl/embeddings/s{}.xml")]
files += [hostile.many_attributes_together()]
files += [b"<quiz>" + b"<a b='c'>d</a>" * 199_990 + b"</quiz>", b"'" + b"<b " * 1_000_000]
slowest = 0.0
for data in files:
    start = time.process_time()
    try:
        read_file(data, "a.csv")
    except ExchangeError:
        pass
    slowest = max(slowest, time.process_time() - start)
# Not `getrusage`: there a process starts with the memory of the one that started it.
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(slowest, int(most.split()[1]) / 1024)
"""


@pytest.mark.thorough
def test_every_hostile_file_is_over_in_five_seconds_and_300_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True)
    slowest, megabytes = (float(part) for part in done.stdout.split())
    assert slowest < 5
    assert megabytes < 300
