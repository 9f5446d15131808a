"""Drawing a certificate as PDF: one A4 landscape page, PDF/A-3a and PDF/UA-1, the record and the badge attached.

Equal input gives equal bytes: all dates come from the record, fonts are fixed files, nothing is fetched. The renderer
sees only what `FixedFiles` holds; any other address stops it (reliability-security.md S-26). Holder data are text in an
autoescaped template and nowhere else.
"""

import unicodedata
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError

from certificates.background import add_background
from certificates.development_keys import DEVELOPMENT_MARK
from certificates.errors import IssuanceError
from certificates.rules.record import ATTACHMENT_NAME, BADGE_NAME, Assessed, CredentialRecord
from lms.look.printing import FixedFiles, declare_pdf_ua, missing_characters, style
from lms.look.templatetags.moments import day_text

TEMPLATE_VERSION = "2"  # 2: the badge is attached
STYLE_SHEET = Path(__file__).resolve().parent / "print" / "certificate.css"
QR_ASSET = "asset:qr.svg"
# Longest name of each size, in Latin letters; East Asian characters count twice. Sizes stand in certificate.css.
NAME_SIZES = ((18, "xl"), (27, "l"), (38, "m"), (76, "s"))
SMALLEST_NAME = "xs"


def render(record: CredentialRecord, *, badge: bytes = b"", development: bool) -> bytes:
    """Return the unsigned PDF of a record with its signed badge inside. `development` prints that the key is for tests.

    Raises `IssuanceError`, see `draw`.
    """
    return draw(page_markup(record, development=development), record, badge)


def draw(markup: str, record: CredentialRecord, badge: bytes = b"") -> bytes:
    """Return markup as a PDF with the record attached, and the badge if there is one.

    Raises `IssuanceError`: `page_overflow` when it needs a second page, `outside_resource` when it asks for any file
    but ours, `no_glyph` when no font has a character of it.
    """
    fetcher = FixedFiles({QR_ASSET: (_qr_code(record.verify_url), "image/svg+xml")})
    try:
        html = HTML(string=markup, base_url="asset:page", url_fetcher=fetcher)
        document = html.render(**style(STYLE_SHEET), pdf_variant="pdf/a-3a", cache={})
        if len(document.pages) != 1:
            raise IssuanceError("page_overflow", "The certificate does not fit on one page.")
        return bytes(
            document.write_pdf(finisher=_finish, pdf_variant="pdf/a-3a", attachments=_attachments(record, badge))
        )
    except FatalURLFetchingError as error:
        # A BaseException: it would pass by whoever handles failed jobs.
        raise IssuanceError("outside_resource", "The certificate asked for a file from outside.") from error


def warm_up() -> None:
    """Load style sheet, fonts and background once, before the first certificate of this process."""
    style(STYLE_SHEET)


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


def _attachments(record: CredentialRecord, badge: bytes) -> list[Attachment]:
    day = datetime(record.awarded_on.year, record.awarded_on.month, record.awarded_on.day, tzinfo=UTC)
    files = [(ATTACHMENT_NAME, "The record of this certificate", record.to_bytes())]
    if badge:
        files.append((BADGE_NAME, "The Open Badge of this certificate", badge))
    return [
        Attachment(string=content, name=name, description=text, created=day, modified=day, relationship="Data")
        for name, text, content in files
    ]


def _finish(document: Any, pdf: Any) -> None:
    """Declare PDF/UA beside PDF/A, and put the background under the page; refuse boxes in place of letters."""
    if missing := missing_characters(document):
        raise IssuanceError("no_glyph", f"No installed font has these characters: {missing}. Install one, then retry.")
    declare_pdf_ua(pdf)
    add_background(pdf)
