"""From stored answers to the figures of a study: calibration, comparison of groups, equating (exams.md 4.4 to 4.6).

Reads only. `report` hears what is being done and how far it is, and may end the work by raising.
"""

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from courses.models import Pathway
from exams.actions.scoring import form_key
from exams.models import ExamForm, FormKind, StudyKind, StudyRequest
from exams.rules.psychometrics.calibration_study import Part, Report, calibrate, unlinked
from exams.rules.psychometrics.dif import Minimum
from exams.rules.psychometrics.dif_study import Comparison, compare
from exams.rules.psychometrics.equating.choice import Method
from exams.rules.psychometrics.equating.study import Side, equate
from exams.rules.psychometrics.irt import Model
from exams.study_data import StoredAnswers, read_answers

RULES = "threshold-studies/1"
# Forms whose information is drawn; more lines than these nobody can tell apart.
MOST_PARTS = 6
IN_PARTS = "It earns parts of a point, and these models are for items that are right or wrong."
AUTOMATIC = "auto"


@dataclass(frozen=True)
class Studied:
    """The outcome of a request; `figures` is plain JSON, `method` the one that was used."""

    persons: int
    method: str
    figures: dict[str, Any]
    digest: str


def software() -> str:
    """Return what computes beside our own rules, with versions."""
    libraries = [f"{name} {version(name)}" for name in ("numpy", "scipy")]
    return ", ".join([f"Python {platform.python_version()}", *libraries])


def work_out(request: StudyRequest, report: Report) -> Studied:
    """Work out what was asked for."""
    make: Mapping[str, Callable[[StudyRequest, Report], Studied]] = {
        StudyKind.CALIBRATION: _calibration,
        StudyKind.FAIRNESS: _fairness,
        StudyKind.EQUATING: _equating,
    }
    return make[request.kind](request, report)


def _digest(request: StudyRequest, *answers: object) -> str:
    question = [request.kind, request.form_id, request.old_form_id, request.method, request.random_groups, RULES]
    return hashlib.sha256(json.dumps([*question, *answers]).encode()).hexdigest()


def _calibration(request: StudyRequest, report: Report) -> Studied:
    read = read_answers(request.exam, forms=[request.form] if request.form else [], report=report)
    partial = read.in_parts
    right_or_wrong = np.flatnonzero(~partial)
    columns = {int(column): place for place, column in enumerate(right_or_wrong)}
    forms = _largest(read)
    parts = [_part(form, read, columns) for form in forms]
    if not parts:
        parts = [Part("All items together", tuple(columns.values()))]
    names = [read.names[column] for column in right_or_wrong]
    figures = calibrate(read.points[:, right_or_wrong], names, parts, model=Model(request.method), report=report)
    figures["items"] += [
        {"item": read.names[column], "n": None, "reason": IN_PARTS} for column in np.flatnonzero(partial)
    ]
    figures["warnings"] += _unlinked(read, request)
    keys = [list(form_key(form).changes) for form in forms]
    return Studied(len(read.persons), request.method, figures, _digest(request, read.digest, keys))


def _largest(read: StoredAnswers) -> list[ExamForm]:
    """Return the fixed forms that most people took."""
    taken = Counter(person.form for person in read.persons)
    fixed = ExamForm.objects.filter(pk__in=list(taken), kind=FormKind.FIXED).select_related("blueprint")
    return sorted(fixed, key=lambda form: (-taken[form.pk], form.pk))[:MOST_PARTS]


def _part(form: ExamForm, read: StoredAnswers, columns: Mapping[int, int]) -> Part:
    own = read.forms[form.pk]
    inside = tuple(columns[column] for column in own if column in columns)
    return Part(str(form), inside, float(form_key(form).cut), complete=len(inside) == len(own))


def _unlinked(read: StoredAnswers, request: StudyRequest) -> Iterator[dict[str, Any]]:
    """Say which forms no common item links: their scales are one only if their people were equally able."""
    if request.form:
        return
    groups = unlinked({str(form): frozenset(map(str, columns)) for form, columns in read.forms.items()})
    if len(groups) > 1:
        sentence = (
            f"The forms fall into {len(groups)} groups that share no item. Difficulties of different groups can be "
            "compared only if their candidates were equally able."
        )
        yield {"code": "forms_not_linked", "item": None, "sentence": sentence}


def _fairness(request: StudyRequest, report: Report) -> Studied:
    form = _form(request.form)
    read = read_answers(request.exam, forms=[form], retakes=True, report=report)
    compared = np.flatnonzero(~read.in_parts)
    names = [read.names[column] for column in compared]
    found = []
    comparisons = list(comparisons_of(read))
    for number, comparison in enumerate(comparisons):
        report("comparing", number / len(comparisons))
        found.append(compare(read.points[:, compared], names, comparison))
    least = Minimum()
    figures = {
        "comparisons": found,
        "minimum": {"group": least.group, "together": least.together},
        "left_out": [read.names[column] for column in np.flatnonzero(read.in_parts)],
    }
    return Studied(len(read.persons), "", figures, _digest(request, read.digest))


def comparisons_of(read: StoredAnswers) -> Iterator[Comparison]:
    """Yield the comparisons of groups that the programme holds anyway: pathway, retake, accommodation.

    Nothing about origin, sex, age or health is stored, so nothing of it is compared. All but the comparison of retakes
    are among first attempts.
    """
    first = np.array([person.number == 1 for person in read.persons], dtype=np.bool_)
    reference = first & _from(read, Pathway.ACADEMIC)
    for pathway in Pathway:
        if pathway is not Pathway.ACADEMIC:
            title = f"Pathway {pathway.label} against {Pathway.ACADEMIC.label}"
            focal = first & _from(read, pathway)
            yield Comparison(f"pathway-{pathway.value}", title, Pathway.ACADEMIC.label, pathway.label, reference, focal)
    yield Comparison("retake", "Retakes against first attempts", "First attempts", "Retakes", first, ~first)
    granted = np.array([person.accommodated for person in read.persons], dtype=np.bool_)
    yield Comparison(
        "accommodated",
        "With accommodation against without",
        "Without accommodation",
        "With accommodation",
        first & ~granted,
        first & granted,
    )


def _from(read: StoredAnswers, pathway: Pathway) -> NDArray[np.bool_]:
    return np.array([person.pathway == pathway for person in read.persons], dtype=np.bool_)


def _equating(request: StudyRequest, report: Report) -> Studied:
    new, old = _form(request.form), _form(request.old_form)
    read = read_answers(request.exam, forms=[new, old], report=report)
    report("equating", None)
    method = None if request.method == AUTOMATIC else Method(request.method)
    figures = equate(
        _side(new, read),
        _side(old, read),
        method=method,
        random_groups=request.random_groups,
        watch=lambda step: report("equating", None),
    )
    keys = [list(form_key(form).changes) for form in (new, old)]
    return Studied(len(read.persons), figures["method"], figures, _digest(request, read.digest, keys))


def _side(form: ExamForm, read: StoredAnswers) -> Side:
    columns = list(read.forms.get(form.pk, ()))
    items = [read.items[column] for column in columns]
    points = read.points[read.of_form(form.pk)][:, columns]
    areas = {item.name: item.area for item in items}
    return Side(points, tuple(item.name for item in items), areas, float(form_key(form).cut))


def _form(form: ExamForm | None) -> ExamForm:
    if form is None:
        raise ValueError("This study needs a form.")
    return form
