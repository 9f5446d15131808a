"""Draw the figures that catalogues describe, or say which files are not as they should be."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.drawing import compare, unproven_keys
from content.reader import MaterialFaults, read_material
from content.reader.faults import FaultList


class Command(BaseCommand):
    """Same catalogues, same bytes. Writes nothing while a catalogue has a fault."""

    help = "Draw the figures of all catalogues in the material and in MATERIAL_DIRS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a file differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, compare, write, and hold the keys of items against what was computed."""
        faults = FaultList()
        roots = [settings.BASE_DIR / "content" / "material", *settings.MATERIAL_DIRS]
        outcomes = [outcome for root in roots for outcome in compare(root, faults)]
        self._refuse([str(fault) for fault in sorted(faults.found)], "nothing was drawn")
        different = [outcome for outcome in outcomes if outcome.differs]
        if options["check"]:
            self._refuse([f"{outcome.path}: differs from its catalogue" for outcome in different], "run draw_figures")
        for outcome in different:
            outcome.path.write_text(outcome.content, encoding="utf-8", newline="\n")
            self.stdout.write(f"written: {outcome.path}")
        self.stdout.write(f"{len(outcomes)} files, {len(different)} written.")
        try:
            items = read_material(roots[0], roots[1:]).items
        except MaterialFaults as error:
            self.stdout.write(f"The material has {len(error.faults)} faults, so keys were not compared with drawings.")
            return
        self._refuse([problem for root in roots for problem in unproven_keys(root, items)], "mend key or drawing")

    def _refuse(self, problems: list[str], what: str) -> None:
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}; {what}.", returncode=1)
