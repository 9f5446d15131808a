"""The proof of attendance: one page as PDF, PDF/UA-1, that says who attended which sessions. It certifies nothing."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML

from courses.models import SeminarAttendance, SeminarBooking
from courses.rules.seminars import Attendance, attendance_of
from courses.timetable import span_text
from lms.look.printing import FixedFiles, style

SHEET = Path(__file__).resolve().parent / "print" / "proof.css"


@dataclass(frozen=True)
class ProofLine:
    """One session on the page: when on the clock of the place, what, where, and whether it was attended."""

    when: str
    title: str
    room: str
    attended: bool


@dataclass(frozen=True)
class Proof:
    """What the page says."""

    booking: SeminarBooking
    name: str
    lines: tuple[ProofLine, ...]
    attendance: Attendance
    instructors: tuple[str, ...]

    @staticmethod
    def of(booking: SeminarBooking) -> "Proof":
        """Read what somebody attended; whether it is enough is for the caller to ask."""
        seminar = booking.seminar
        marks = SeminarAttendance.objects.filter(booking=booking, withdrawn_at__isnull=True)
        present = set(marks.values_list("session", flat=True))
        lines = tuple(
            ProofLine(
                span_text(row.starts_at, row.ends_at, seminar.zone), row.title, row.room, attended=row.pk in present
            )
            for row in seminar.sessions.standing()
        )
        attended = sum(line.attended for line in lines)
        names = seminar.instructors.order_by("full_name").values_list("full_name", flat=True)
        person = booking.enrolment.person
        needed = attendance_of(attended, len(lines), seminar.sessions_needed)
        return Proof(booking, person.full_name, lines, needed, tuple(names))


def render_proof(proof: Proof, *, issuer: str) -> bytes:
    """Return the PDF of a proof; the renderer sees no file but its style."""
    facts = {"proof": proof, "seminar": proof.booking.seminar, "issuer": issuer, "site": settings.SITE_URL}
    page = render_to_string("courses/print/proof.html", facts)
    html = HTML(string=page, base_url="asset:page", url_fetcher=FixedFiles({}))
    return bytes(html.write_pdf(**style(SHEET), pdf_variant="pdf/ua-1", cache={}))
