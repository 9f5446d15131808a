"""What commands on the course material share: the folder as argument, and reading it or saying why not."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.reader import Material, MaterialFaults, read_material


def add_folder_argument(parser: CommandParser) -> None:
    """Take a folder, by default the one that ships; those of `MATERIAL_DIRS` are read with it."""
    parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "content" / "material")


def read_or_explain(command: BaseCommand, folder: Path, consequence: str) -> Material:
    """Read the material, or print every fault and raise `CommandError` (exit code 1) with what follows from them."""
    try:
        return read_material(folder, settings.MATERIAL_DIRS)
    except MaterialFaults as faults:
        for fault in faults.faults:
            command.stderr.write(str(fault))
        count = len(faults.faults)
        raise CommandError(f"{count} fault{'s' if count > 1 else ''}; {consequence}", returncode=1) from None
