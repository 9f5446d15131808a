"""Drawing a score report as PDF: one A4 page, PDF/UA-1, made from facts that are handed in."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from exams.errors import ResultError
from exams.rules.attempt_policy import Eligibility
from exams.score_report import ScoreReport
from lms.look.printing import FixedFiles, style

STYLE_SHEET = Path(__file__).resolve().parent / "print" / "report.css"


def render_report(report: ScoreReport, *, retake: Eligibility | None, issuer: str) -> bytes:
    """Return the PDF of a report; `retake` says when a failing candidate can try again.

    Raises `ResultError`: `page_overflow` when it needs a second page, `outside_resource` when it asks for a file.
    """
    facts = {"report": report, "attempt": report.attempt, "retake": retake, "issuer": issuer, "site": settings.SITE_URL}
    try:
        html = HTML(
            string=render_to_string("exams/print/report.html", facts), base_url="asset:page", url_fetcher=FixedFiles({})
        )
        document = html.render(**style(STYLE_SHEET), pdf_variant="pdf/ua-1", cache={})
        if len(document.pages) != 1:
            raise ResultError("page_overflow", "The report does not fit on one page.")
        return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
    except FatalURLFetchingError as error:
        raise ResultError("outside_resource", "The report asked for a file from outside.") from error
