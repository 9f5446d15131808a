"""Load the course material that ships with the product, or another folder of the same form."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from content.reader import Material
from courses.loading import LoadReport, load_courses
from courses.models import Programme
from exams.loading import load_blueprint, load_exam_form, load_items
from exams.models import Blueprint, ExamForm, RubricVersion
from exams.practical_loading import load_practical
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.management.material_folder import add_folder_argument, read_or_explain


class Command(BaseCommand):
    """Reads everything first: with one fault nothing is loaded and the exit code is 1."""

    help = "Load course material (content/material by default). Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder."""
        add_folder_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, say what happened."""
        material = read_or_explain(self, options["folder"], "nothing was loaded.")
        report = load(material)
        for line in report.left:
            self.stdout.write(f"left alone: {line}")
        made, changed = len(report.created), len(report.changed)
        self.stdout.write(f"{made} created, {changed} changed, {report.unchanged} unchanged, {len(report.left)} left.")


@transaction.atomic
def load(material: Material) -> LoadReport:
    """Load checked material in one transaction, with one event when anything changed."""
    report = load_courses(material)
    programmes = Programme.objects.in_bulk(field_name="code")
    _load_assessment(material, programmes, report)
    named = [course.head.code for course in material.courses]
    if report.did_something and named:
        counts = {"created": len(report.created), "changed": len(report.changed), "left": len(report.left)}
        record(Verb.MATERIAL_LOADED, by=None, target=programmes[named[0]], data=counts)
    return report


def _load_assessment(material: Material, programmes: dict[str, Programme], report: LoadReport) -> None:
    """Load the item bank, blueprints, forms and practicals; what has a new version counts as created."""
    drawn = {item.code: bank.drawing_of(item) for bank in material.banks for item in bank.items}
    items = load_items(
        [item.plain() for item in material.items],
        drawings={code: drawing for code, drawing in drawn.items() if drawing is not None},
        published=material.published_codes,
    )
    report.created += [f"item {code}" for code in items.changed]
    report.unchanged += items.unchanged
    started = timezone.now()
    versions: list[Blueprint | ExamForm | RubricVersion] = [
        *(load_blueprint(blueprint.plain()) for blueprint in material.blueprints),
        *(load_exam_form(form.plain(), programme=programmes[form.programme]) for form in material.exam_forms),
        *(load_practical(practical.plain()) for practical in material.practicals),
    ]
    for version in versions:
        if version.created_at >= started:
            report.created.append(str(version))
        else:
            report.unchanged += 1
