"""`manage.py equate`: what scores on a new form would have been on an old one."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.agreement_text import equating_text
from exams.errors import MeasurementFileError
from exams.measurement_files import forms
from exams.rules.psychometrics.equating.choice import Circumstances, Method, recommend
from exams.rules.psychometrics.equating.conversion import (
    circumstances_of_scores,
    convert,
    convert_by_difficulties,
)
from exams.rules.psychometrics.equating.report import equating_as_json
from exams.rules.psychometrics.equating.scores import FormScores

AUTOMATIC = "auto"


class Command(BaseCommand):
    """Reads two CSV files, the new form first, and prints the conversion table; nothing is stored."""

    help = "Put scores on a new form on the scale of an old one (docs/measurement-ratings-and-equating.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take both forms, always the new one first, and the method."""
        files = "CSV: score[,anchor], a row per person; or item,b[,area] with Rasch difficulties in logits"
        parser.add_argument("new", type=Path, help=f"new form. {files}")
        parser.add_argument("old", type=Path, help="old form, whose scale the result is on; the same columns")
        parser.add_argument("--method", choices=[AUTOMATIC, *Method], default=AUTOMATIC, help="auto: as recommended")
        parser.add_argument(
            "--anchors", type=Path, help="CSV: item, the common items (default: all with the same name)"
        )
        parser.add_argument("--anchor-items", type=int, help="scores: how many items the forms share")
        parser.add_argument("--random-groups", action="store_true", help="chance decided who took which form")
        parser.add_argument("--new-maximum", type=int, help="points of the new form (default: highest score)")
        parser.add_argument("--old-maximum", type=int, help="points of the old form (default: highest score)")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, convert, print."""
        try:
            kinds = [forms.holds_difficulties(options[name]) for name in ("new", "old")]
            if kinds[0] != kinds[1]:
                raise CommandError("One file holds scores and the other difficulties; give two of the same kind.")
            found = _by_difficulties(options) if kinds[0] else _by_scores(options)
        except MeasurementFileError as error:
            raise CommandError(error.sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(equating_text(found))


def _by_scores(options: dict[str, Any]) -> dict[str, Any]:
    if options["anchors"] is not None or options["method"] == Method.RASCH:
        raise CommandError("Rasch equating and --anchors need files of difficulties with the columns item and b.")
    new = forms.read_form_scores(options["new"], _maximum(options["new_maximum"]))
    old = forms.read_form_scores(options["old"], _maximum(options["old_maximum"]))
    if (new.anchors is None) != (old.anchors is None):
        raise CommandError("One file has a column anchor and the other has none; give both files the column, or none.")
    known = circumstances_of_scores(
        new, old, random_groups=options["random_groups"], common_items=_common_items(options, new, old)
    )
    advice = recommend(known)
    method = advice.method if options["method"] == AUTOMATIC else Method(options["method"])
    return equating_as_json(convert(method, new, old), known, advice)


def _by_difficulties(options: dict[str, Any]) -> dict[str, Any]:
    if options["method"] not in (AUTOMATIC, Method.RASCH):
        raise CommandError(f"Files of difficulties can be equated by rasch only, not by {options['method']}.")
    of_scores = [name for name in ("new_maximum", "old_maximum", "anchor_items") if options[name] is not None]
    if of_scores:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in of_scores)
        raise CommandError(f"{names}: only for files of scores. These are difficulties; leave it out.")
    new, old = forms.read_difficulties(options["new"]), forms.read_difficulties(options["old"])
    anchors = forms.read_anchor_items(options["anchors"]) if options["anchors"] else None
    common = [item for item in new.items if item in old.items]
    unknown = sorted((anchors or frozenset()) - set(common))
    if unknown:
        raise CommandError(f"These anchors are not on both forms: {', '.join(unknown)}. Mend --anchors.")
    known = Circumstances(
        new_persons=None,
        old_persons=None,
        items=len(new.items),
        common_items=len(common if anchors is None else anchors),
        random_groups=options["random_groups"],
        difficulties=True,
        anchor_scores=False,
    )
    areas = {**old.areas, **new.areas}
    return equating_as_json(convert_by_difficulties(new.items, old.items, anchors, areas), known, recommend(known))


def _maximum(points: int | None) -> int | None:
    """Return the points of a form, or refuse a number that is none."""
    if points is not None and not 0 < points <= forms.MOST_POINTS:
        raise CommandError(f"A form cannot have {points} points; give a number from 1 to {forms.MOST_POINTS}.")
    return points


def _common_items(options: dict[str, Any], new: FormScores, old: FormScores) -> int:
    """Return how many items the forms share: with a column `anchor` at least one, at most the points of a form."""
    number, most = options["anchor_items"], min(new.highest, old.highest)
    if number is None:
        return 0 if new.anchors is None else 1
    if number < 0:
        raise CommandError("--anchor-items cannot be negative.")
    if number > most:
        raise CommandError(f"The forms cannot share {number} items: the shorter one has {most} points.")
    if number and new.anchors is None:
        raise CommandError("--anchor-items needs the column anchor in both files; add it, or leave the option out.")
    return max(number, 1) if new.anchors is not None else 0
