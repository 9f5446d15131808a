"""A bank of three forms' length, a blueprint with levels, and forms on their way."""

from typing import Any

from courses.models import Programme
from exams.actions.assembly import assemble_forms, lock_form, send_to_review
from exams.actions.form_uses import PolicyWish, set_policy
from exams.loading import load_blueprint, load_exam_form, load_items
from exams.models import Blueprint, Exam, ExamForm, FormMode
from lms.accounts.models import User
from tests.factories.exams import item_material

CODE = "written-exam"
LEVELS = ("recall", "judge")
PER_CELL = 8
NEED = {
    "content_areas": [
        {"code": "D1", "title": "History", "scored": 3, "levels": {"recall": 1, "apply": 0, "judge": 2}},
        {"code": "D2", "title": "Physics", "scored": 3, "levels": {"recall": 2, "apply": 0, "judge": 1}},
    ],
    "pretest_count": 2,
}


def make_bank(per_cell: int = PER_CELL) -> None:
    """Load items of two areas and two levels; their keys go round a, b, c, d."""
    load_items(
        [
            item_material(f"{area}-{100 * at + number:03}", level=level, key=["abcd"[number % 4]])
            for area in ("D1", "D2")
            for at, level in enumerate(LEVELS, start=1)
            for number in range(per_cell)
        ]
    )


def make_blueprint(**changes: Any) -> Blueprint:
    """Load a blueprint of six scored items and two that are tried out."""
    material = {
        "code": CODE,
        "title": "TMS technician written exam",
        "version": 1,
        "minutes": 60,
        "cut_score": {"raw": 4, "method": "provisional", "note": "For tests."},
        "honour_statement": "I work alone.",
    }
    return load_blueprint(material | NEED | changes)


def make_assembled_exam(programme: Programme, **changes: Any) -> Exam:
    """Make a bank, a blueprint and an exam whose active form A came with the material."""
    make_bank()
    make_blueprint(**changes)
    scored = ["D1-100", "D1-201", "D1-202", "D2-101", "D2-103", "D2-200"]
    items = [{"item": code, "section": "scored"} for code in scored]
    items[2:2] = [{"item": code, "section": "pretest"} for code in ("D1-107", "D2-207")]
    load_exam_form({"code": f"{CODE}-A", "blueprint": CODE, "version": 1, "items": items}, programme=programme)
    return Exam.objects.select_related("active_form__blueprint").get(code=CODE)


def assemble_draft(by: User, **changes: Any) -> ExamForm:
    """Assemble one form from the newest blueprint."""
    blueprint = Blueprint.objects.order_by("-version")[0]
    wish = {"name": CODE, "count": 1, "overlap": None, "seed": "5e" * 16} | changes
    return assemble_forms(blueprint=blueprint, by=by, **wish)[0]


def lock_reviewed(form: ExamForm, *, author: User, reviewer: User) -> ExamForm:
    """Send a draft to review and lock it."""
    send_to_review(form=form, by=author)
    lock_form(form=form, by=reviewer)
    return form


def make_forms_per_attempt(exam: Exam, by: User, overlap: int | None = None) -> Exam:
    """Let every attempt at the exam have a form of its own."""
    set_policy(exam=exam, wish=PolicyWish(FormMode.PER_ATTEMPT, True, overlap, 365), by=by)
    return Exam.objects.select_related("active_form__blueprint", "assembly_policy__blueprint").get(pk=exam.pk)
