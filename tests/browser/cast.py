"""What happens at the site while nobody clicks: people, and steps that are walked once by mouse and else by action.

Everything here runs inside a process of the site (`House.tell`), with its database; answers go out as JSON.
"""

from datetime import timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from certificates.models import CertificateFile
from courses.models import Enrolment, Seminar
from exams.actions import invigilation
from exams.actions.analyses import make_analysis
from exams.actions.exam_sessions import book, plan_session
from exams.actions.policies import RELEASE_AT_ONCE
from exams.actions.practicals import assign_sitting
from exams.models import Attempt, Exam, IntegritySignal, MockQuestion, Response
from exams.rules.item_material import ItemKind
from exams.rules.scheduling import CONFIRMABLE
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import propose
from lms.demo import assessment, learning, people
from lms.demo import seminar as demo_seminar
from lms.demo.site import wait_for_queue
from lms.demo.story import Scene

# Beside the people of the demonstration; what each has done before the browser comes in stands in `meet_everybody`.
TRAINEES = {
    "sami": "Sami Haddad",  # in the course
    "lea": "Lea Brandt",  # at the exam, by keyboard
    "tom": "Tom Weber",  # at the exam, without scripts
    "nils": "Nils Berger",  # at the exam, while the session would end
    "ella": "Ella Novak",  # in the tutorial and at a mock exam; starts no exam
    "otto": "Otto Lindqvist",  # at the exam, under supervision
    "paul": "Paul Nyberg",  # at the chair, without scripts
    "vera": "Vera Kowalska",  # certified, and it stays so
    "mira": "Mira Sandberg",  # at a seminar
}


def load_course() -> None:
    """Load the material that ships."""
    call_command("load_material", stdout=StringIO())


def meet_everybody() -> None:
    """Make the people, and let each of them come as far as their journey starts."""
    people.meet(Scene(settings.SITE_URL, settings.VAR_DIR))
    for key, name in TRAINEES.items():
        person = create_person(email=f"{key}@example.org", full_name=name, password=people.PASSWORD, by=None)
        grant_role(person=person, role=Role.TRAINEE, by=None)
    enrolments = {key: learning.enrol(someone(key), registrar=someone("rosa")) for key in ["maya", "jonas", *TRAINEES]}
    for key in ("maya", "jonas", "vera", "lea", "tom", "nils", "ella", "otto"):
        learning.finish_course(enrolments[key])
    for key in ("maya", "jonas", "vera"):
        assessment.sit_exam(enrolments[key])
    assessment.assess_part(enrolments["maya"], assessor=someone("felix"), registrar=someone("rosa"))
    for key in ("maya", "paul"):
        assign(key)
    for key in ("jonas", "vera"):
        pass_practical(key)


def someone(key: str) -> User:
    """Return somebody by the first part of their address."""
    return User.objects.get(email=f"{key}@example.org")


def enrolment(key: str) -> Enrolment:
    """Return the enrolment of somebody."""
    return Enrolment.objects.get(person=someone(key))


def assign(key: str) -> None:
    """Plan a practical for today."""
    assign_sitting(
        enrolment=enrolment(key),
        assessor=someone("ines"),
        by=someone("rosa"),
        scheduled_for=timezone.localdate(),
        place="Treatment room 2",
        device="Figure-eight coil, practice head",
        simulated=True,
        stations=assessment.stations_left(enrolment(key)),
        despite=CONFIRMABLE,
    )


def analyse() -> str:
    """Analyse the form that was sat, and return the address of its page."""
    form = Attempt.objects.earliest("started_at").form_id
    return f"/forms/{form}/analysis/{make_analysis(form_id=form, since=None, until=None).pk}/"


def finish_course(key: str) -> None:
    """Complete the lessons that are left."""
    learning.finish_course(enrolment(key))


def pass_practical(key: str) -> None:
    """Be assessed, signed and acknowledged."""
    assessment.pass_practical(enrolment(key), assessors=[someone("ines"), someone("felix")], registrar=someone("rosa"))


def right_answers(key: str) -> list[dict[str, Any]]:
    """Return, for each question in order, its kind and what scores: a number, or letters and ids of options.

    Where places are filled, `places` are their ids, in the order of letters and ids.
    """
    rows = Response.objects.filter(attempt__enrolment=enrolment(key)).select_related("form_item__version")
    return [_right_answer(row) for row in rows.order_by("position")]


