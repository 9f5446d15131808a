"""What every PDF of ours is drawn with: fixed fonts, no outside file, and the mark of an accessible document.

Templates for PDFs are ordinary templates with autoescape; the renderer sees only the files that it is handed, any other
address stops it (reliability-security.md S-26).
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONT_FOLDER = Path(__file__).resolve().parent / "print" / "fonts"

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


class FixedFiles(URLFetcher):
    """Serves a fixed set of files, by address with their kind, and refuses everything else, loudly."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        """Take the files: address → bytes and media type."""
        super().__init__(allowed_protocols={"asset"}, allow_redirects=False, fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the file with this address. Raises `ValueError` for any other."""
        if url not in self._files:
            raise ValueError(f"Our PDFs use no outside file: {url[:100]}")
        content, kind = self._files[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})


@cache
def style(sheet: Path) -> dict[str, Any]:
    """Parse a style sheet and load the fonts that it names, once per process (saves half of the time of a page)."""
    # WeasyPrint saves variable fonts, and without HarfBuzz-Subset every font, through fontTools, which writes the
    # clock into them unless this variable holds a moment.
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    fonts = {f"asset:{path.name}": (path.read_bytes(), "font/ttf") for path in FONT_FOLDER.glob("*.ttf")}
    configuration = FontConfiguration()
    text = sheet.read_text(encoding="utf-8")
    parsed = CSS(string=text, font_config=configuration, url_fetcher=FixedFiles(fonts), base_url="asset:style")
    return {"font_config": configuration, "stylesheets": [parsed]}


def missing_characters(document: Any) -> str:
    """Return the characters that no font has, which would be printed as boxes."""
    return "".join(chr(code) for font in document.fonts.values() for code in font.missing)


def declare_pdf_ua(pdf: Any) -> None:
    """Say in the metadata of a PDF/A that it keeps to PDF/UA-1 as well."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    # Inside the one rdf:RDF: checkers do not read a second one.
    metadata.stream = [part.replace(b"</rdf:RDF>", _PDFUA_XMP + b"</rdf:RDF>") for part in metadata.stream]
