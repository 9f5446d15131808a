"""Thirty certificates with ordinary and hostile names by the real road: job, badge, file, signature, check.

The fonts of the project hold Latin, Greek and Cyrillic. What other scripts get depends on the fonts of the machine: a
whole certificate, or a refusal that leaves the award in the register and no file; never boxes in place of letters.
"""

import io
from contextlib import closing

import pikepdf
import pypdfium2
import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.errors import IssuanceError
from certificates.issuer_keys import trusted_roots_pem
from certificates.models import CertificateFile, Credential
from certificates.register.publishing import bring_up_to_date
from certificates.verification import check_document
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person
from tests.factories.certificates import credential, signed_bytes

DRAWN = {  # with the project's own fonts
    "one letter": "X",
    "two letters": "Bo",
    "Irish": "Seán Ó Súilleabháin",
    "Icelandic": "Þórður Ægisson",
    "Turkish": "İpek Işıldağ Şahin",
    "Polish": "Łucja Błażejewska-Żuk",
    "Czech": "Jiří Dvořák",
    "Hungarian": "Győző Űrhegyi",
    "Vietnamese": "Nguyễn Thị Minh Khai",
    "combining marks": "Zoe\u0308 A\u030angstro\u0308m",
    "Greek": "Αλεξάνδρα Παπαδοπούλου",
    "Cyrillic": "Александра Достоевская",
    "Ukrainian": "Їжакевич Ґалина Є.",
    "120 characters": "Maria " * 19 + "de Luz",
    "120 characters without a blank": "W" * 120,
    "narrow letters": "i" * 120,
    "long words": "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley",
    "markup": "<b>Bobby</b> & “Tables”",
    "a template": "{{ settings.SECRET_KEY }} {% load x %}",
    "quotes": 'O\'Brien "Bill" ‘Will’ ’t Hooft',
    "a style": "</p><style>*{display:none}</style>",
    "a path": "../../etc/passwd",
    "digits and dots": "John Q. Public III, M.D. 3rd",
}
OTHER_SCRIPTS = {
    "Hebrew": "מרים כהן",
    "Arabic": "دانيال الخوارزمي",
    "Armenian": "Արամ Խաչատրյան",
    "Georgian": "ნინო ბერიძე",
    "Devanagari": "प्रिया शर्मा",
    "Thai": "สมชาย ใจดี",
    "Korean": "김민준",
    "Japanese": "山田 花子",
    "Chinese": "王小明",
    "Ethiopic": "አበበ ቢቂላ",
}
REFUSED = {
    "an override": "Ada \u202edlanoD",
    "an isolate": "Ada \u2067dlanoD\u2069",
    "an invisible blank": "Ada\u200bLovelace",
    "a mark of byte order": "\ufeffAda",
    "a control": "Ada\x07",
    "an emoji": "Ada 🙂",
    "nothing": "  ",
    "too long": "A" * 121,
}


def award(name: str, programme: Programme) -> Credential:
    person = create_person(email="ada@example.org", full_name="Ada", password=None, by=None)
    person.full_name = name  # past the form, which would refuse some of these
    return credential(
        Enrolment.objects.create(
            person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
        )
    )


def judge(held: Credential) -> None:
    """Hold a certificate against what all of them have to be."""
    content = signed_bytes(held)
    bring_up_to_date()
    assert check_document(content).all_hold
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        with pdf.open_metadata() as metadata:
            markers = [metadata[name] for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
        assert markers == ["3", "A", "1"]
        assert sorted(pdf.attachments) == ["credential.json", "openbadge.json"]
        assert pdf.attachments["credential.json"].get_file().read_bytes() == bytes(held.record)
        assert pdf.Root.MarkInfo.Marked
    with (
        pypdfium2.PdfDocument(content) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as words,
    ):
        assert held.public_number in words.get_text_range()
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    ours, theirs = (
        validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
        for roots in ([x509.Certificate.load(der) for _, _, der in pem.unarmor(trusted_roots_pem(), multiple=True)], [])
    )
    assert (ours.bottom_line, theirs.bottom_line, theirs.intact) == (True, False, True)


def outcome_of(held: Credential) -> str:
    """Make the file; the code of the refusal where that cannot be done."""
    try:
        signed_bytes(held)
    except IssuanceError as refusal:
        return refusal.code
    return "drawn"


@pytest.mark.parametrize("name", DRAWN)
def test_names_in_the_projects_fonts(name: str, programme: Programme) -> None:
    judge(award(DRAWN[name], programme))


@pytest.mark.parametrize("name", OTHER_SCRIPTS)
def test_names_in_other_scripts_are_whole_or_refused(name: str, programme: Programme) -> None:
    held = award(OTHER_SCRIPTS[name], programme)
    if (outcome := outcome_of(held)) == "drawn":
        judge(held)
    else:
        assert outcome == "no_glyph"
        assert not CertificateFile.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_could_deceive_are_refused(name: str, programme: Programme) -> None:
    with pytest.raises(IssuanceError) as refusal:
        award(REFUSED[name], programme)
    assert refusal.value.code == "name_not_printable"
    assert not Credential.objects.exists()
