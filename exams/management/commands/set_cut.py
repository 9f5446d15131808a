"""`manage.py set_cut`: the cut score that follows from what a panel judged."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.errors import MeasurementFileError
from exams.measurement_files import judgements
from exams.measurement_text import cut_text
from exams.rules.psychometrics.standard_setting import cut_json
from exams.rules.psychometrics.standard_setting.angoff import angoff_round
from exams.rules.psychometrics.standard_setting.beuk import beuk
from exams.rules.psychometrics.standard_setting.borderline import borderline_regression
from exams.rules.psychometrics.standard_setting.ebel import ebel
from exams.rules.psychometrics.standard_setting.hofstee import hofstee
from exams.rules.psychometrics.standard_setting.scores import ScoreDistribution

# On the usual scale 1 clear fail, 2 borderline, 3 clear pass.
BORDERLINE = 2.0


class Command(BaseCommand):
    """Reads a CSV file of judgements and prints the cut it leads to; nothing is stored."""

    help = "Work out a cut score by Angoff, Ebel, Hofstee, Beuk or borderline regression (docs/measurement.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the method, and what some methods need besides."""
        parser.add_argument("file", type=Path, help="CSV of judgements, in the format of the method")
        parser.add_argument("--method", choices=sorted(METHODS), required=True)
        parser.add_argument("--scores", type=Path, help="hofstee, beuk: CSV score[,n], if FILE holds no scores")
        parser.add_argument("--maximum", type=int, help="hofstee, beuk: most points of the exam")
        parser.add_argument(
            "--borderline-rating", type=float, default=BORDERLINE, help="borderline: the rating that means borderline"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, work out, print."""
        try:
            found = METHODS[options["method"]](options)
        except MeasurementFileError as error:
            raise CommandError(error.sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(cut_text(found))


def _angoff(options: dict[str, Any]) -> dict[str, Any]:
    file = judgements.read_angoff(options["file"])
    rounds = {number: angoff_round(file.items, ratings) for number, ratings in file.rounds.items()}
    return cut_json.angoff_as_json(rounds)


def _ebel(options: dict[str, Any]) -> dict[str, Any]:
    return cut_json.ebel_as_json(ebel(judgements.read_ebel(options["file"])))


def _hofstee(options: dict[str, Any]) -> dict[str, Any]:
    file = judgements.read_hofstee(options["file"], _maximum(options))
    return cut_json.hofstee_as_json(hofstee(file.judges, _distribution(dict(file.scores), options)))


def _beuk(options: dict[str, Any]) -> dict[str, Any]:
    file = judgements.read_beuk(options["file"], _maximum(options))
    return cut_json.beuk_as_json(beuk(file.judges, _distribution(dict(file.scores), options)))


def _borderline(options: dict[str, Any]) -> dict[str, Any]:
    rating = options["borderline_rating"]
    if not abs(rating) <= judgements.MOST_POINTS:
        raise CommandError(f"--borderline-rating: {rating:g} cannot be a rating.")
    found = borderline_regression(judgements.read_borderline(options["file"]), rating)
    return cut_json.borderline_as_json(found, rating)


def _maximum(options: dict[str, Any]) -> int | None:
    """Return the points of the exam, if they were given."""
    most: int | None = options["maximum"]
    if most is not None and not 0 < most <= judgements.MOST_POINTS:
        raise CommandError(f"--maximum: {most} cannot be the points of an exam.")
    return most


def _distribution(scores: dict[float, int], options: dict[str, Any]) -> ScoreDistribution:
    """Return the scores of the file or of `--scores`, never of both."""
    if options["scores"] is not None:
        if scores:
            raise CommandError("There are scores in the file and by --scores; leave one of them out.")
        scores = judgements.read_scores(options["scores"])
    most, highest = _maximum(options), max(scores, default=0)
    if most is not None and highest > most:
        raise CommandError(f"A score of {highest:g} lies above the maximum of {most}.")
    return ScoreDistribution.of(scores, most)


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "angoff": _angoff,
    "ebel": _ebel,
    "hofstee": _hofstee,
    "beuk": _beuk,
    "borderline": _borderline,
}
