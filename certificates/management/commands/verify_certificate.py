"""`manage.py verify_certificate FILE`: the answers about a PDF or a badge, for scripts and for people at a terminal."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.answers import DocumentAnswer
from certificates.badge_verification import check_file


class Command(BaseCommand):
    """Print what a file and the register say; exit code 0 only when every answer is yes."""

    help = "Check a PDF or a badge (JSON, PNG, SVG) against its signature, the register and our status lists."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether machines read the answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the answer as JSON")

    def handle(self, *args: Any, file: Path, as_json: bool, **options: Any) -> None:
        """Check the file. Raises `SystemExit` with code 1 when an answer is not yes, 2 when it cannot be read."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=2) from error
        answer = check_file(content)
        self.stdout.write(json.dumps(answer.as_data(), indent=2) if as_json else _text(answer))
        if not answer.all_hold:
            raise SystemExit(1)


def _text(answer: DocumentAnswer) -> str:
    lines = [answer.sentence, ""]
    for finding in answer.findings:
        lines += [finding.question, f"  {finding.sentence}"]
    if answer.register and (credential := answer.register.credential):
        lines += [
            "",
            f"Number      {credential.public_number}",
            f"Holder      {credential.holder_name}",
            f"Programme   {credential.programme_title}",
            f"Awarded on  {credential.awarded_on.isoformat()}",
            f"Status      {answer.register.status.value}",
        ]
    return "\n".join([*lines, "", f"SHA-256     {answer.sha256}"])
