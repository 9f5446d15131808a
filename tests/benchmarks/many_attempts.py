"""CPU of the pages for staff with very many attempts: fills a site of its own and measures each page.

By hand, for it takes minutes to fill: `BENCH_ATTEMPTS=50000 python -m tests.benchmarks.many_attempts`, with
`THRESHOLD_VAR_DIR` or `DATABASE_URL` naming an empty place. What is there already is kept and only added to.
"""

import json
import os
import secrets
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

SIZE = int(os.environ.get("BENCH_ATTEMPTS", "50000"))
ITEMS = 40
CHUNK = 1000
ROUNDS = 5
GOAL_MS = 200.0


def main() -> int:
    """Fill, measure, print one line per page; 1 when a page is above the goal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    fill(SIZE)
    figures = measure()
    for name, cpu in figures.items():
        sys.stdout.write(f"{name:34} {cpu:7.1f} ms CPU\n")
    return int(any(cpu > GOAL_MS for cpu in figures.values()))


def fill(size: int) -> None:
    """Add people, enrolments, attempts with 40 answers each, scores and results, until there are so many attempts."""
    from courses.models import Programme
    from exams.models import Attempt, Exam
    from tests.factories.exams import make_exam

    programme, _ = Programme.objects.get_or_create(
        code="tms-technician", defaults={"title": "TMS technician", "curriculum_version": "2026.1"}
    )
    exam = Exam.objects.filter(code="many").first() or make_exam(ITEMS, programme=programme, code="many")
    while (there := Attempt.objects.count()) < size:
        _add(min(CHUNK, size - there), programme, exam)


def _add(count: int, programme: Any, exam: Any) -> None:
    from django.db import transaction

    from courses.models import Enrolment
    from exams.models import Attempt, Result, ResultEvent, Score
    from lms.accounts.models import User

    tag = secrets.token_hex(4)
    names = [f"{tag} Candidate {number}" for number in range(count)]
    with transaction.atomic():
        people = User.objects.bulk_create(
            User(email=f"{tag}.{n}@example.org", full_name=name) for n, name in enumerate(names)
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(person=person, programme=programme, curriculum_version="2026.1", pathway="academic")
            for person in people
        )
        attempts = Attempt.objects.bulk_create(_attempt(enrolment, exam) for enrolment in enrolments)
        places = list(exam.active_form.form_items.order_by("position"))
        _add_responses(attempts, places)
        scores = Score.objects.bulk_create(_score(attempt, places) for attempt in attempts)
        results = Result.objects.bulk_create(
            Result(attempt=s.attempt, state="released", released_score=s, passed=s.passed) for s in scores
        )
        ResultEvent.objects.bulk_create(
            ResultEvent(result=result, from_state=origin, to_state=target, score=result.released_score)
            for result in results
            for origin, target in (("", "scored"), ("scored", "released"))
        )


def _attempt(enrolment: Any, exam: Any) -> Any:
    from django.utils import timezone

    from exams.models import Attempt

    started = timezone.now() - timedelta(minutes=secrets.randbelow(500_000) + 100)
    return Attempt(
        id=uuid.uuid4(),
        enrolment=enrolment,
        exam=exam,
        form=exam.active_form,
        number=1,
        state="submitted",
        started_at=started,
        deadline=started + timedelta(minutes=60),
        submitted_at=started + timedelta(minutes=50),
        minutes=60,
        seed=secrets.token_hex(32),
        honour_text="many version 1",
        honour_accepted_at=started,
        token=secrets.token_hex(16),
        rev=ITEMS,
    )


def _add_responses(attempts: list[Any], places: list[Any]) -> None:
    """Write the answers as plain rows: two million model objects would take longer than all the rest."""
    from django.db import connection

    columns = "attempt_id, form_item_id, position, option_order, seq, value, body_hash, saved_at, flagged"
    order, values = json.dumps(list("abcd")), [json.dumps(["a"]), json.dumps(["b"])]
    id_field = attempts[0]._meta.pk
    rows = [
        (id_field.get_db_prep_value(attempt.pk, connection), place.pk, place.position, order, 1, value, "", at, False)
        for attempt in attempts
        for at in [connection.ops.adapt_datetimefield_value(attempt.submitted_at)]
        for place in places
        for value in [values[secrets.randbelow(4) > 0]]
    ]
    with connection.cursor() as cursor:
        sql = f"INSERT INTO exams_response ({columns}) VALUES ({', '.join(['%s'] * 9)})"
        cursor.executemany(sql, rows)


def _score(attempt: Any, places: list[Any]) -> Any:
    from exams.models import Score

    right = [secrets.randbelow(4) > 0 for _ in places]
    raw, cut = Decimal(sum(right)), Decimal(28)
    return Score(
        attempt=attempt,
        number=1,
        scorer="threshold-scoring/1",
        items=[
            {
                "position": place.position,
                "version": place.version_id,
                "section": "scored",
                "state": "answered",
                "points": str(int(point)),
            }
            for place, point in zip(places, right, strict=True)
        ],
        areas=[{"code": "D1", "title": "History", "raw": f"{raw}.0000", "maximum": len(places)}],
        raw=raw,
        maximum=Decimal(len(places)),
        cut=cut,
        passed=raw >= cut,
        log_hash="0" * 64,
    )


def measure() -> dict[str, float]:
    """Return CPU milliseconds, page by page: the median of some rounds, of this process."""
    from django.test import Client
    from django.urls import reverse

    from exams.models import Attempt, Exam
    from lms.accounts.actions import create_person, grant_role
    from lms.accounts.models import User
    from lms.accounts.roles import Role

    address = "measuring@example.org"
    admin = User.objects.filter(email=address).first()
    if admin is None:
        admin = create_person(email=address, full_name="Mea Suring", password=None, by=None)
        grant_role(person=admin, role=Role.EXAM_ADMIN, by=None)
    browser = Client()
    browser.force_login(admin)
    exam = Exam.objects.get(code="many")
    some = Attempt.objects.order_by("started_at").first()
    assert some is not None
    pages: dict[str, str] = {
        "results report": reverse("exams:results"),
        "results report, one exam": reverse("exams:results") + f"?exam={exam.pk}",
        "results report, passed": reverse("exams:results") + f"?exam={exam.pk}&passed=yes",
        "results report, last page": reverse("exams:results") + "?page=999999",
        "results report, a name": reverse("exams:results") + "?q=Candidate+77",
        "results that wait": reverse("exams:results_waiting"),
        "candidate list": reverse("exams:attempts"),
        "candidate list, last page": reverse("exams:attempts") + "?page=999999",
        "candidate list, a name": reverse("exams:attempts") + "?q=Candidate+77",
        "gradebook": reverse("exams:gradebook"),
        "gradebook, last page": reverse("exams:gradebook") + "?page=999999",
        "gradebook, exam not passed": reverse("exams:gradebook") + "?state=exam",
        "gradebook, needs grading": reverse("exams:gradebook") + "?state=grading",
        "item page": reverse("exams:bank_item", args=["D1-001"]),
        "one result": reverse("exams:result", args=[some.pk]),
        "appeals": reverse("exams:docket"),
    }
    figures: dict[str, float] = {}
    for name, path in pages.items():
        assert browser.get(path).status_code == 200, path  # which also warms it up
        figures[name] = _median(partial(browser.get, path))
    return figures


def _median(act: Callable[[], Any]) -> float:
    spent = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        act()
        spent.append((time.process_time() - begun) * 1000)
    return sorted(spent)[ROUNDS // 2]


if __name__ == "__main__":
    sys.exit(main())
