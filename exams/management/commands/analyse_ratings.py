"""`manage.py analyse_ratings`: how far examiners agree."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.agreement_text import agreement_text
from exams.errors import MeasurementFileError
from exams.measurement_files.ratings import read_ratings
from exams.rules.psychometrics.rater_agreement import WEIGHTS
from exams.rules.psychometrics.rater_json import agreement_as_json


class Command(BaseCommand):
    """Reads a CSV file of ratings and prints coefficients of agreement; nothing is stored."""

    help = "Agreement of examiners: exact, kappa, AC1, Fleiss, ICC (docs/measurement-ratings-and-equating.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the scale and the weights."""
        parser.add_argument("file", type=Path, help="CSV: subject,R1,R2,… with a category or number per rater")
        parser.add_argument("--categories", default="", help="all categories of the scale, by commas; AC1 counts them")
        parser.add_argument("--weights", choices=sorted(WEIGHTS), default="quadratic", help="of the weighted kappa")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, print."""
        offered = tuple(name.strip() for name in options["categories"].split(",") if name.strip())
        try:
            ratings = read_ratings(options["file"], offered)
        except MeasurementFileError as error:
            raise CommandError(error.sentence) from error
        found = agreement_as_json(ratings, options["weights"])
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(agreement_text(found))
