"""Many scored attempts at once, written as the scorer writes them: whole tables of answers, without the clicking."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from courses.models import Enrolment, Pathway
from exams.loading import load_blueprint, load_exam_form
from exams.models import Attempt, Exam, ExamForm, FormItem, Score
from lms.accounts.models import User
from tests.factories.exams import blueprint_material


def answers(seed: int, persons: int, places: Sequence[float], *, mean: float = 0.0, slope: float = 1.0) -> Any:
    """Draw right and wrong answers of the one-parameter model: persons × items of 1 and 0."""
    chance = np.random.default_rng(seed)
    ability = mean + chance.standard_normal((persons, 1))
    return (chance.random((persons, len(places))) < 1 / (1 + np.exp(slope * (np.array(places) - ability)))).astype(
        float
    )


def second_form(exam: Exam, items: Sequence[str], code: str = "written-exam-B") -> ExamForm:
    """Load another fixed form from items of the bank, all of which count; 70 % of the points pass."""
    load_blueprint(blueprint_material(code=code, scored=len(items), pretest=0))
    rows = [{"item": item, "section": "scored"} for item in items]
    load_exam_form({"code": code, "blueprint": code, "version": 1, "items": rows}, programme=exam.programme)
    return ExamForm.objects.get(code=code)


def sat(exam: Exam, form: ExamForm, table: Any, *, facts: Sequence[dict[str, Any]] | None = None) -> None:
    """Store a scored first attempt for each row of a table of points, NaN for not reached.

    `facts` changes single attempts: `pathway`, `number`, or any field of the attempt.
    """
    points = np.asarray(table, dtype=float)
    tag, now = uuid.uuid4().hex[:8], timezone.now()
    places = list(FormItem.objects.filter(form=form).order_by("position").values_list("position", "version", "section"))
    people = User.objects.bulk_create(
        User(email=f"{tag}-{row}@example.org", full_name=f"Person {tag} {row}") for row in range(len(points))
    )
    each = [dict(facts[row]) if facts else {} for row in range(len(points))]
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            person=person,
            programme=exam.programme,
            curriculum_version="2026.1",
            pathway=fact.pop("pathway", Pathway.ACADEMIC),
        )
        for person, fact in zip(people, each, strict=True)
    )
    attempts = Attempt.objects.bulk_create(
        Attempt(
            **{
                "enrolment": enrolment,
                "exam": exam,
                "form": form,
                "number": 1,
                "state": "submitted",
                "started_at": now,
                "deadline": now + timedelta(hours=1),
                "submitted_at": now,
                "minutes": 60,
                "seed": "0" * 64,
                "honour_text": "text 1",
                "honour_accepted_at": now,
                "token": "t",
            }
            | fact
        )
        for enrolment, fact in zip(enrolments, each, strict=True)
    )
    Score.objects.bulk_create(
        [_score(attempt, row, places, form) for attempt, row in zip(attempts, points, strict=True)], batch_size=500
    )


def _score(attempt: Attempt, row: Any, places: list[tuple[int, int, str]], form: ExamForm) -> Score:
    items = [
        {
            "position": position,
            "version": version,
            "section": section,
            "state": "not_reached" if np.isnan(value) else "answered",
            "points": "0" if np.isnan(value) else {0.0: "0", 1.0: "1", 0.5: "1/2"}[float(value)],
        }
        for (position, version, section), value in zip(places, row, strict=True)
    ]
    counted = [value for (_, _, section), value in zip(places, row, strict=True) if section == "scored"]
    raw = float(np.nansum(counted))
    cut = form.blueprint.cut_raw
    return Score(
        attempt=attempt,
        number=1,
        scorer="test",
        items=items,
        areas=[],
        raw=raw,
        maximum=len(counted),
        cut=cut,
        passed=raw >= cut,
        log_hash="0" * 64,
    )
