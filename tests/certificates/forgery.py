"""Makers of files that somebody might bring: altered, forged, broken, or simply something else."""

import io
import zlib
from datetime import UTC, datetime

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter

from certificates.development_keys import make_chain
from certificates.issuer_keys import SigningIdentity
from certificates.rendering import render
from certificates.rules.record import CredentialRecord
from certificates.signing import LoadedKeySigner, sign

MOMENT = datetime(2026, 11, 14, 10, tzinfo=UTC)


def stranger() -> SigningIdentity:
    """A key whose names are ours and whose root is not."""
    chain = make_chain("Threshold Training", datetime.now(UTC))
    return SigningIdentity(chain.private_key, chain.certificate, (chain.intermediate, chain.root))


def signed_by(identity: SigningIdentity, record: CredentialRecord) -> bytes:
    """A whole certificate signed by somebody."""
    return sign(render(record, development=True), record=record, identity=identity, moment=MOMENT)


def flipped(content: bytes, place: int = 2000) -> bytes:
    """One bit of the signed bytes is different."""
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


def saved_again(content: bytes) -> bytes:
    """Opened and saved by another program."""
    output = io.BytesIO()
    pikepdf.open(io.BytesIO(content)).save(output)
    return output.getvalue()


def with_update(content: bytes) -> bytes:
    """A note was laid over the page as an incremental update; the signed bytes are untouched."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 300, 500, 400))),
            generic.pdf_name("/Contents"): generic.TextStringObject("Somebody Else"),
            generic.pdf_name("/DA"): generic.TextStringObject("/Helv 40 Tf 0 g"),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def with_other_attachment(content: bytes) -> bytes:
    """The record inside was exchanged by an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    entry = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    stream = entry["/EF"]["/F"]
    stream._data = stream.data.replace(b"Ada", b"Eve")
    stream._encoded_data = None
    writer.update_container(stream)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def signed_twice(content: bytes, second: SigningIdentity) -> bytes:
    """A second signature after one that allows it."""
    metadata = PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    signer = PdfSigner(metadata, signer=LoadedKeySigner(second))
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content))).getbuffer())


def signed_without_rule(content: bytes, identity: SigningIdentity) -> bytes:
    """A plain signature that allows others; our certifying ones do not."""
    metadata = PdfSignatureMetadata(field_name="First", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    signer = PdfSigner(metadata, signer=LoadedKeySigner(identity))
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content))).getbuffer())


def encrypted(content: bytes) -> bytes:
    """Protected with a password."""
    output = io.BytesIO()
    pikepdf.open(io.BytesIO(content)).save(output, encryption=pikepdf.Encryption(owner="o", user="u"))
    return output.getvalue()


def encrypted_without_password(content: bytes) -> bytes:
    """Protected against printing, open for reading."""
    output = io.BytesIO()
    pikepdf.open(io.BytesIO(content)).save(output, encryption=pikepdf.Encryption(owner="o", user=""))
    return output.getvalue()


def bomb() -> bytes:
    """A small PDF whose table of objects unpacks to 60 MB and to gigabytes in memory."""
    stream = zlib.compress(b"\1\0\11\0" * 15_000_000, 9)
    head = "%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 15000000/W[1 2 1]/Root 1 0 R/ID[<00><00>]/Filter/FlateDecode/Length "
    return f"{head}{len(stream)}>>\nstream\n".encode() + stream + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"
