"""`manage.py import_items FILE`: items from QTI, Moodle XML, GIFT, CSV or XLSX into drafts of the bank."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exams.actions.exchange import Plan, Upload, import_items, open_upload, plan_import, report_of
from exams.errors import ExchangeError
from exams.interchange.checking import Defaults
from exams.interchange.files import ENCODINGS, MOST_BYTES
from exams.interchange.findings import Finding
from exams.rules.item_material import Level
from lms.accounts.models import User

AGAIN_AFTER = timedelta(days=365)
WORDS = {
    "imported": "imported",
    "imported_with_changes": "imported with changes",
    "unsupported": "unsupported",
    "refused": "refused",
}


class Command(BaseCommand):
    """Exit code 1 when the file as a whole is refused, or nobody is named who imports it."""

    help = "Import exam items from a file as drafts. With --dry-run it only says what would become of every item."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, who imports it, and facts for items that name none."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON (docs/exchange.md)")
        parser.add_argument("--by", default="", help="e-mail address of the item author who imports")
        parser.add_argument("--area", default="", help="content area of items that name none, such as D1")
        parser.add_argument("--level", default="", choices=["", *(level.value for level in Level)])
        parser.add_argument("--encoding", default="utf-8", choices=ENCODINGS, help="of GIFT and CSV files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan or import, and say what became of every item."""
        path: Path = options["file"]
        try:
            upload = _upload(path, options)
            by = None if options["dry_run"] else _person(options["by"])
            opened = open_upload(upload)
            plan = plan_import(opened) if by is None else import_items(opened=opened, by=by)
        except ExchangeError as error:
            if options["as_json"]:
                self.stdout.write(
                    json.dumps({"file": path.name, "error": {"code": error.code, "sentence": error.sentence}})
                )
            raise CommandError(f"{error.sentence} ({error.code})") from error
        except PermissionDenied as error:
            raise CommandError(f"{options['by']} is no item author.") from error
        if options["as_json"]:
            report = report_of(plan, file=path.name, dry_run=options["dry_run"])
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self._tell(plan, dry_run=options["dry_run"])

    def _tell(self, plan: Plan, *, dry_run: bool) -> None:
        for finding in plan.findings:
            self.stdout.write(_line(finding))
            for note in finding.notes:
                self.stdout.write(f"    {note.sentence} ({note.code})")
        counted = ", ".join(f"{count} {WORDS[outcome]}" for outcome, count in plan.counts.items())
        self.stdout.write(f"{plan.format}: {counted}.{' Nothing was stored: this was a dry run.' if dry_run else ''}")


def _line(finding: Finding) -> str:
    name = finding.item.code if finding.item else finding.written_code or finding.title or "without a code"
    return f"{finding.place}, {name}: {WORDS[finding.outcome.value]}"


def _upload(path: Path, options: dict[str, Any]) -> Upload:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise ExchangeError("file_too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    review_by = (timezone.localdate() + AGAIN_AFTER).isoformat()
    defaults = Defaults(content_area=options["area"], level=options["level"], review_by=review_by)
    return Upload(path.name, path.read_bytes(), defaults, options["encoding"])


def _person(address: str) -> User:
    person: User | None = User.objects.filter(email=address.strip().lower()).first()
    if person is None:
        raise CommandError("Name the item author who imports with --by ADDRESS; the drafts will be theirs.")
    return person
