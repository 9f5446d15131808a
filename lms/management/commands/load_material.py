"""Load the course material that ships with the product, or another folder of the same form."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.reader import Material, MaterialFaults, read_material
from courses.loading import LoadReport, load_courses
from courses.models import Programme
from exams.loading import load_blueprint, load_exam_form, load_items
from exams.practical_loading import load_practical
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
    """Load checked material in one transaction: courses first, then what their programmes are assessed with."""
    report = load_courses(material)
    for course in material.courses:
        programme = Programme.objects.get(code=course.head.code)
        load_assessments(material, programme, report)
        if report.did_something:
            counts = {"created": len(report.created), "changed": len(report.changed), "left": len(report.left)}
            record(Verb.MATERIAL_LOADED, by=None, target=programme, data=counts)
    return report


def load_assessments(material: Material, programme: Programme, report: LoadReport) -> None:
    """Load items, blueprints, forms and rubrics. Blueprints and forms carry the code of their programme in front."""
    items = load_items([item.plain() for item in material.items])
    report.changed += [f"item {code}" for code in items.changed]
    report.unchanged += items.unchanged
    ours = {blueprint.code for blueprint in material.blueprints if blueprint.code.startswith(programme.code)}
    for blueprint in material.blueprints:
        if blueprint.code in ours:
            load_blueprint(blueprint.plain())
    for form in material.exam_forms:
        if form.blueprint in ours:
            load_exam_form(form.plain(), programme=programme)
    for practical in material.practicals:
        if practical.programme == programme.code:
            load_practical(practical.plain())
