"""Load the course material that ships with the product, or another folder of the same form."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.reader import Material, MaterialFaults, read_material
from courses.loading import LoadReport, load_courses
from courses.models import Programme
from lms.audit.actions import record
from lms.audit.verbs import Verb


class Command(BaseCommand):
    """Reads everything first: with one fault nothing is loaded and the exit code is 1."""

    help = "Load course material (content/material by default). Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder."""
        default = settings.BASE_DIR / "content" / "material"
        parser.add_argument("folder", nargs="?", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, say what happened."""
        try:
            material = read_material(options["folder"])
        except MaterialFaults as faults:
            for fault in faults.faults:
                self.stderr.write(str(fault))
            count = len(faults.faults)
            raise CommandError(f"{count} fault{'s' if count > 1 else ''}; nothing was loaded.", returncode=1) from None
        report = load(material)
        for line in report.left:
            self.stdout.write(f"left alone: {line}")
        made, changed = len(report.created), len(report.changed)
        self.stdout.write(f"{made} created, {changed} changed, {report.unchanged} unchanged, {len(report.left)} left.")


@transaction.atomic
def load(material: Material) -> LoadReport:
    """Load checked material in one transaction, with one event when anything changed."""
    report = load_courses(material)
    if report.did_something:
        counts = {"created": len(report.created), "changed": len(report.changed), "left": len(report.left)}
        programme = Programme.objects.filter(code__in=[course.head.code for course in material.courses]).first()
        if programme is not None:
            record(Verb.MATERIAL_LOADED, by=None, target=programme, data=counts)
    return report
