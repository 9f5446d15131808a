"""Which form an attempt gets: another one at a retake, or one made for it; how often items were given out."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Enrolment
from exams.actions import access, attempts
from exams.actions.attempt_forms import plan_form
from exams.actions.exposure import count_exposure
from exams.actions.form_uses import PolicyWish, add_to_pool, set_policy, withdraw_form
from exams.actions.item_workflow import retire
from exams.errors import AttemptError
from exams.models import Attempt, Exam, ExamForm, FormItem, FormMode, Item, ItemExposure
from exams.pool import exposure_shares, pool_of
from exams.schedule import count_exposure as count_exposure_job
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.registry import schedule
from tests.factories.assembly import (
    assemble_draft,
    lock_reviewed,
    make_assembled_exam,
    make_blueprint,
    make_forms_per_attempt,
)
from tests.factories.exams import complete_course, start_attempt
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def exam(programme):
    return make_assembled_exam(programme)


@pytest.fixture
def loft(exam, exam_admin):
    return make_forms_per_attempt(exam, exam_admin)


@pytest.fixture
def reviewer(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


def demand_different(exam: Exam, by: User, overlap: int | None = None) -> Exam:
    set_policy(exam=exam, wish=PolicyWish(FormMode.FIXED, True, overlap, 365), by=by)
    return Exam.objects.select_related("active_form__blueprint", "assembly_policy").get(pk=exam.pk)


def fail(enrolment: Enrolment, exam: Exam, days_ago: int) -> Attempt:
    """Start an attempt so many days ago and hand it in empty."""
    then = timezone.now() - days_ago * DAY
    attempt = start_attempt(enrolment, exam, now=then)
    return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=enrolment.person, received_at=then + DAY / 48)


def second_form(exam: Exam, author: User, reviewer: User) -> ExamForm:
    """Let the exam give out another form too; with this seed it shares some items with the first."""
    form = lock_reviewed(assemble_draft(author, seed="01"), author=author, reviewer=reviewer)
    add_to_pool(exam=exam, form=form, reason="For retakes.", by=author)
    return form


def reasons(enrolment: Enrolment, exam: Exam) -> list[str]:
    return [r.code for r in access.eligibility(enrolment=enrolment, exam=exam, now=timezone.now()).reasons]


def items_of(form: ExamForm) -> set[str]:
    return set(form.form_items.values_list("version__item__code", flat=True))


def test_a_retake_gets_a_form_not_seen(ready, exam, exam_admin, reviewer):
    other = second_form(exam, exam_admin, reviewer)
    assert fail(ready, exam, 30).form == exam.active_form
    assert start_attempt(ready, exam).form == other


def test_without_another_form_the_same_one_comes_again_unless_the_policy_minds(ready, exam, exam_admin):
    fail(ready, exam, 30)
    strict = demand_different(exam, exam_admin)
    assert reasons(ready, strict) == ["no_other_form"]
    with pytest.raises(AttemptError) as caught:
        start_attempt(ready, strict)
    assert caught.value.code == "no_other_form"
    assert Attempt.objects.count() == 1
    exam.refresh_from_db()
    set_policy(exam=exam, wish=PolicyWish(FormMode.FIXED, False, None, 365), by=exam_admin)
    assert start_attempt(ready, Exam.objects.get()).form == exam.active_form


def test_another_form_opens_the_way_and_its_withdrawal_closes_it(ready, exam, exam_admin, reviewer):
    fail(ready, exam, 30)
    strict = demand_different(exam, exam_admin)
    other = second_form(strict, exam_admin, reviewer)
    assert reasons(ready, strict) == []
    withdraw_form(exam=strict, form=other, reason="An item leaked.", by=exam_admin)
    assert reasons(ready, strict) == ["no_other_form"]


def test_forms_of_earlier_enrolments_count_as_seen(ready, exam, exam_admin):
    fail(ready, exam, 400)
    Enrolment.objects.filter(pk=ready.pk).update(closed_at=timezone.now())
    again = Enrolment.objects.create(
        person=ready.person, programme=ready.programme, curriculum_version="2027.1", pathway="academic"
    )
    assert reasons(complete_course(again), demand_different(exam, exam_admin)) == ["no_other_form"]


def test_a_newer_version_of_a_form_is_not_another_form(ready, exam, exam_admin):
    fail(ready, exam, 30)
    strict = demand_different(exam, exam_admin)
    twin = ExamForm.objects.create(
        code=exam.active_form.code, version=2, blueprint=exam.active_form.blueprint, status="locked",
        published_at=timezone.now(),
    )  # fmt: skip
    Exam.objects.update(active_form=twin)
    strict.refresh_from_db()
    assert reasons(ready, strict) == ["no_other_form"]


def test_fixed_forms_keep_within_the_overlap(ready, exam, exam_admin, reviewer):
    other = second_form(exam, exam_admin, reviewer)
    shared = len(items_of(exam.active_form) & items_of(other))
    assert shared > 0
    fail(ready, exam, 30)
    assert reasons(ready, demand_different(exam, exam_admin, shared - 1)) == ["no_other_form"]
    assert reasons(ready, demand_different(exam, exam_admin, shared)) == []


def test_every_attempt_has_a_form_of_its_own_stored_like_any_other(ready, loft, trainee):
    attempt = start_attempt(ready, loft)
    form = attempt.form
    assert (form.kind, form.status, form.version, form.assembled_by) == ("per_attempt", "locked", 1, None)
    assert form != loft.active_form
    assert attempt.responses.count() == form.form_items.count() == 8
    assert form.form_items.filter(section="pretest").count() == 2
    assert form.form_items.get(position=8).section == "scored"
    assert not form.form_items.filter(version__locked_at__isnull=True).exists()
    assert form.assembly["objective"] == "random"
    assert attempt.minutes == form.blueprint.minutes
    with pytest.raises(DatabaseError), transaction.atomic():
        FormItem.objects.filter(form=form).delete()


def test_an_exam_with_forms_per_attempt_needs_no_active_form(ready, loft):
    Exam.objects.update(active_form=None)
    loft.refresh_from_db()
    assert reasons(ready, loft) == []
    assert start_attempt(ready, loft).form.kind == "per_attempt"


def test_a_retake_shares_few_items(ready, exam, exam_admin):
    strict = make_forms_per_attempt(exam, exam_admin, overlap=2)
    first, second, third = fail(ready, strict, 300), fail(ready, strict, 200), start_attempt(ready, strict)
    items = [items_of(attempt.form) for attempt in (first, second, third)]
    assert max(len(one & other) for one, other in combinations(items, 2)) <= 2


def test_a_bank_that_is_used_up_refuses_and_says_so(ready, exam, exam_admin):
    """Eight items in each cell; of D1 judge two are taken each time, so the seen ones run out for the third form."""
    strict = make_forms_per_attempt(exam, exam_admin, overlap=0)
    for days_ago in (300, 200):
        fail(ready, strict, days_ago)
    FormItem.objects.filter(form__status="draft").delete()
    make_blueprint(
        content_areas=[{"code": "D1", "title": "History", "scored": 6, "levels": {"recall": 0, "apply": 0, "judge": 6}}]
    )
    stricter = make_forms_per_attempt(exam, exam_admin, overlap=0)
    with pytest.raises(AttemptError) as caught:
        start_attempt(ready, stricter)
    assert caught.value.code == "no_other_form"
    assert Attempt.objects.count() == 2
    assert ExamForm.objects.filter(kind="per_attempt").count() == 2
    event = Event.objects.get(verb="form.not_possible")
    assert {lack["family"] for lack in event.data["lacks"]} == {"overlap"}


def test_a_bank_that_cannot_feed_the_blueprint_refuses_without_using_an_attempt(ready, exam, exam_admin):
    make_blueprint(kinds={"numeric": 1})
    with pytest.raises(AttemptError) as caught:
        start_attempt(ready, make_forms_per_attempt(exam, exam_admin))
    assert caught.value.code == "no_form_possible"
    assert Attempt.objects.count() == 0
    assert Event.objects.get(verb="form.not_possible").data["lacks"] == [{"family": "kind", "lacks": 1}]


def test_those_who_may_not_start_get_no_form_made(enrolment, loft, trainee, ready, monkeypatch):
    monkeypatch.setattr(attempts, "plan_form", lambda **_: pytest.fail("A form was made."))
    with pytest.raises(AttemptError):
        attempts.start(enrolment=ready, exam=loft, honour_accepted=False, by=trainee)
    enrolment.course_completed_at = None
    with pytest.raises(AttemptError):
        attempts.start(enrolment=enrolment, exam=loft, honour_accepted=True, by=trainee)


def test_an_item_retired_between_plan_and_start_is_not_given_out(ready, loft, trainee, exam_admin, monkeypatch):
    def plan_then_retire(**arguments):
        planned = plan_form(**arguments)
        item = Item.objects.get(versions=planned.placements[0][0])
        retire(item=item, reason="compromised", text="Seen outside.", by=exam_admin)
        return planned

    with monkeypatch.context() as patch:
        patch.setattr(attempts, "plan_form", plan_then_retire)
        with pytest.raises(AttemptError) as caught:
            start_attempt(ready, loft)
    assert caught.value.code == "item_outdated"
    assert Attempt.objects.count() == ExamForm.objects.filter(kind="per_attempt").count() == 0
    again = start_attempt(ready, loft)
    assert not again.form.form_items.filter(version__status="retired").exists()


def test_a_start_with_its_own_form_costs_few_queries(ready, loft, trainee):
    loft = Exam.objects.select_related("active_form__blueprint", "assembly_policy__blueprint", "policy").get()
    with CaptureQueriesContext(connection) as queries:
        attempts.start(enrolment=ready, exam=loft, honour_accepted=True, by=trainee)
    assert len(queries) <= 25  # one looks for a seat in a session, one for items retired meanwhile


def people(programme, number: int) -> list[Enrolment]:
    users = User.objects.bulk_create(User(email=f"p{n}@example.org", full_name=f"P {n}") for n in range(number))
    return Enrolment.objects.bulk_create(
        Enrolment(person=user, programme=programme, curriculum_version="1", pathway="academic") for user in users
    )


def give_out(exam: Exam, forms: dict[ExamForm, int], started) -> None:
    """Store attempts that saw these forms so often."""
    wanted = [form for form, number in forms.items() for _ in range(number)]
    Attempt.objects.bulk_create(
        Attempt(
            enrolment=enrolment, exam=exam, form=form, number=1, started_at=started, deadline=started + DAY,
            minutes=60, seed="", honour_text="", honour_accepted_at=started, token="",
        )
        for enrolment, form in zip(people(exam.programme, len(wanted)), wanted, strict=True)
    )  # fmt: skip


def test_exposure_is_counted_by_the_clock(exam, exam_admin, reviewer):
    other = second_form(exam, exam_admin, reviewer)
    give_out(exam, {exam.active_form: 30, other: 10}, timezone.now() - DAY)
    assert exposure_shares(exam) == {}
    count_exposure_job({})
    both = items_of(exam.active_form) & items_of(other)
    shares = {
        row.version.item.code: row.administrations for row in ItemExposure.objects.select_related("version__item")
    }
    expected = Counter(list(items_of(exam.active_form)) * 30 + list(items_of(other)) * 10)
    assert both
    assert shares == expected
    assert set(ItemExposure.objects.values_list("attempts", flat=True)) == {40}
    assert sorted(set(exposure_shares(exam).values())) == [0.25, 0.75, 1.0]
    assert schedule()["exams.count_exposure"] == 3600


def test_old_attempts_and_few_attempts_say_nothing(exam):
    give_out(exam, {exam.active_form: 29}, timezone.now() - DAY)
    assert count_exposure() == 8
    assert exposure_shares(exam) == {}
    assert count_exposure(now=timezone.now() + 400 * DAY) == 0


def test_the_cap_keeps_items_away(exam, exam_admin, trainee):
    make_blueprint(exposure_percent=60)
    give_out(exam, {exam.active_form: 30}, timezone.now() - DAY)
    count_exposure()
    strict = make_forms_per_attempt(exam, exam_admin)
    pool = pool_of(strict.assembly_policy.blueprint, strict)
    assert {item.code for item in pool.items if item.capped} == items_of(exam.active_form)
    planned = plan_form(exam=strict, person=trainee)
    versions = {version for version, _ in planned.placements}
    assert not versions & set(exam.active_form.form_items.values_list("version", flat=True))
    assert planned.note["capped"] == 8


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_make_one_attempt_and_one_form(ready, loft):
    def start():
        try:
            return start_attempt(ready, loft).form_id
        except AttemptError as error:
            return error.code

    results = at_once([start, start])
    assert results.count("attempt_open") == 1
    assert Attempt.objects.count() == ExamForm.objects.filter(kind="per_attempt").count() == 1
