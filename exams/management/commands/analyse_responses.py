"""`manage.py analyse_responses`: is this exam any good? An analysis of responses from anywhere."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.errors import MeasurementFileError
from exams.measurement_files.answers import read_persons, read_responses
from exams.measurement_files.groups import Groups, read_groups
from exams.measurement_files.keys import read_keys
from exams.measurement_text import form_text
from exams.rules.psychometrics import dif
from exams.rules.psychometrics.dif_json import dif_as_json
from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.form_json import form_as_json
from exams.rules.psychometrics.irt import Calibration, Model, fit
from exams.rules.psychometrics.responses import Responses
from exams.rules.psychometrics.undefined import Why, as_json


class Command(BaseCommand):
    """Reads two CSV files and prints the analysis; nothing is stored."""

    help = "Analyse responses: items, options, reliability, and what a cut does (docs/measurement.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, the cut and the form of the answer."""
        parser.add_argument("responses", type=Path, help="CSV: person,I01,I02,… with options, or 0 and 1")
        parser.add_argument("--key", type=Path, required=True, help="CSV: item,key[,options][,scored]")
        parser.add_argument("--cut", type=float, help="points from which on a person passes")
        models = [model.value for model in Model]
        parser.add_argument("--irt", choices=models, help="calibrate the scored items by this item response model")
        parser.add_argument("--groups", type=Path, help="CSV: person,group; compare items of reference and focal group")
        parser.add_argument(
            "--trailing-blanks-not-reached",
            action="store_true",
            help="take blanks after a person's last answer as items that were not reached",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, analyse, print."""
        try:
            responses = read_responses(
                options["responses"],
                read_keys(options["key"]),
                trailing_blanks_not_reached=options["trailing_blanks_not_reached"],
            )
            groups = None
            if options["groups"] is not None:
                groups = read_groups(options["groups"], read_persons(options["responses"]))
        except MeasurementFileError as error:
            raise CommandError(error.sentence) from error
        analysis = analyse(responses, cut=_cut(options["cut"], responses))
        found = form_as_json(analysis, _calibration(options["irt"], responses))
        fairness = as_json({"dif": Why.NO_GROUPS if groups is None else _dif(groups, responses)})
        found |= {"dif": fairness["dif"], "reasons": found["reasons"] | fairness["reasons"]}
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(form_text(found))


def _calibration(model: str | None, responses: Responses) -> Calibration | None:
    """Calibrate the scored items, if a model is asked for: omitted is wrong, not reached says nothing."""
    if model is None:
        return None
    return fit(responses.scores(), model, [responses.items[column].item for column in responses.scored])


def _dif(groups: Groups, responses: Responses) -> list[dict[str, Any]]:
    """Compare the groups on the scored items: omitted is wrong, who did not reach an item is left out of it."""
    names = [responses.items[column].item for column in responses.scored]
    return dif_as_json(dif.analyse(responses.scores()[list(groups.compared)], groups.focal, names))


def _cut(cut: float | None, responses: Responses) -> float | None:
    """Return the cut, or refuse one that nobody could miss or reach."""
    most = len(responses.scored)
    if cut is not None and not 0 < cut <= most:
        raise CommandError(f"A cut of {cut:g} points is not above 0 and at most {most}, the number of scored items.")
    return cut
