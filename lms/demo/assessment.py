"""The assessed part of the story: the written exam and the practical at the chair, by the real actions."""

import uuid
from collections.abc import Iterator, Sequence

from django.utils import timezone

from courses.models import Enrolment
from exams.actions import attempts, saving
from exams.actions.practicals import assign_sitting, observe, open_sitting
from exams.actions.sign_offs import acknowledge, draft_record, sign_off
from exams.models import (
    AssessorQualification,
    Attempt,
    Exam,
    Qualification,
    Response,
    Score,
    Sitting,
    newest_rubric,
    practical_outcome,
)
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.practical_saves import Save as Entry
from exams.rules.scoring import Value, right_answer
from lms.accounts.models import User
from lms.accounts.proofs import Given
from lms.demo.people import PASSWORD
from lms.demo.story import StepFailed

WRITTEN_EXAM = "tms-technician-written"
WRONG_ANSWERS = 6
ENTRIES_AT_ONCE = 50
SECOND_STATIONS = ("P15", "P16")


def sit_exam(enrolment: Enrolment) -> Score:
    """Let the trainee sit the programme's exam, with a few wrong answers, unless it is passed already."""
    passed = Attempt.objects.passed_by(enrolment).filter(exam__code=WRITTEN_EXAM).first()
    attempt = passed or _sit_written_exam(enrolment)
    score = attempt.released_score
    if score is None:
        raise StepFailed("The exam has no result.")
    if not score.passed:
        raise StepFailed(f"The exam was not passed: {score.raw:f} points, {score.cut:f} needed.")
    return score


def _sit_written_exam(enrolment: Enrolment) -> Attempt:
    exam = Exam.objects.get(programme=enrolment.programme, code=WRITTEN_EXAM)
    return sit(enrolment, exam, wrong=WRONG_ANSWERS)


def sit(enrolment: Enrolment, exam: Exam, *, wrong: int = 0, essay: str = "") -> Attempt:
    """Let the trainee start an exam or go on, answer the first `wrong` questions less well, and hand it in."""
    trainee = enrolment.person
    attempt = Attempt.objects.open().filter(enrolment=enrolment, exam=exam).first() or attempts.start(
        enrolment=enrolment, exam=exam, honour_accepted=True, by=trainee
    )
    for answer in _answers(attempt, wrong, essay):
        result = saving.save(
            attempt_id=attempt.pk, token=attempt.token, answer=answer, by=trainee, received_at=timezone.now()
        )
        if result.reply not in (saving.Reply.OK, saving.Reply.DUPLICATE):
            raise StepFailed(f"Answer {answer.position} was not saved: {result.reply}.")
    return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=timezone.now())


def _answers(attempt: Attempt, wrong: int, essay: str) -> Iterator[saving.Save]:
    responses = Response.objects.filter(attempt=attempt).select_related("form_item__version").order_by("position")
    for response in responses:
        value = _answer(response, wrong=response.position <= wrong)
        if response.form_item.version.kind == ItemKind.ESSAY:
            value = essay
        yield saving.Save(response.position, response.seq + 1, value)


def _answer(response: Response, *, wrong: bool) -> Value:
    """Return what scores, or where `wrong` something that scores less; numbers and texts are always right."""
    version = response.form_item.version
    right = right_answer(
        ItemKind(version.kind),
        ScoringRule(version.scoring),
        version.key,
        version.scoring_parameters,
        regions=[(region["x"], region["y"]) for region in version.regions],
    )
    if not wrong or not isinstance(right, list):
        return right
    if version.kind in (ItemKind.ORDERING, ItemKind.MATCHING):
        return right[1:]
    return next(([option] for option in response.option_order if option not in right), None)


def pass_practical(enrolment: Enrolment, *, assessors: Sequence[User], registrar: User) -> list[Sitting]:
    """Let the registrar assign, two instructors observe and sign, and the trainee acknowledge all stations.

    The first is a physician and takes most stations; the second takes `SECOND_STATIONS`.
    """
    physician, second = assessors
    own = [code for code in _station_codes(enrolment) if code not in SECOND_STATIONS]
    sittings = [
        _assess(enrolment, second, registrar, SECOND_STATIONS),
        _assess(enrolment, physician, registrar, own),
    ]
    if not practical_outcome(enrolment).passed:
        raise StepFailed("The practical was signed, yet not every station counts as met.")
    return sittings


def assess_part(enrolment: Enrolment, *, assessor: User, registrar: User) -> Sitting:
    """Let the second instructor assess and sign their stations, so that the others are left for the first."""
    return _assess(enrolment, assessor, registrar, SECOND_STATIONS)


def stations_left(enrolment: Enrolment) -> list[str]:
    """Return the stations of the newest rubric that are not met yet."""
    missing = practical_outcome(enrolment).missing
    return [code for code in _station_codes(enrolment) if code in missing]


def _assess(enrolment: Enrolment, assessor: User, registrar: User, stations: Sequence[str]) -> Sitting:
    done = Sitting.objects.filter(enrolment=enrolment, assessor=assessor, signed_at__isnull=False).first()
    if done:
        return done
    sitting = plan_practical(enrolment, assessor=assessor, registrar=registrar, stations=stations)
    open_sitting(sitting=sitting, by=assessor, qualification=_basis_of(assessor))
    _observe(sitting)
    digest = draft_record(sitting).digest
    row = sign_off(sitting=sitting, by=assessor, digest=digest, given=Given(password=PASSWORD), nonce=uuid.uuid4())
    acknowledge(sign_off=row, by=enrolment.person, agrees=True)
    return sitting


def plan_practical(
    enrolment: Enrolment, *, assessor: User, registrar: User, stations: Sequence[str] | None = None
) -> Sitting:
    """Let the registrar assign stations for today, unless that assessor has a sitting from an earlier run."""
    earlier = Sitting.objects.filter(enrolment=enrolment, assessor=assessor, cancelled_at__isnull=True).first()
    return earlier or assign_sitting(
        enrolment=enrolment,
        assessor=assessor,
        by=registrar,
        scheduled_for=timezone.localdate(),
        place="Treatment room 2",
        device="Figure-eight coil, practice head",
        simulated=True,
        stations=stations,
        despite=["same_day"],  # two instructors, one day: the demonstration lets them take turns
    )


def _basis_of(assessor: User) -> Qualification:
    held = AssessorQualification.objects.standing().filter(person=assessor).earliest("granted_at")
    return Qualification(held.basis)


def _station_codes(enrolment: Enrolment) -> Sequence[str]:
    newest = newest_rubric(enrolment.programme_id)
    if newest is None:
        raise StepFailed("The programme has no practical. Its material is not loaded.")
    return newest.plain.codes


def _observe(sitting: Sitting) -> None:
    values = {"outcome": "competent"}
    for station in sitting.chosen_stations:
        values |= dict.fromkeys((criterion.code for criterion in station.criteria), "done")
        values |= {station.critical_field: "no", station.level_field: "4"}
    known = dict(sitting.observations.values_list("field", "seq"))
    entries = [Entry(field, known.get(field, 0) + 1, value) for field, value in values.items()]
    for first in range(0, len(entries), ENTRIES_AT_ONCE):
        batch = entries[first : first + ENTRIES_AT_ONCE]
        observe(sitting=sitting, by=sitting.assessor, saves=batch, received_at=timezone.now())
