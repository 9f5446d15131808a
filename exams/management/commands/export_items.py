"""`manage.py export_items --format FORMAT --out FILE --by ADDRESS`: items of the bank with their keys into a file."""

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from exams.actions.exchange import export_items
from exams.bank_list import BankFilter
from exams.errors import ExchangeError
from exams.exchange_items import Selection
from exams.interchange.files import Format, Written
from exams.rules.item_workflow import ItemStatus
from lms.accounts.models import User


class Command(BaseCommand):
    """The file holds secret keys: it is readable by its owner only, and the access log names who took it out."""

    help = "Export exam items with their keys. Exam administrators export all items, authors their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take format, file, person, and which items."""
        parser.add_argument("--format", required=True, choices=[target.value for target in Format])
        parser.add_argument("--out", required=True, type=Path, help="a file that does not exist yet")
        parser.add_argument("--by", required=True, help="e-mail address of who takes the keys out")
        parser.add_argument("--code", action="append", default=[], help="one item; may be given several times")
        parser.add_argument("--area", default="", help="items of one content area, such as D1")
        parser.add_argument("--status", default="", choices=["", *(status.value for status in ItemStatus)])
        parser.add_argument("--form", default="", help="the items of an exam form, by its code")
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON (docs/exchange.md)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open, record, write, and say what the format could not hold."""
        bank = BankFilter(area=options["area"], status=options["status"])
        asked = Selection(tuple(options["code"]), options["form"], bank)
        person = User.objects.filter(email=options["by"].strip().lower()).first()
        if person is None:
            raise CommandError(f"There is no account with the address {options['by']}.")
        out: Path = options["out"]
        # Opened first: no key is recorded as taken out when there is nowhere to put it.
        try:
            opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise CommandError(f"{out} exists already. Name another file.") from error
        except OSError as error:
            raise CommandError(f"{out} cannot be made: {error.strerror}. No item was taken out.") from error
        with os.fdopen(opened, "wb") as file:
            written = self._taken_out(asked, Format(options["format"]), person, out)
            try:
                file.write(written.content)
                file.flush()
            except OSError as error:
                out.unlink()
                raise CommandError(
                    f"{out} cannot be written: {error.strerror}. The trail holds an export; make room and export again."
                ) from error
        self._tell(written, options["as_json"])

    def _taken_out(self, asked: Selection, target: Format, person: User, out: Path) -> Written:
        """Return the file, recorded; the empty one goes when there is none."""
        try:
            return export_items(asked=asked, target=target, by=person)
        except BaseException as error:
            out.unlink()
            if isinstance(error, ExchangeError):
                raise CommandError(f"{error.sentence} ({error.code})") from error
            if isinstance(error, PermissionDenied):
                raise CommandError(f"{person.email} may not read the item bank.") from error
            raise

    def _tell(self, written: Written, as_json: bool) -> None:
        if as_json:
            items = [
                {"code": each.code, "held": each.item is not None, "notes": [asdict(note) for note in each.warnings]}
                for each in written.fitted
            ]
            self.stdout.write(json.dumps({"items": items}, ensure_ascii=False, indent=2))
            return
        for each in written.fitted:
            for note in each.warnings:
                self.stdout.write(f"{each.code}: {note.sentence} ({note.code})")
        held = sum(each.item is not None for each in written.fitted)
        self.stdout.write(f"{held} of {len(written.fitted)} items written.")
