"""The steps of the story, in order. Each can be told again: what happened in an earlier run stays as it was."""

from io import StringIO

from django.core.management import call_command

from courses.models import Enrolment
from exams.models import MarkingTask
from lms.accounts.models import User
from lms.audit.actions import first_fault
from lms.audit.models import Event
from lms.demo import assessment, badges, credentials, learning, people, seminar, written_answers
from lms.demo.site import wait_for_queue, wait_for_site
from lms.demo.story import Scene, Step, StepFailed

LOG_NAME = "demo.log"
LESSONS_OF_THE_LEARNER = 7


def lay_database(scene: Scene) -> str:
    """Bring the database to the state that the code expects."""
    call_command("migrate", verbosity=0, interactive=False)
    return ""


def load_material(scene: Scene) -> str:
    """Load lessons, items, exam form and rubric."""
    out = StringIO()
    call_command("load_material", stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def start_site(scene: Scene) -> str:
    """Wait for the web server and the workers, which start beside the story."""
    wait_for_site(scene.site_url, scene.var_dir / "log" / LOG_NAME)
    return f"{scene.site_url}, with workers beside it"


def admit(scene: Scene) -> str:
    """Let both trainees apply, and the registrar admit them."""
    for key in ("trainee", "revoked_trainee"):
        scene.cast[f"{key}_enrolment"] = learning.enrol(scene.cast[key], registrar=scene.cast["registrar"])
    return f"{scene.cast['trainee']} and {scene.cast['revoked_trainee']} applied and were admitted"


def take_course(scene: Scene) -> str:
    """Complete every lesson."""
    return f"{learning.finish_course(scene.cast['trainee_enrolment'])} lessons completed"


def sit_exam(scene: Scene) -> str:
    """Sit the written exam."""
    score = assessment.sit_exam(scene.cast["trainee_enrolment"])
    return f"{score.raw:.0f} of {score.maximum:.0f} points, {score.cut:.0f} needed: passed"


def pass_practical(scene: Scene) -> str:
    """Be assessed at the chair."""
    sittings = assessment.pass_practical(
        scene.cast["trainee_enrolment"], assessors=_assessors(scene), registrar=scene.cast["registrar"]
    )
    stations = sum(len(sitting.stations) for sitting in sittings)
    return f"{stations} stations, signed by {' and '.join(str(sitting.assessor) for sitting in sittings)}"


def _assessors(scene: Scene) -> list[User]:
    return [scene.cast["instructor"], scene.cast["second_instructor"]]


def receive_certificate(scene: Scene) -> str:
    """Wait for the workers to award, render and sign."""
    credential, pdf = credentials.fetch_certificate(scene.cast["trainee_enrolment"])
    scene.cast["credential"], scene.cast["pdf"] = credential, pdf
    scene.found["Signed certificate"] = credentials.lay_out(scene, pdf)
    scene.found["Issuer's root, to check it by"] = credentials.root_beside(scene.found["Signed certificate"])
    scene.found["Anybody may check it"] = credentials.page_of(scene, credential)
    return f"{credential.public_number}, {len(pdf) // 1024} kB, signed"


def verify_by_number(scene: Scene) -> str:
    """Let an employer without an account ask by number."""
    credentials.check_as_stranger(scene, scene.cast["credential"], status="valid")
    return "the register says: valid"


def verify_by_file(scene: Scene) -> str:
    """Let an employer without an account drop the PDF."""
    return credentials.check_pdf_as_stranger(scene, scene.cast["pdf"])


def revoke_another(scene: Scene) -> str:
    """Certify a second trainee, take the certificate back, and let the employer learn of it."""
    enrolment: Enrolment = scene.cast["revoked_trainee_enrolment"]
    registrar = scene.cast["registrar"]
    learning.finish_course(enrolment)
    assessment.sit_exam(enrolment)
    assessment.pass_practical(enrolment, assessors=_assessors(scene), registrar=registrar)
    credential, _ = credentials.fetch_certificate(enrolment)
    credentials.take_back(credential, registrar=registrar)
    credentials.check_as_stranger(scene, credential, status="revoked")
    scene.found["A revoked one"] = credentials.page_of(scene, credential)
    scene.found["Both as badges"] = badges.lay_out_badges(scene, valid=scene.cast["credential"], revoked=credential)
    return f"{credential.public_number} of {credential.holder_name}: the register says revoked"


def leave_some_on_their_way(scene: Scene) -> str:
    """Leave one trainee in the middle of the course, and one whose practical is due today."""
    registrar = scene.cast["registrar"]
    learner = learning.enrol(scene.cast["learner"], registrar=registrar)
    lessons = learning.begin_course(learner, lessons=LESSONS_OF_THE_LEARNER)
    candidate = learning.enrol(scene.cast["candidate"], registrar=registrar)
    learning.finish_course(candidate)
    assessment.sit_exam(candidate)
    assessment.plan_practical(candidate, assessor=scene.cast["instructor"], registrar=registrar)
    scene.cast["candidate_enrolment"] = candidate
    return (
        f"{learner.person} did {LESSONS_OF_THE_LEARNER} of {lessons} lessons, {candidate.person} is at the chair today"
    )


def offer_seminar(scene: Scene) -> str:
    """Offer a seminar in person, and let one trainee book a seat."""
    learner = Enrolment.objects.get(person=scene.cast["learner"], closed_at__isnull=True)
    made = seminar.offer(
        learner.programme, instructor=scene.cast["instructor"], registrar=scene.cast["registrar"], days_ahead=45
    )
    seminar.take_part(made, learner)
    return f"{made}, {made.place}: {learner.person} has a seat"


def write_answers(scene: Scene) -> str:
    """Make a supervised exam of written answers, let one trainee sit it, and leave an answer to mark and a seat."""
    cast = scene.cast
    admins = (cast["exam_admin"], cast["second_exam_admin"])
    exam = written_answers.make_exam(author=cast["item_author"], admins=admins)
    waiting: Enrolment = cast["candidate_enrolment"]
    attempt, session = written_answers.hold_session(
        exam,
        sitter=cast["trainee_enrolment"],
        waiting=waiting,
        invigilator=cast["instructor"],
        planner=cast["registrar"],
    )
    tasks = MarkingTask.objects.filter(attempt=attempt, done_at__isnull=True).count()
    return (
        f"{tasks} mark{'' if tasks == 1 else 's'} to give for an essay of {attempt.enrolment.person}, "
        f"{waiting.person} has a seat, {session.place}"
    )


def finish_work(scene: Scene) -> str:
    """See that nothing is left to do now."""
    return f"{wait_for_queue()} jobs done, none due"


def check_trail(scene: Scene) -> str:
    """Recompute the audit chain."""
    if fault := first_fault():
        raise StepFailed(f"The audit chain does not hold at event {fault.sequence}: {fault.reason}.")
    return f"{Event.objects.count()} events, the chain holds"


PREPARATION = [
    Step("Database", lay_database),
    Step("Course material, items, exam form, practical", load_material),
    Step("People and their roles", people.meet),
]

STORY = [
    Step("Web server and workers", start_site),
    Step("Admission", admit),
    Step("Course", take_course),
    Step("Written exam", sit_exam),
    Step("Practical at the chair", pass_practical),
    Step("Certificate, made by a worker", receive_certificate),
    Step("An employer checks the number", verify_by_number),
    Step("An employer checks the PDF", verify_by_file),
    Step("Another certificate is revoked", revoke_another),
    Step("Others on their way", leave_some_on_their_way),
    Step("A seminar in person", offer_seminar),
    Step("Written answers under supervision", write_answers),
    Step("Background work", finish_work),
    Step("Audit trail", check_trail),
]
