"""Read the course material as a careful editor would, and say how much there is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from content.proofreading import proofread
from lms.management.material_folder import add_folder_argument, read_or_explain


class Command(BaseCommand):
    """Prints the counts and every finding; exit code 1 when there is one."""

    help = "Check the course material: wording, clues, bias of keys, coverage, reading level, dates, links."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder."""
        add_folder_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, print."""
        material = read_or_explain(self, options["folder"], "mend them first.")
        verdict = proofread(material, today=timezone.localdate())
        for line in verdict.counts.lines():
            self.stdout.write(line)
        for finding in verdict.findings:
            self.stderr.write(str(finding))
        if verdict.findings:
            raise CommandError(f"{len(verdict.findings)} findings.", returncode=1)
        self.stdout.write(f"No finding ({verdict.accepted} accepted with a reason in accepted.yaml).")
