"""Drawing a certificate as PDF: one A4 landscape page, PDF/A-3a and PDF/UA-1, the record attached.

Equal input gives equal bytes: all dates come from the record, fonts are fixed files, nothing is fetched. The renderer
sees only what `_Assets` holds; any other address stops it (reliability-security.md S-26). Holder data are text in an
autoescaped template and nowhere else.
"""

import os
import unicodedata
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certificates.background import add_background
from certificates.development_keys import DEVELOPMENT_MARK
from certificates.errors import IssuanceError
from certificates.rules.record import ATTACHMENT_NAME, Assessed, CredentialRecord
from lms.look.templatetags.moments import day_text

TEMPLATE_VERSION = "1"
PRINT_FOLDER = Path(__file__).resolve().parent / "print"
QR_ASSET = "asset:qr.svg"
# Longest name of each size, in Latin letters; East Asian characters count twice. Sizes stand in certificate.css.
NAME_SIZES = ((18, "xl"), (27, "l"), (38, "m"), (76, "s"))
SMALLEST_NAME = "xs"

_PDFUA_XMP = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def render(record: CredentialRecord, *, development: bool) -> bytes:
    """Return the unsigned PDF of a record. `development` prints that the key is for tests.

    Raises `IssuanceError`, see `draw`.
    """
    return draw(page_markup(record, development=development), record)


def draw(markup: str, record: CredentialRecord) -> bytes:
    """Return markup as a PDF with the record attached.

    Raises `IssuanceError`: `page_overflow` when it needs a second page, `outside_resource` when it asks for any file
    but ours, `no_glyph` when no font has a character of it.
    """
    fetcher = _Assets({QR_ASSET: (_qr_code(record.verify_url), "image/svg+xml")})
    try:
        html = HTML(string=markup, base_url="asset:page", url_fetcher=fetcher)
        document = html.render(**_style(), pdf_variant="pdf/a-3a", cache={})
        if len(document.pages) != 1:
            raise IssuanceError("page_overflow", "The certificate does not fit on one page.")
        return bytes(document.write_pdf(finisher=_finish, pdf_variant="pdf/a-3a", attachments=[_attachment(record)]))
    except FatalURLFetchingError as error:
        # A BaseException: it would pass by whoever handles failed jobs.
        raise IssuanceError("outside_resource", "The certificate asked for a file from outside.") from error


def warm_up() -> None:
    """Load style sheet, fonts and background once, before the first certificate of this process."""
    _style()


class _Assets(URLFetcher):
    """Serves a fixed set of files and refuses everything else, loudly."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # the library has no types
            allowed_protocols={"asset"}, allow_redirects=False, fail_on_errors=True
        )
        self._files = files

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the file with this address. Raises `ValueError` for any other."""
        if url not in self._files:
            raise ValueError(f"Certificates use no outside file: {url[:100]}")
        content, kind = self._files[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})


@cache
def _style() -> dict[str, Any]:
    """Parse the style sheet and load its fonts, once per process (saves half of the time of a page)."""
    # WeasyPrint saves variable fonts, and without HarfBuzz-Subset every font, through fontTools, which writes the
    # clock into them unless this variable holds a moment.
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    fonts = {f"asset:{path.name}": (path.read_bytes(), "font/ttf") for path in PRINT_FOLDER.glob("fonts/*.ttf")}
    configuration = FontConfiguration()
    text = (PRINT_FOLDER / "certificate.css").read_text(encoding="utf-8")
    sheet = CSS(string=text, font_config=configuration, url_fetcher=_Assets(fonts), base_url="asset:style")
    return {"font_config": configuration, "stylesheets": [sheet]}


def page_markup(record: CredentialRecord, *, development: bool) -> str:
    """Return the HTML of a record; everything that the holder wrote is escaped."""
    return render_to_string(
        "certificates/print.html",
        {
            "record": record,
            "name_size": name_size(record.holder),
            "parts": [_part_text(part, record) for part in record.assessed],
            "awarded": day_text(record.awarded_on),
            "valid_until": day_text(record.valid_until) if record.valid_until else "",
            "moment": f"{record.awarded_on.isoformat()}T00:00:00Z",
            "address": record.verify_url.split("://", 1)[-1].rsplit("/", 1)[0],
            "development_mark": DEVELOPMENT_MARK if development else "",
        },
    )


def name_size(name: str) -> str:
    """Return the size step of a name: `xl` for "Ada Lovelace" (12 letters), `xs` above 76 letters."""
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in name)
    return next((size for limit, size in NAME_SIZES if width <= limit), SMALLEST_NAME)


def _part_text(part: Assessed, record: CredentialRecord) -> str:
    day = day_text(part.on)
    if part.part == "course":
        return f"Course, curriculum {record.curriculum_version}: completed on {day}"
    if part.part == "exam":
        return f"Knowledge exam: passed on {day}"
    return f"Practical at the chair, {part.stations} of {part.stations} stations: passed on {day}"


def _qr_code(url: str) -> bytes:
    """Draw the address as SVG; in upper case it fits the denser alphanumeric mode."""
    output = BytesIO()
    segno.make_qr(url.upper(), error="q").save(
        output, kind="svg", omitsize=True, border=4, xmldecl=False, dark="#1d2733"
    )
    return output.getvalue()


def _attachment(record: CredentialRecord) -> Attachment:
    day = datetime(record.awarded_on.year, record.awarded_on.month, record.awarded_on.day, tzinfo=UTC)
    return Attachment(
        string=record.to_bytes(),
        name=ATTACHMENT_NAME,
        description="The record of this certificate",
        created=day,
        modified=day,
        relationship="Data",
    )


def _finish(document: Any, pdf: Any) -> None:
    """Declare PDF/UA beside PDF/A, and put the background under the page; refuse boxes in place of letters."""
    if missing := "".join(chr(code) for font in document.fonts.values() for code in font.missing):
        raise IssuanceError("no_glyph", f"No installed font has these characters: {missing}. Install one, then retry.")
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    # Inside the one rdf:RDF: checkers do not read a second one.
    metadata.stream = [part.replace(b"</rdf:RDF>", _PDFUA_XMP + b"</rdf:RDF>") for part in metadata.stream]
    add_background(pdf)
