"""The next version of a form under a new cut: same items, two people, and nothing in use changes."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from exams.actions.assembly import lock_form, send_to_review
from exams.actions.cut_adoption import propose_adoption
from exams.actions.form_rows import placements_of
from exams.actions.form_uses import activate_form
from exams.actions.form_versions import make_next_version
from exams.actions.scoring import form_key
from exams.errors import FormError
from exams.loading import load_blueprint, load_exam_form
from exams.panel_rounds import stored_scores
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from tests.exams.staff import enrol, sit
from tests.factories.exams import blueprint_material, make_exam
from tests.factories.panels import make_panel, run_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(programme):
    return make_exam(4, 1, programme=programme)


@pytest.fixture
def second_admin(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


@pytest.fixture
def adopted(exam, instructor, physician, exam_admin, second_admin):
    """A cut of 3 of 4 points, where 2 were enough before; returns the blueprint version that has it."""
    panel = make_panel(exam.active_form, [instructor, physician], by=exam_admin)
    for _ in range(2):
        run_round(panel, {instructor: [60, 60, 70, 80], physician: [60, 80, 90, 100]}, by=exam_admin)
    proposal = propose_adoption(panel=panel, cut=Decimal(3), steps=0, reason="Agreed.", by=exam_admin)
    confirm(proposal_id=proposal.pk, by=second_admin)
    return panel.adoption.made


def refusal(act, **named):
    with pytest.raises(FormError) as caught:
        act(**named)
    return caught.value.code


def test_an_adopted_cut_reaches_candidates(exam, adopted, exam_admin, second_admin, programme, make_person):
    form = exam.active_form
    before = sit(enrol(make_person("Before", Role.TRAINEE), programme), exam, "bbaa")
    made = make_next_version(form=form, by=exam_admin)
    assert (made.code, made.version, made.status, made.blueprint) == (form.code, 2, "draft", adopted)
    assert placements_of(made) == placements_of(form)
    assert refusal(make_next_version, form=form, by=exam_admin) == "made_already"
    send_to_review(form=made, by=exam_admin)
    assert refusal(lock_form, form=made, by=exam_admin) == "own_form"
    lock_form(form=made, by=second_admin)
    activate_form(exam=exam, form=made, reason="The new cut.", by=second_admin)
    after = sit(enrol(make_person("After", Role.TRAINEE), programme), exam, "bbaa")
    # Two of four points: enough at the old cut, not at the new one.
    assert [attempt.scores.get().passed for attempt in (before, after)] == [True, False]
    form.refresh_from_db()
    assert (form.status, form_key(form).cut, form_key(made).cut) == ("locked", 2, 3)
    # Results of both versions speak about the same items.
    assert stored_scores(made)["counts"] == {"2": 2}


def test_without_a_newer_blueprint_or_right_there_is_no_next_version(exam, exam_admin, instructor):
    with pytest.raises(PermissionDenied):
        make_next_version(form=exam.active_form, by=instructor)
    assert refusal(make_next_version, form=exam.active_form, by=exam_admin) == "blueprint_is_newest"
    load_blueprint(blueprint_material(code=exam.code, scored=3, pretest=1))
    assert refusal(make_next_version, form=exam.active_form, by=exam_admin) == "blueprint_differs"


def test_a_draft_has_no_next_version_and_loading_material_passes_it_over(exam, adopted, exam_admin, programme):
    form = exam.active_form
    draft = make_next_version(form=form, by=exam_admin)
    assert refusal(make_next_version, form=draft, by=exam_admin) == "not_locked"
    entries = [{"item": f"D1-00{n}", "section": "scored" if n < 5 else "pretest"} for n in range(1, 6)]
    raw = {"code": form.code, "blueprint": exam.code, "version": 1, "items": entries}
    loaded = load_exam_form(raw, programme=programme)
    exam.refresh_from_db()
    assert (loaded.version, loaded.status, exam.active_form) == (3, "locked", loaded)
    draft.refresh_from_db()
    assert (draft.version, draft.status) == (2, "draft")
    assert load_exam_form(raw, programme=programme) == loaded
