"""Judges and the facilitator at the same moment: what the audit chain sums up is what the round holds."""

import hashlib
import json

import pytest

from exams.actions.panel_ratings import rate
from exams.actions.panels import close_round, open_round
from exams.errors import PanelError
from exams.models import PanelRating, PanelRound
from exams.panel_rounds import latest_ratings
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.factories.exams import make_exam
from tests.factories.panels import make_panel
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def judges(make_person):
    return [make_person(f"Judge {name}", Role.INSTRUCTOR) for name in ("One", "Two", "Three")]


@pytest.fixture
def panel(judges, exam_admin):
    return make_panel(make_exam(3).active_form, judges, by=exam_admin)


def told(act):
    def run():
        try:
            return act()
        except PanelError as error:
            return error.code

    return run


def test_a_rating_is_in_the_closed_round_or_refused(panel, judges, exam_admin):
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    rate(held=held, position=1, percent=50, by=judges[0])
    rating = [told(lambda by=judge: rate(held=held, position=2, percent=70, by=by)) for judge in judges]
    closing = told(lambda: close_round(panel=panel, gaps_accepted=True, by=exam_admin))
    outcomes = at_once([*rating, closing])[:3]
    kept = PanelRating.objects.filter(position=2).count()
    assert kept == sum(outcome != "round_closed" for outcome in outcomes)
    given = sorted((judge, sorted(values.items())) for judge, values in latest_ratings(held).items())
    summed = hashlib.sha256(json.dumps(given).encode()).hexdigest()
    assert Event.objects.get(verb="panel.round_closed").data["ratings_sha256"] == summed


def test_two_saves_of_one_judge_are_numbered(panel, judges, exam_admin):
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    at_once([lambda p=percent: rate(held=held, position=1, percent=p, by=judges[0]) for percent in (50, 60, 70)])
    assert list(PanelRating.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_two_facilitators_open_one_round(panel, exam_admin, make_person):
    second = make_person("Yusuf Admin", Role.EXAM_ADMIN)
    opened = at_once(
        [told(lambda by=by: open_round(panel=panel, show_p=False, note="", by=by)) for by in (exam_admin, second)]
    )
    assert sorted(isinstance(outcome, PanelRound) for outcome in opened) == [False, True]
    assert "round_open" in opened
