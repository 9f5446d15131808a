import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

import pikepdf
import pypdfium2
import pytest
import time_machine

from certificates.errors import IssuanceError
from certificates.rendering import draw, name_size, page_markup, render
from certificates.rules.record import CredentialRecord, digest
from lms.look import printing
from tests.factories.certificates import RECORD, record

POINTS_PER_MM = 72 / 25.4


@pytest.fixture(scope="module")
def pdf() -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render(RECORD, development=True)))


@contextmanager
def words_of(content: bytes) -> Iterator[pypdfium2.PdfTextPage]:
    """Read the words of a one-page PDF as Chrome's PDF engine sees them."""
    with (
        pypdfium2.PdfDocument(content) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as words,
    ):
        yield words


def text_of(content: bytes) -> str:
    with words_of(content) as words:
        return str(words.get_text_bounded())


def test_one_landscape_page(pdf: pikepdf.Pdf) -> None:
    [page] = pdf.pages
    assert [float(side) for side in page.mediabox] == pytest.approx(
        [0, 0, 297 * POINTS_PER_MM, 210 * POINTS_PER_MM], abs=0.1
    )


def test_it_declares_archive_and_accessibility_in_one_description(pdf: pikepdf.Pdf) -> None:
    xmp = pdf.Root.Metadata.read_bytes().decode()
    assert xmp.count("<rdf:RDF") == 1
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"


def test_it_is_tagged_titled_and_has_a_language(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert pdf.docinfo.Title == f"Certificate of completion {RECORD.number}"
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_every_font_is_embedded(pdf: pikepdf.Pdf) -> None:
    descriptors = [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]
    assert len(descriptors) >= 3
    assert all("/FontFile2" in item or "/FontFile3" in item for item in descriptors)


def test_nothing_is_interpolated_or_transparent_from_outside(pdf: pikepdf.Pdf) -> None:
    streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
    assert not any(item.get("/Interpolate") for item in streams)


def test_the_background_is_an_artifact_under_the_page(pdf: pikepdf.Pdf) -> None:
    under = pdf.pages[0].Contents[0].read_bytes()
    assert under.startswith(b"/Artifact BMC")
    assert under.endswith(b"EMC")


def test_the_record_is_attached_as_data(pdf: pikepdf.Pdf) -> None:
    [name] = pdf.attachments
    assert name == "credential.json"
    assert pdf.attachments[name].get_file().read_bytes() == RECORD.to_bytes()
    assert pdf.Root.AF[0].AFRelationship == "/Data"


def test_the_page_says_what_was_earned() -> None:
    text = text_of(render(RECORD, development=True))
    for words in (
        "Ada Lovelace",
        "TMS technician",
        RECORD.number,
        "14 November 2026",
        "16 of 16 stations",
        "no end date",
    ):
        assert words in text
    assert "Development key, not valid outside tests" in text


def test_it_is_never_called_more_than_it_is() -> None:
    text = text_of(render(RECORD, development=True)).lower()
    assert not any(word in text for word in ("certification", "licen", "certified"))


def test_a_real_key_prints_no_warning() -> None:
    assert "Development" not in text_of(render(RECORD, development=False))


def test_an_end_date_is_printed() -> None:
    assert "14 November 2029" in text_of(render(record(valid_until=date(2029, 11, 14)), development=True))


NAMES = [
    "Bo",
    "Maria-Theresia Konstantinopoulou de la Fuente",
    "Wolfeschlegelsteinhausenbergerdorff " * 3 + "Anna-Maria",
    "W" * 120,
    "Αλεξάνδρα Παπαδοπούλου",
    "Александра Достоевская",
    "Nguyễn Thị Minh Khai",
    "Zoë Ångström O’Brien",
    "<b>Bobby</b> & “Tables”",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_whole_between_the_lines_around_them(name: str) -> None:
    with words_of(render(record(holder=name.strip()), development=True)) as words:
        text = words.get_text_range()
        before, after = text.index("Awarded to") + len("Awarded to"), text.index("who completed")
        assert "".join(text[before:after].split()) == "".join(name.split())
        drawn = [words.get_charbox(index) for index in range(before, after) if not text[index].isspace()]
        ceiling = words.get_charbox(text.index("Awarded to"))[1]
        floor = words.get_charbox(after, loose=True)[3]
    assert all(floor < bottom and top < ceiling for _, bottom, _, top in drawn)
    assert max(right for _, _, right, _ in drawn) <= (297 - 27) * POINTS_PER_MM


def test_a_name_without_a_font_is_refused_not_left_blank() -> None:
    with pytest.raises(IssuanceError) as refusal:
        render(record(holder="\U000e0fff\U0010fffd Ada"), development=True)
    assert refusal.value.code == "no_glyph"


@pytest.mark.parametrize(
    ("name", "size"),
    [("Ada Lovelace", "xl"), ("A" * 18, "xl"), ("A" * 19, "l"), ("王" * 9, "xl"), ("王" * 10, "l"), ("A" * 77, "xs")],
)
def test_long_names_get_smaller(name: str, size: str) -> None:
    assert name_size(name) == size


ESCAPES = [
    '<img src="file:///etc/hostname">',
    '<link rel=attachment href="file:///etc/hostname">',
    '"><style>@import url(http://127.0.0.1:9/)</style>',
    "{% load static %}{{ settings.SECRET_KEY }}",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_holder_data_stay_text(name: str) -> None:
    pdf = pikepdf.open(io.BytesIO(render(record(holder=name), development=True)))
    assert list(pdf.attachments) == ["credential.json"]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<p style="background: url(http://127.0.0.1:9/x.png)">x</p>',
    ],
)
def test_the_renderer_reaches_nothing_outside(markup: str) -> None:
    with pytest.raises(IssuanceError) as refusal:
        draw(page_with(markup), RECORD)
    assert refusal.value.code == "outside_resource"


def test_a_page_that_overflows_is_refused() -> None:
    with pytest.raises(IssuanceError) as refusal:
        draw(
            page_with('<p style="position: static">x</p><p style="position: static; break-before: page">y</p>'), RECORD
        )
    assert refusal.value.code == "page_overflow"


def page_with(markup: str) -> str:
    return page_markup(RECORD, development=True).replace("</body>", f"{markup}</body>")


IN_A_FRESH_PROCESS = """
import sys, django
django.setup()
from certificates.rendering import render
from certificates.rules.record import CredentialRecord, digest
print(digest(render(CredentialRecord.from_bytes(sys.stdin.buffer.read()), development=True)))
"""


def test_the_same_bytes_in_another_process() -> None:
    here = render(CredentialRecord.from_bytes(RECORD.to_bytes()), development=True)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_PROCESS],
        input=RECORD.to_bytes(),
        capture_output=True,
        check=True,
        env={
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "PYTHONHASHSEED": "7",
            "PYTHONPATH": ".",
            "PATH": "/usr/bin:/bin",
        },
    )
    assert done.stdout.decode().strip() == digest(here)


@pytest.mark.parametrize("subset", ["as installed", "fontTools"])
def test_the_same_bytes_in_another_year(subset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if subset == "fontTools":
        # What WeasyPrint does on a system without HarfBuzz-Subset.
        monkeypatch.setattr("weasyprint.pdf.fonts.harfbuzz_subset", None)
    with time_machine.travel("2026-11-14"):
        first = render(RECORD, development=True)
    with time_machine.travel("2031-02-03"):
        assert render(RECORD, development=True) == first


def test_the_fonts_are_small_and_licensed() -> None:
    fonts = printing.FONT_FOLDER
    assert sum(path.stat().st_size for path in fonts.glob("*.ttf")) < 600_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text()
