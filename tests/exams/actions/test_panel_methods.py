"""Panels by Ebel, Hofstee and Beuk: what is kept, what is refused, and the cut that is adopted."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from exams.actions.cut_adoption import propose_adoption
from exams.actions.panel_answers import answer
from exams.actions.panel_ratings import rate
from exams.actions.panels import close_round, open_round
from exams.actions.scoring import form_key
from exams.errors import PanelError
from exams.models import CutAdoption, PanelAnswer, PanelMethod
from exams.panel_rounds import outcome_of, stored_scores
from exams.rules.psychometrics.undefined import Why
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.audit.models import Event
from tests.factories.exams import make_exam
from tests.factories.panels import answer_all, give_scores, make_panel

pytestmark = pytest.mark.django_db

# Forty persons on ten points, as in rules/psychometrics/test_panel_methods.py.
COUNTS = {"3": 2, "4": 4, "5": 4, "6": 8, "7": 10, "8": 6, "9": 4, "10": 2}
LOW = {"k_min": 40, "k_max": 80, "f_min": 10, "f_max": 30}
HIGH = {"k_min": 60, "k_max": 80, "f_min": 10, "f_max": 50}


@pytest.fixture
def form(programme):
    return make_exam(10, 1, programme=programme).active_form


@pytest.fixture
def second_admin(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


@pytest.fixture
def judges(instructor, physician):
    return [instructor, physician]


def opened(form, judges, method, by):
    panel = make_panel(form, judges, by=by, method=method)
    return panel, open_round(panel=panel, show_p=False, note="", by=by)


def refusal(act, **named):
    with pytest.raises(PanelError) as caught:
        act(**named)
    assert caught.value.sentence
    return caught.value.code


def test_ebel_from_cells_to_an_adopted_cut(form, judges, exam_admin, second_admin):
    panel, held = opened(form, judges, PanelMethod.EBEL, exam_admin)
    said = []
    for easy, shares in ((6, (90, 50)), (5, (80, 60))):
        cells = {f"item.{place}": "essential.easy" if place <= easy else "important.hard" for place in range(1, 11)}
        said.append(cells | {"cell.essential.easy": shares[0], "cell.important.hard": shares[1]})
    for judge, given in zip(judges, said, strict=True):
        for about, value in given.items():  # one by one, as on a tablet
            told = answer(held=held, answers={about: str(value)}, by=judge)
        assert (told.done, told.total) == (12, 12)
    close_round(panel=panel, gaps_accepted=False, by=exam_admin)
    proposal = propose_adoption(panel=panel, cut=Decimal(8), steps=0, reason="Whole points.", by=exam_admin)
    confirm(proposal_id=proposal.pk, by=second_admin)
    adoption = CutAdoption.objects.get()
    # 7.4 and 7 points: mean 7.2, SE .2.
    assert (adoption.recommended, adoption.error, adoption.cut_raw) == (Decimal("7.2"), Decimal("0.2"), 8)
    assert (adoption.made.cut_method, adoption.made.cut_raw, form_key(form).cut) == ("Ebel", 8, 7)
    with pytest.raises(DatabaseError), transaction.atomic():
        CutAdoption.objects.update(cut_raw=1)


def test_hofstee_keeps_the_scores_it_was_weighed_against(form, judges, exam_admin, second_admin):
    give_scores(form, COUNTS)
    panel, held = opened(form, judges, PanelMethod.HOFSTEE, exam_admin)
    answer_all(held, dict(zip(judges, (LOW, HIGH), strict=True)))
    closed = close_round(panel=panel, gaps_accepted=False, by=exam_admin)
    assert closed.scores == {"counts": COUNTS, "maximum": 10}
    give_scores(form, {"1": 100})
    assert outcome_of(closed).cut == 7  # whatever comes later
    adopt = {"panel": panel, "reason": "The board agrees.", "by": exam_admin}
    assert refusal(propose_adoption, cut=Decimal(6), steps=-1, **adopt) == "no_error"
    proposal = propose_adoption(cut=Decimal(6), steps=None, **adopt)
    confirm(proposal_id=proposal.pk, by=second_admin)
    adoption = CutAdoption.objects.get()
    assert (adoption.recommended, adoption.error, adoption.made.cut_raw) == (7, None, 6)
    assert adoption.made.cut_note.endswith("round 1: 7.0000 points.")


def test_beuk_with_too_few_results_gives_nothing_to_adopt(form, judges, exam_admin):
    give_scores(form, {"6": 14, "7": 15})
    panel, held = opened(form, judges, PanelMethod.BEUK, exam_admin)
    wishes = ({"cut": 60, "pass_rate": 60}, {"cut": 80, "pass_rate": 80})
    answer_all(held, dict(zip(judges, wishes, strict=True)))
    close_round(panel=panel, gaps_accepted=False, by=exam_admin)
    assert outcome_of(panel.rounds.get()).cut is Why.TOO_FEW_PERSONS
    adopt = {"panel": panel, "cut": Decimal(7), "steps": None, "reason": "So.", "by": exam_admin}
    assert refusal(propose_adoption, **adopt) == "cut_undefined"
    # A second round starts with what was said, and weighs the results of then: 14 of 30 pass at 7 where .7 may.
    give_scores(form, {"7": 1})
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    assert set(PanelAnswer.objects.filter(round__number=2).values_list("seq", flat=True)) == {0}
    close_round(panel=panel, gaps_accepted=False, by=exam_admin)
    assert outcome_of(panel.rounds.get(number=2)).cut == 7


def test_scores_are_last_ones_of_first_attempts_with_all_items(form):
    give_scores(form, {"7.5": 2, "10": 1})
    assert stored_scores(form) == {"counts": {"7.5": 2, "10": 1}, "maximum": 10}


def test_answers_are_refused(form, judges, exam_admin, item_author, trainee):
    panel, held = opened(form, judges, PanelMethod.HOFSTEE, exam_admin)
    angoff = make_panel(form, judges, by=exam_admin)
    rating = open_round(panel=angoff, show_p=False, note="", by=exam_admin)
    with pytest.raises(PermissionDenied):
        answer(held=held, answers={"k_min": "50"}, by=trainee)
    assert refusal(answer, held=held, answers={"k_min": "50"}, by=item_author) == "not_a_judge"
    assert refusal(answer, held=held, answers={"k_min": "101"}, by=judges[0]) == "not_asked"
    assert refusal(answer, held=rating, answers={"item.1": "50"}, by=judges[0]) == "not_asked"
    assert refusal(rate, held=held, position=1, percent=50, by=judges[0]) == "unknown_place"
    answer(held=held, answers={"k_max": "50"}, by=judges[0])
    assert refusal(answer, held=held, answers={"k_min": "60", "f_min": "1"}, by=judges[0]) == "contradiction"
    assert PanelAnswer.objects.count() == 1  # all or nothing
    assert refusal(close_round, panel=panel, gaps_accepted=False, by=exam_admin) == "gaps_unconfirmed"
    closed = close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    assert Event.objects.get(verb="panel.round_closed").data["missing"] == 7
    assert refusal(answer, held=held, answers={"k_min": "10"}, by=judges[0]) == "round_closed"
    assert refusal(open_round, panel=panel, show_p=True, note="", by=exam_admin) == "no_items_judged"
    with pytest.raises(DatabaseError), transaction.atomic():
        PanelAnswer.objects.create(round=closed, judge=panel.judges.first(), about="k_min", seq=1, value="10")
    with pytest.raises(DatabaseError), transaction.atomic():
        PanelAnswer.objects.update(value="1")


def test_every_change_of_an_answer_is_kept(form, judges, exam_admin):
    _, held = opened(form, judges, PanelMethod.BEUK, exam_admin)
    for cut in ("50", "50", "65"):
        answer(held=held, answers={"cut": cut}, by=judges[0])
    assert list(PanelAnswer.objects.values_list("seq", "value")) == [(1, "50"), (2, "65")]
