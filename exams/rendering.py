"""Drawing reports as PDF, PDF/UA-1, from facts that are handed in: a score report, a form analysis."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from exams.analysis_reading import Reading
from exams.errors import ResultError
from exams.rules.attempt_policy import Eligibility
from exams.score_report import ScoreReport
from lms.look.printing import FixedFiles, style

SHEETS = Path(__file__).resolve().parent / "print"
STYLE_SHEET = SHEETS / "report.css"
ANALYSIS_SHEET = SHEETS / "analysis.css"


def render_report(report: ScoreReport, *, retake: Eligibility | None, issuer: str) -> bytes:
    """Return the PDF of a report, on a second page when its areas and corrections need one.

    `retake` says when a failing candidate can try again. Raises `ResultError` `outside_resource` when it asks for a
    file.
    """
    facts = {"report": report, "attempt": report.attempt, "retake": retake, "issuer": issuer, "site": settings.SITE_URL}
    try:
        html = HTML(
            string=render_to_string("exams/print/report.html", facts), base_url="asset:page", url_fetcher=FixedFiles({})
        )
        return bytes(html.write_pdf(**style(STYLE_SHEET), pdf_variant="pdf/ua-1", cache={}))
    except FatalURLFetchingError as error:
        raise ResultError("outside_resource", "The report asked for a file from outside.") from error


def render_analysis(reading: Reading, *, issuer: str) -> bytes:
    """Return the PDF of a form analysis, as many pages as it takes; its plots are drawn from the stored figures."""
    facts = {"reading": reading, "analysis": reading.analysis, "form": reading.analysis.form, "cut": reading.cut}
    files = {}
    if reading.plot:
        drawn = render_to_string("exams/print/histogram.svg", {"plot": reading.plot, "cut": reading.cut})
        files["asset:histogram"] = (drawn.encode(), "image/svg+xml")
    if reading.scatter:
        drawn = render_to_string("exams/print/scatter.svg", {"plot": reading.scatter})
        files["asset:scatter"] = (drawn.encode(), "image/svg+xml")
    page = render_to_string("exams/print/analysis.html", facts | {"issuer": issuer})
    html = HTML(string=page, base_url="asset:page", url_fetcher=FixedFiles(files))
    return bytes(html.write_pdf(**style(ANALYSIS_SHEET), pdf_variant="pdf/ua-1", cache={}))
