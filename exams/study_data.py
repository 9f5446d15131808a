"""Stored scores as tables for studies: persons × items in points, and what is known of each person that is compared.

An item counts where it counted in the stored score: pretest items and items that a correction removed do not. What was
not reached, not on a person's form or still without a mark is NaN; what was left empty earned 0. Voided attempts are
left out.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exams.models import Exam, ExamForm, ItemVersion, Score
from exams.rules.scoring import AnswerState

Floats = NDArray[np.float64]
CHUNK = 500


@dataclass(frozen=True)
class Person:
    """What is known of an attempt beside its answers; nothing here is sensitive by itself."""

    form: int
    number: int
    pathway: str
    accommodated: bool


@dataclass(frozen=True)
class Item:
    """One item version; `name` is its code, with the version where two of them are in the table."""

    version: int
    name: str
    area: str


@dataclass(frozen=True)
class StoredAnswers:
    """`points` is persons × items; `persons` in the same order; `forms` says which columns count on which form."""

    items: tuple[Item, ...]
    persons: tuple[Person, ...]
    points: Floats
    forms: Mapping[int, tuple[int, ...]]
    digest: str

    @property
    def names(self) -> tuple[str, ...]:
        """What the items are called."""
        return tuple(item.name for item in self.items)

    @property
    def in_parts(self) -> NDArray[np.bool_]:
        """Which items earned somebody a part of a point."""
        given = ~np.isnan(self.points)
        inside = given & (self.points != 0) & (self.points != 1)
        return np.asarray(inside.any(axis=0), dtype=np.bool_)

    def of_form(self, form: int) -> NDArray[np.bool_]:
        """Which persons took a form."""
        return np.array([person.form == form for person in self.persons], dtype=np.bool_)


def read_answers(
    exam: Exam, *, forms: Sequence[ExamForm] = (), retakes: bool = False, report: Callable[[str, float | None], None]
) -> StoredAnswers:
    """Read the last scores of the first attempts at an exam, of these forms or of all.

    With `retakes` it is the first attempt that each person made at the form, be it a retake. The number of queries
    grows with the number of attempts by two for every 500.
    """
    rows = _attempts(exam, forms, retakes=retakes)
    places: dict[int, int] = {}
    counting: dict[int, set[int]] = {}
    cells: list[tuple[NDArray[np.int64], Floats]] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        kept = dict(Score.objects.filter(pk__in=[score for score, _ in part]).values_list("pk", "items"))
        for score, person in part:
            columns, points = _cells(kept[score], places)
            counting.setdefault(person.form, set()).update(columns.tolist())
            cells.append((columns, points))
        report("reading", min(start + CHUNK, len(rows)) / len(rows))
    table = np.full((len(rows), len(places)), np.nan, order="F")
    for row, (columns, points) in enumerate(cells):
        table[row, columns] = points
    return _named(table, places, rows, counting)


def _attempts(exam: Exam, forms: Sequence[ExamForm], *, retakes: bool) -> list[tuple[int, Person]]:
    """Return the id of the last score with what is known of the person, one for each enrolment."""
    found = Score.objects.counted().filter(attempt__exam=exam)
    if forms:
        found = found.filter(attempt__form__in=forms)
    if not retakes:
        found = found.filter(attempt__number=1)
    names = ("form", "number", "enrolment", "enrolment__pathway", "time_multiplier", "accommodation")
    seen: dict[Any, tuple[int, Person]] = {}
    for score, form, number, enrolment, pathway, multiplier, granted in found.order_by(
        "attempt__number", "pk"
    ).values_list("pk", *(f"attempt__{name}" for name in names)):
        # Extra minutes may come from an incident in the room, so they alone do not say that something was granted.
        person = Person(form, number, pathway, multiplier > 1 or any(granted.values()))
        seen.setdefault(enrolment, (score, person))
    return list(seen.values())


def _cells(items: Iterable[Mapping[str, Any]], places: dict[int, int]) -> tuple[NDArray[np.int64], Floats]:
    """Return columns and points of the items that count in one score; versions get columns as they come."""
    columns, points = [], []
    for item in items:
        if item["section"] != "scored" or item.get("removed"):
            continue
        column = places.setdefault(item["version"], len(places))
        nothing = item["points"] is None or (item["state"], item["points"]) == (AnswerState.NOT_REACHED.value, "0")
        columns.append(column)
        points.append(np.nan if nothing else _points(item["points"]))
    return np.array(columns, dtype=np.int64), np.array(points, dtype=np.float64)


@lru_cache(maxsize=1024)
def _points(text: str) -> float:
    return float(Fraction(text))


def _named(
    table: Floats, places: Mapping[int, int], rows: Sequence[tuple[int, Person]], counting: Mapping[int, set[int]]
) -> StoredAnswers:
    """Name the items and put them in order: that of the form where there is one, otherwise that of their names."""
    versions = ItemVersion.objects.filter(pk__in=list(places)).select_related("item")
    known = {version.pk: version for version in versions.only("number", "content_area", "item__code")}
    often = Counter(version.item.code for version in known.values())
    items = [_item(known[version], often) for version in places]
    order = list(range(len(items)))
    if len(counting) > 1:
        order.sort(key=lambda column: items[column].name)
    new = {old: column for column, old in enumerate(order)}
    seen = [[score, person.form, person.pathway, person.accommodated] for score, person in rows]
    return StoredAnswers(
        items=tuple(items[column] for column in order),
        persons=tuple(person for _, person in rows),
        points=table[:, order],
        forms={form: tuple(sorted(new[column] for column in columns)) for form, columns in counting.items()},
        digest=hashlib.sha256(json.dumps(seen).encode()).hexdigest(),
    )


def _item(version: ItemVersion, often: Mapping[str, int]) -> Item:
    code = version.item.code
    return Item(version.pk, code if often[code] == 1 else f"{code} v{version.number}", version.content_area)
