"""Spoiled files never break a reader: each ends as findings or as a coded refusal, and what is imported is an item.

`HYPOTHESIS_PROFILE=thorough` spoils very many more; `FUZZ_SECONDS` goes on for so long with each importer.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from random import Random

import pytest

from exams.errors import ExchangeError
from exams.interchange.checking import ANY, read_material
from exams.interchange.files import Format, read_file, write_file
from exams.interchange.findings import Outcome
from exams.interchange.tree import ExchangeItem, Picture
from exams.rules.item_kinds import ItemKind
from tests.exams.interchange import samples
from tests.exams.interchange.made_items import PICTURES, SVG
from tests.exams.interchange.mutations import QTI_ITEMS, mutated, mutated_archive, mutated_xml

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
RUNS = {"thorough": 10_000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 25)


def _own_items() -> list[ExchangeItem]:
    return [f.item for f in read_file(samples.MOODLE.encode(), "q.xml").findings if f.item is not None]


def _seeds(target: Format) -> list[bytes]:
    items = _own_items()
    pictured = [
        replace(item, picture=Picture(content, "A head.")) for item, content in zip(items, PICTURES, strict=False)
    ]
    return [write_file(kept, target).content for kept in (items, [*pictured, *items[len(pictured) :]])]


Seeds = Callable[[], list[bytes]]
IMPORTERS: dict[str, tuple[str, Seeds, Callable[[bytes, Random], bytes]]] = {
    "qti_item": ("item.xml", lambda: QTI_ITEMS, mutated_xml),
    "qti_package": ("p.zip", lambda: [samples.qti3_package(SVG), *_seeds(Format.QTI21)], mutated_archive),
    "moodle": ("q.xml", lambda: [samples.MOODLE.encode(), *_seeds(Format.MOODLE)], mutated_xml),
    "gift": ("q.gift", lambda: [samples.GIFT.encode(), *_seeds(Format.GIFT)], mutated),
    "csv": ("q.csv", lambda: [samples.CSV.encode(), *_seeds(Format.CSV)], mutated),
    "xlsx": ("q.xlsx", lambda: _seeds(Format.XLSX), mutated_archive),
}


@pytest.mark.parametrize("importer", list(IMPORTERS))
def test_a_spoiled_file_is_reported_and_breaks_nothing(importer: str) -> None:
    name, seeds, spoil = IMPORTERS[importer]
    sound = seeds()
    until = time.monotonic() + SECONDS
    refused = 0
    for run in count():
        if run >= RUNS and time.monotonic() >= until:
            break
        chance = Random(run)  # noqa: S311 - the same files each time
        refused += _is_refused(spoil(chance.choice(sound), chance), name, run)
    print(f"{importer}: {run} files, {refused} refused as a whole")  # noqa: T201 - the figure of a long run
    assert refused < run


def _is_refused(data: bytes, name: str, run: int) -> bool:
    try:
        findings = read_file(data, name).findings
    except ExchangeError:
        return True
    for finding in findings:
        assert (finding.item is None) == (finding.outcome in (Outcome.UNSUPPORTED, Outcome.REFUSED)), run
        assert finding.notes or finding.outcome is Outcome.IMPORTED, run
        if finding.item is not None:
            read_material(finding.item, ANY, code="X")
            assert finding.item.kind in ItemKind
    return False