def _right_answer(row: Response) -> dict[str, Any]:
    version = row.form_item.version
    if isinstance(version.key, dict):
        return {"kind": version.kind, "ids": [], "letters": [], "number": str(version.key["value"])}
    places, ids = [], list(version.key)
    if version.kind == ItemKind.ORDERING:  # the key is the order, place by place
        places = [str(place) for place in range(1, len(ids) + 1)]
    if version.kind == ItemKind.MATCHING:  # the key is pairs such as 2:c
        places, ids = [pair[0] for pair in ids], [pair[2:] for pair in ids]
    letters = ["ABCDEFGHIJ"[row.option_order.index(option)] for option in ids]
    return {"kind": version.kind, "places": places, "ids": ids, "letters": letters}


def hurry(key: str, seconds: int) -> None:
    """Let the sessions of somebody end so many seconds from now, unless something happens."""
    person = str(someone(key).pk)
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        content = row.get_decoded()
        if content.get("_auth_user_id") != person:
            continue
        content |= {"seen_at": timezone.now().timestamp(), "idle_seconds": seconds}
        row.session_data = Session.objects.encode(content)
        row.save()


def plan_exam_session(key: str) -> None:
    """Plan a session that begins now, supervised by Ines, with a seat for somebody."""
    now = timezone.now()
    session = plan_session(
        exam=Exam.objects.get(programme=enrolment(key).programme),
        place="Seminar room 2",
        starts_at=now + timedelta(seconds=1),
        ends_at=now + timedelta(hours=3),
        seats=12,
        invigilators=[someone("ines")],
        by=someone("rosa"),
    )
    book(session=session, enrolment=enrolment(key), by=someone("rosa"))


def plan_seminar() -> None:
    """Offer a seminar of one session in a month, taught by Ines."""
    demo_seminar.offer(
        enrolment("mira").programme, instructor=someone("ines"), registrar=someone("rosa"), days_ahead=30, sessions=1
    )


def move_seminar(minutes: int) -> None:
    """Put the seminar on a time as if it had been planned so: its session begins so many minutes from now."""
    seminar = Seminar.objects.get(title=demo_seminar.TITLE)
    starts = timezone.now() + timedelta(minutes=minutes)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    Seminar.objects.filter(pk=seminar.pk).update(
        book_until=starts - timedelta(days=2), cancel_until=starts - timedelta(days=3), **times
    )
    seminar.sessions.update(**times)


def pause(key: str) -> None:
    """Stop the clock of somebody's attempt."""
    invigilation.pause(attempt_id=attempt(key).pk, reason="Fire alarm.", by=someone("ines"))


def let_go_on(key: str) -> None:
    """Let somebody's paused attempt go on."""
    invigilation.resume(attempt_id=attempt(key).pk, by=someone("ines"))


def extend(key: str, minutes: int) -> None:
    """Give somebody's attempt more time."""
    invigilation.extend(attempt_id=attempt(key).pk, minutes=minutes, reason="No power.", by=someone("ines"))


def attempt(key: str) -> Attempt:
    """Return the attempt in progress of somebody."""
    return Attempt.objects.open().get(enrolment=enrolment(key))


def stored_answers(key: str) -> list[int]:
    """Return the numbers of the questions that have an answer at the server."""
    answers = Response.objects.filter(attempt=attempt(key), seq__gt=0).order_by("position")
    return [row.position for row in answers if row.value is not None]


def signals_of(key: str) -> list[str]:
    """Return what the browser of somebody has signalled in the exam, each kind once."""
    return sorted(set(IntegritySignal.objects.filter(attempt=attempt(key)).values_list("kind", flat=True)))


def certificate_of(key: str) -> dict[str, str]:
    """Wait for the workers and return number and file of somebody's certificate."""
    wait_for_queue()
    file = CertificateFile.objects.select_related("credential").get(credential__enrolment=enrolment(key))
    folder = settings.STORAGES["private"]["OPTIONS"]["location"]
    return {"number": file.credential.public_number, "path": f"{folder}/{file.storage_name}"}


def propose_to_release_at_once() -> str:
    """Let a second exam administrator propose that results come out at once, and return the key of the proposal."""
    zora = User.objects.filter(email="zora@example.org").first()
    if zora is None:
        zora = create_person(email="zora@example.org", full_name="Zora Lang", password=people.PASSWORD, by=None)
        grant_role(person=zora, role=Role.EXAM_ADMIN, by=None)
    exam = Exam.objects.get(programme=enrolment("maya").programme)
    payload = {"exam": exam.code}
    made = propose(kind=RELEASE_AT_ONCE, target=exam.code, payload=payload, reason="Results are awaited.", by=zora)
    return str(made.pk)


def mock_answers_of(key: str) -> list[Any]:
    """Return the answers to somebody's mock exam that the server holds, in order of the questions."""
    rows = MockQuestion.objects.filter(mock__enrolment=enrolment(key), seq__gt=0).order_by("position")
    return [row.value if isinstance(row.value, list) else [row.value] for row in rows if row.value is not None]
