"""Photographs of imported files, written anew as uploads of authors are, so that nothing but the picture is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from exams import imaging
from exams.actions.item_figures import hold_with_bytes, row_of
from exams.errors import ExchangeError, ItemError
from exams.interchange.findings import Finding, Note, Outcome
from exams.interchange.pictures import photograph_size
from exams.interchange.tree import ExchangeItem, Picture
from exams.models import ItemDrawing
from exams.rules.item_kinds import ItemKind

# Writing so many anew takes about a minute.
MOST_PIXELS = 250_000_000
MOST_BYTES = 80_000_000


def digest_of(picture: Picture) -> str:
    """Return the SHA-256 (hex) of a picture's bytes."""
    return hashlib.sha256(picture.content).hexdigest()


class Photographs:
    """The photographs of one file: each is written anew once, and stored only when somebody asks for its row.

    Those that the bank has already, byte for byte, stay as they are: they were written by this system.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Write anew what the bank does not have. This takes time: do it outside of transactions.

        Raises `ExchangeError` `pictures_too_large`: for their pixels before any picture is opened.
        """
        new = {digest_of(picture): picture for picture in _photographs(f.item for f in findings)}
        known = ItemDrawing.objects.filter(digest__in=new).values_list("digest", flat=True)
        for digest in known:
            del new[digest]
        pixels = sum(width * height for width, height in map(photograph_size, new.values()))
        if pixels > MOST_PIXELS:
            raise ExchangeError(
                "pictures_too_large",
                f"Its pictures have more than {MOST_PIXELS // 1_000_000} million pixels together. Cut it into several.",
            )
        self._written: dict[str, imaging.Picture | ItemError] = {}
        size = 0
        for digest, picture in new.items():
            written = self._written[digest] = _anew(picture)
            size += len(written.content) if isinstance(written, imaging.Picture) else 0
            if size > MOST_BYTES:
                raise ExchangeError(
                    "pictures_too_large",
                    f"Its pictures, written anew, are larger than {MOST_BYTES // 1_000_000} MB. Cut it into several.",
                )

    def taken(self, findings: Sequence[Finding]) -> list[Finding]:
        """Put the bytes that would be stored in the place of those that came; what that changes is said."""
        return [self._finding(finding) for finding in findings]

    def _finding(self, finding: Finding) -> Finding:
        item = finding.item
        if item is None or item.picture is None:
            return finding
        written = self._written.get(digest_of(item.picture))
        if written is None or (isinstance(written, imaging.Picture) and written.content == item.picture.content):
            return finding
        fault = _fault(item, written)
        if fault is not None or isinstance(written, ItemError):
            return finding.refused(*([fault] if fault else []))
        smaller = " and made smaller or turned" if written.moved else ""
        note = Note("picture_rewritten", f"Its picture is written anew{smaller}, without what the file told besides.")
        item = replace(item, picture=replace(item.picture, content=written.content))
        return replace(finding, outcome=Outcome.CHANGED, item=item, notes=(*finding.notes, note))

    def rows(self, items: Iterable[ExchangeItem]) -> dict[str, ItemDrawing]:
        """Return the rows of the photographs that these items show, by digest. Stores new ones: in a transaction."""
        shown = {digest_of(picture): picture.content for picture in _photographs(items)}
        rows = {row.digest: row for row in ItemDrawing.objects.filter(digest__in=shown).order_by("pk")}
        for digest, row in rows.items():
            hold_with_bytes(row, shown[digest])
        for written in self._written.values():
            if isinstance(written, imaging.Picture):
                digest = hashlib.sha256(written.content).hexdigest()
                if digest in shown and digest not in rows:
                    rows[digest], _ = row_of(written)
        return rows


def _photographs(items: Iterable[ExchangeItem | None]) -> Iterable[Picture]:
    for item in items:
        if item is not None and item.picture is not None and item.picture.is_photograph:
            yield item.picture


def _anew(picture: Picture) -> imaging.Picture | ItemError:
    try:
        return imaging.read_picture(picture.content)
    except ItemError as error:
        return error


def _fault(item: ExchangeItem, written: imaging.Picture | ItemError) -> Note | None:
    if isinstance(written, ItemError):
        return Note(written.code, written.sentence)
    if item.kind is ItemKind.HOTSPOT and written.moved:
        sentence = (
            "Its picture would be made smaller or turned, and its areas would no longer lie where they should. "
            f"Save it the right way up, with at most {imaging.STORED_SIDE} pixels on a side."
        )
        return Note("picture_moved", sentence)
    return None
