"""Read the course material as a careful editor would, and say how much there is."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from content.proofreading import proofread
from content.reader import MaterialFaults, read_material


class Command(BaseCommand):
    """Prints the counts and every finding; exit code 1 when there is one."""

    help = "Check the course material: wording, clues, bias of keys, coverage, reading level, dates, links."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder."""
        default = settings.BASE_DIR / "content" / "material"
        parser.add_argument("folder", nargs="?", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, print."""
        try:
            material = read_material(options["folder"], settings.MATERIAL_DIRS)
        except MaterialFaults as faults:
            for fault in faults.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(faults.faults)} faults; the files cannot be read.", returncode=1) from None
        verdict = proofread(material, today=timezone.localdate())
        for line in verdict.counts.lines():
            self.stdout.write(line)
        for finding in verdict.findings:
            self.stderr.write(str(finding))
        if verdict.findings:
            raise CommandError(f"{len(verdict.findings)} findings.", returncode=1)
        self.stdout.write(f"No finding ({verdict.accepted} accepted with a reason in accepted.yaml).")
