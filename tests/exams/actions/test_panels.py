"""Panels that set the cut: every refusal, what is kept, and what an adopted cut does."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from exams.actions.analyses import make_analysis
from exams.actions.assembly import assemble_forms
from exams.actions.cut_adoption import lapsed, propose_adoption
from exams.actions.panel_ratings import rate
from exams.actions.panels import close_round, name_judge, open_panel, open_round
from exams.actions.regrades import KEY_CHANGE, REGRADE, propose_key_change
from exams.actions.scoring import form_key
from exams.errors import MaterialError, PanelError
from exams.loading import load_blueprint, load_exam_form
from exams.models import Blueprint, CutAdoption, ExamForm, PanelRating, PanelRound, StandardSettingPanel
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.errors import ProposalError
from lms.audit.models import Event
from tests.exams.staff import agree, enrol, sit, version_at
from tests.factories.exams import blueprint_material, make_exam
from tests.factories.panels import make_panel, rate_all, run_round

pytestmark = pytest.mark.django_db

# Four items that count and one that is tried out; so far 2 of 4 points pass.
FIRST, SECOND = ([50, 60, 70, 80], [70, 80, 90, 100]), ([60, 60, 70, 80], [60, 80, 90, 100])


@pytest.fixture
def exam(programme):
    return make_exam(4, 1, programme=programme)


@pytest.fixture
def form(exam):
    return exam.active_form


@pytest.fixture
def second_admin(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


@pytest.fixture
def judges(instructor, physician):
    return [instructor, physician]


@pytest.fixture
def panel(form, judges, exam_admin):
    return make_panel(form, judges, by=exam_admin)


@pytest.fixture
def finished(panel, judges, exam_admin):
    """Two closed rounds; the second one sums up to 2.7 and 3.3: cut 3, SD √0.18 = 0.4243, SE 0.3."""
    for given in (FIRST, SECOND):
        run_round(panel, dict(zip(judges, given, strict=True)), by=exam_admin)
    return panel


def refusal(act, *arguments, **named):
    with pytest.raises(PanelError) as caught:
        act(*arguments, **named)
    assert caught.value.sentence
    return caught.value.code


def adopt(panel, by, second, cut="3", steps=0, reason="The board agrees."):
    proposal = propose_adoption(panel=panel, cut=Decimal(cut), steps=steps, reason=reason, by=by)
    return confirm(proposal_id=proposal.pk, by=second)


def test_only_items_that_count_are_rated(panel):
    assert panel.places == [1, 2, 3, 4]


def test_opening_is_refused(exam, form, exam_admin, second_admin, instructor):
    with pytest.raises(PermissionDenied):
        open_panel(form=form, borderline="Safe.", by=instructor)
    assert refusal(open_panel, form=form, borderline=" ", by=exam_admin) == "borderline_missing"
    draft = ExamForm(code="draft", version=1, blueprint=form.blueprint, content_hash="0")
    assert refusal(open_panel, form=draft, borderline="Safe.", by=exam_admin) == "not_locked"
    made = ExamForm(code="own", version=1, kind="per_attempt", status="locked", published_at=timezone.now())
    assert refusal(open_panel, form=made, borderline="Safe.", by=exam_admin) == "made_for_one"
    facts = {"version": version_at(exam, 2), "policy": KeyPolicy.ACCEPT_BOTH, "new_key": ["c"], "reason": "Both."}
    agree(propose_key_change(**facts, by=exam_admin), second_admin, KEY_CHANGE, REGRADE)
    assert refusal(open_panel, form=form, borderline="Safe.", by=exam_admin) == "key_corrected"


def test_judges_are_named_before_the_first_round(panel, judges, exam_admin, make_person, item_author, trainee):
    def name(person, background="Nurse", training="Workshop", by=exam_admin):
        return refusal(name_judge, panel=panel, person=person, background=background, training=training, by=by)

    both = make_person("Both Ways", Role.INSTRUCTOR, Role.TRAINEE)
    assert name(trainee) == "no_judge_role"
    assert name(both) == "learns_here"
    assert name(exam_admin) == "runs_the_panel"
    assert name(item_author, training=" ") == "not_described"
    assert name(judges[0]) == "named_already"
    with pytest.raises(PermissionDenied):
        name_judge(panel=panel, person=item_author, background="a", training="b", by=judges[0])
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    assert name(item_author) == "rounds_begun"


def test_rounds_are_refused(form, panel, judges, exam_admin, instructor):
    alone = make_panel(form, [instructor], by=exam_admin)
    assert refusal(open_round, panel=alone, show_p=False, note="", by=exam_admin) == "too_few_judges"
    assert refusal(close_round, panel=panel, gaps_accepted=True, by=exam_admin) == "no_open_round"
    assert refusal(open_round, panel=panel, show_p=True, note="", by=exam_admin) == "p_in_first_round"
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    assert refusal(open_round, panel=panel, show_p=False, note="", by=exam_admin) == "round_open"
    assert refusal(close_round, panel=panel, gaps_accepted=True, by=exam_admin) == "nobody_rated"
    rate(held=held, position=1, percent=50, by=instructor)
    assert refusal(close_round, panel=panel, gaps_accepted=False, by=exam_admin) == "gaps_unconfirmed"
    for act in (open_round, close_round):
        with pytest.raises(PermissionDenied):
            options = {"show_p": False, "note": ""} if act is open_round else {"gaps_accepted": True}
            act(panel=panel, by=instructor, **options)
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    assert refusal(open_round, panel=panel, show_p=True, note="", by=exam_admin) == "nothing_analysed"


def test_ratings_are_refused(panel, judges, exam_admin, item_author, trainee):
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    with pytest.raises(PermissionDenied):
        rate(held=held, position=1, percent=50, by=trainee)
    assert refusal(rate, held=held, position=1, percent=50, by=item_author) == "not_a_judge"
    assert refusal(rate, held=held, position=5, percent=50, by=judges[0]) == "unknown_place"  # pretest
    assert refusal(rate, held=held, position=1, percent=101, by=judges[0]) == "no_percent"
    rate(held=held, position=1, percent=50, by=judges[0])
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    assert refusal(rate, held=held, position=1, percent=60, by=judges[0]) == "round_closed"
    with pytest.raises(DatabaseError), transaction.atomic():
        PanelRating.objects.create(round=held, judge=panel.judges.first(), position=2, seq=1, percent=10)


def test_every_change_is_kept_and_the_next_round_starts_with_the_last(panel, judges, exam_admin):
    held = open_round(panel=panel, show_p=False, note="", by=exam_admin)
    for percent in (50, 50, 65):
        rated = rate(held=held, position=1, percent=percent, by=judges[0])
    assert rated.done == 1
    close_round(panel=panel, gaps_accepted=True, by=exam_admin)
    again = open_round(panel=panel, show_p=False, note="Talked about item 1.", by=exam_admin)
    rows = PanelRating.objects.order_by("round", "seq").values_list("round__number", "seq", "percent")
    assert list(rows) == [(1, 1, 50), (1, 2, 65), (2, 0, 65)]
    # Looking again and leaving it as it is, is a judgement too.
    assert rate(held=again, position=1, percent=65, by=judges[0]).done == 1
    assert PanelRating.objects.filter(round=again).count() == 2


def test_the_p_that_judges_saw_is_kept_with_the_round(exam, panel, judges, exam_admin, programme, make_person):
    sit(enrol(make_person("Candidate", Role.TRAINEE), programme), exam, "bbbb")
    run_round(panel, dict(zip(judges, FIRST, strict=True)), by=exam_admin)
    analysis = make_analysis(form_id=panel.form_id, since=None, until=None)
    assert open_round(panel=panel, show_p=True, note="", by=exam_admin).shown == analysis


def test_evidence_cannot_be_changed(finished):
    for rows, change in (
        (StandardSettingPanel.objects.all(), {"borderline": "Somebody else."}),
        (finished.judges.all(), {"background": "None"}),
        (finished.rounds.all(), {"note": "Nothing."}),
        (PanelRating.objects.all(), {"percent": 1}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.model.objects.filter(pk=rows[0].pk)._raw_delete("default")
    assert Event.objects.filter(verb="panel.round_closed").count() == 2


def test_an_adopted_cut_makes_the_next_blueprint_version_and_changes_no_other(
    exam, form, finished, exam_admin, second_admin
):
    adopt(finished, exam_admin, second_admin)
    adoption = CutAdoption.objects.get()
    assert (adoption.recommended, adoption.error, adoption.cut_raw) == (3, Decimal("0.3"), 3)
    base, made = adoption.replaced, adoption.made
    assert (base.cut_raw, made.version, made.cut_raw, made.cut_method) == (2, 2, 3, "Modified Angoff")
    assert (made.minutes, made.honour_statement) == (base.minutes, base.honour_statement)
    assert list(made.areas.values_list("code", "scored")) == [("D1", 4)]
    form.refresh_from_db()
    assert (form.blueprint, form_key(form).cut) == (base, 2)
    # What is assembled from now on passes at the new cut.
    newest = Blueprint.objects.order_by("-version").first()
    (draft,) = assemble_forms(blueprint=newest, name="next", count=1, overlap=None, by=exam_admin)
    assert form_key(draft).cut == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        CutAdoption.objects.update(cut_raw=1)


def test_loading_known_material_again_keeps_the_adopted_cut(exam, programme, finished, exam_admin, second_admin):
    adopt(finished, exam_admin, second_admin)
    made = CutAdoption.objects.get().made
    material = blueprint_material(code=made.code, scored=4, pretest=1)
    assert load_blueprint(material) == made
    entries = [{"item": f"D1-00{n}", "section": "scored" if n < 5 else "pretest"} for n in range(1, 6)]
    raw = {"code": finished.form.code, "blueprint": made.code, "version": 1, "items": entries}
    loaded = load_exam_form(raw, programme=programme)
    exam.refresh_from_db()
    assert (loaded.version, form_key(loaded).cut, exam.active_form) == (2, 3, loaded)
    with pytest.raises(MaterialError) as refused:
        load_blueprint(material | {"minutes": 90})
    assert refused.value.code == "cut_adopted"
    cut = {"raw": 3, "method": "Modified Angoff", "note": "By the panel."}
    assert load_blueprint(material | {"minutes": 90, "cut_score": cut}).version == 3


@pytest.mark.parametrize(
    ("cut", "steps", "code"),
    [
        ("0", None, "cut_out_of_range"),
        ("4.5", None, "cut_out_of_range"),
        ("3.005", None, "cut_out_of_range"),
        ("3", 3, "bad_steps"),
        ("4", 0, "cut_not_as_stated"),
        ("1", -2, "cut_not_as_stated"),  # 3 − 0.6 = 2.4
    ],
)
def test_a_cut_that_is_not_what_the_board_says_is_refused(finished, exam_admin, cut, steps, code):
    named = {"panel": finished, "cut": Decimal(cut), "steps": steps, "reason": "So.", "by": exam_admin}
    assert refusal(propose_adoption, **named) == code


def test_adoption_needs_two_people_and_a_reason(finished, exam_admin, instructor):
    with pytest.raises(PermissionDenied):
        propose_adoption(panel=finished, cut=Decimal(3), steps=0, reason="So.", by=instructor)
    with pytest.raises(ProposalError) as missing:
        propose_adoption(panel=finished, cut=Decimal(3), steps=0, reason=" ", by=exam_admin)
    with pytest.raises(ProposalError) as own:
        adopt(finished, exam_admin, exam_admin)
    assert (missing.value.code, own.value.code) == ("reason_missing", "own_proposal")


def test_adoption_needs_two_rounds_that_are_whole(panel, judges, exam_admin):
    named = {"panel": panel, "cut": Decimal(3), "steps": None, "reason": "So.", "by": exam_admin}
    run_round(panel, dict(zip(judges, FIRST, strict=True)), by=exam_admin)
    assert refusal(propose_adoption, **named) == "too_few_rounds"
    open_round(panel=panel, show_p=False, note="", by=exam_admin)
    assert refusal(propose_adoption, **named) == "round_open"


def test_a_round_without_standard_error_gives_nothing_to_adopt(panel, judges, exam_admin):
    for _ in range(2):
        run_round(panel, {judges[0]: FIRST[0]}, by=exam_admin)
    named = {"panel": panel, "cut": Decimal(3), "steps": None, "reason": "So.", "by": exam_admin}
    assert refusal(propose_adoption, **named) == "cut_undefined"


def test_what_changed_after_the_proposal_stops_the_adoption(finished, exam_admin, second_admin):
    proposal = propose_adoption(panel=finished, cut=Decimal(3), steps=0, reason="So.", by=exam_admin)
    assert lapsed(proposal) == ""
    held = open_round(panel=finished, show_p=False, note="", by=exam_admin)
    assert refusal(confirm, proposal_id=proposal.pk, by=second_admin) == "round_open"
    assert lapsed(proposal) == "A round is still open. Close it first."
    rate_all(held, {finished.judges.first().person: [0, 0, 0, 0]})
    close_round(panel=finished, gaps_accepted=True, by=exam_admin)
    assert refusal(confirm, proposal_id=proposal.pk, by=second_admin) == "changed_meanwhile"
    assert not CutAdoption.objects.exists()


def test_a_blueprint_that_asks_for_other_items_by_now_gets_no_cut(finished, exam_admin):
    load_blueprint(blueprint_material(code=finished.form.blueprint.code, scored=3, pretest=0))
    named = {"panel": finished, "cut": Decimal(3), "steps": 0, "reason": "So.", "by": exam_admin}
    assert refusal(propose_adoption, **named) == "blueprint_differs"


def test_a_panel_is_over_with_its_adoption(finished, exam_admin, second_admin):
    adopt(finished, exam_admin, second_admin)
    assert refusal(open_round, panel=finished, show_p=False, note="", by=exam_admin) == "adopted_already"
    named = {"panel": finished, "cut": Decimal(3), "steps": 0, "reason": "So.", "by": exam_admin}
    assert refusal(propose_adoption, **named) == "adopted_already"
    assert PanelRound.objects.count() == 2
