"""Exams made of plain numbered items, through the loader as real material."""

from typing import Any

from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.actions import attempts
from exams.actions.saving import Save, save
from exams.loading import load_blueprint, load_exam_form, load_items
from exams.models import Attempt, Exam, FormItem

RIGHT = ["b"]
WRONG = ["a"]


def item_material(code: str, **changes: Any) -> dict[str, Any]:
    """Write one single-choice item as an author would; the right option is b."""
    area = code.split("-")[0]
    return {
        "code": code,
        "content_area": area,
        "level": "recall",
        "type": "single_choice",
        "stem": f"What is the answer to question {code.lower()}?",
        "options": [
            {"id": letter, "text": f"Choice {letter} to {code.lower()}", "reason": "Because."} for letter in "abcd"
        ],
        "key": ["b"],
        "scoring": "match_correct",
        "rationale": "It is so.",
        "sources": ["someone-2020"],
        "review_status": "unreviewed",
        "verified_on": "2026-11-21",
        "review_by": "2027-11-21",
    } | changes


def numeric_material(code: str, **changes: Any) -> dict[str, Any]:
    """Write one numeric item; the right answer is 56.4 ± 0.1 % MSO."""
    numeric = {
        "type": "numeric",
        "key": {"value": "56.4", "tolerance": "0.1", "unit": "% MSO"},
        "scoring": "tolerance_absolute",
    }
    material = item_material(code) | numeric | changes
    del material["options"]
    return material


def multiple_material(code: str, **changes: Any) -> dict[str, Any]:
    """Write one multiple-response item with partial credit; a and c are right."""
    return item_material(code, type="multiple_response", key=["a", "c"], scoring="plus_minus_floor0") | changes


def blueprint_material(*, code: str, scored: int, pretest: int, **changes: Any) -> dict[str, Any]:
    """Write a blueprint of one area; 70 % of the points pass."""
    return {
        "code": code,
        "title": "TMS technician written exam",
        "version": 1,
        "minutes": 60,
        "pretest_count": pretest,
        "content_areas": [{"code": "D1", "title": "History", "scored": scored}],
        "cut_score": {"raw": max(1, scored * 7 // 10), "method": "provisional", "note": "For tests."},
        "honour_statement": "I work alone.",
    } | changes


def make_exam(
    scored: int = 40,
    pretest: int = 0,
    *,
    programme: Programme | None = None,
    code: str = "written-exam",
    items: list[dict[str, Any]] | None = None,
    drawings: dict[str, bytes] | None = None,
    **blueprint: Any,
) -> Exam:
    """Make an exam with an active form of `scored` + `pretest` single-choice items; the right option is always b.

    `items` are used first, in place of as many scored ones; further arguments change the blueprint.
    """
    if programme is None:
        programme, _ = Programme.objects.get_or_create(
            code="tms-technician", defaults={"title": "TMS technician", "curriculum_version": "2026.1"}
        )
    given = items or []
    plain = [item_material(f"D1-{number:03}") for number in range(1, scored + pretest + 1 - len(given))]
    materials = given + plain
    load_items(materials, drawings=drawings)
    load_blueprint(blueprint_material(code=code, scored=scored, pretest=pretest, **blueprint))
    sections = ["scored"] * scored + ["pretest"] * pretest
    form = {
        "code": f"{code}-A",
        "blueprint": code,
        "version": 1,
        "items": [{"item": m["code"], "section": section} for m, section in zip(materials, sections, strict=True)],
    }
    load_exam_form(form, programme=programme)
    return Exam.objects.get(code=code)


def complete_course(enrolment: Enrolment) -> Enrolment:
    """Mark the course as completed, as courses does after the last lesson."""
    enrolment.course_completed_at = timezone.now()
    enrolment.save(update_fields=["course_completed_at"])
    return enrolment


def start_attempt(enrolment: Enrolment, exam: Exam, **arguments: Any) -> Attempt:
    """Start an attempt of the enrolled person, the course being completed."""
    if enrolment.course_completed_at is None:
        complete_course(enrolment)
    return attempts.start(enrolment=enrolment, exam=exam, honour_accepted=True, by=enrolment.person, **arguments)


def positions_of(exam: Exam, section: str) -> list[int]:
    """Return the places of one section of the active form."""
    places = FormItem.objects.filter(form=exam.active_form, section=section).order_by("position")
    return list(places.values_list("position", flat=True))


def sit_exam(enrolment: Enrolment, options: list[str]) -> None:
    """Sit a new exam of three scored items, with the same options chosen for each, and hand it in."""
    exam = make_exam(scored=3, programme=enrolment.programme)
    attempt = start_attempt(enrolment, exam)
    arguments = {"attempt_id": attempt.pk, "token": attempt.token, "by": enrolment.person}
    for number, position in enumerate(positions_of(exam, "scored"), start=1):
        answer = Save(position=position, seq=number, value=options)
        save(**arguments, answer=answer, received_at=timezone.now())
    attempts.submit(**arguments, received_at=timezone.now())
