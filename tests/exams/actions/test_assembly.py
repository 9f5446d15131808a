"""Forms by people: assembled, exchanged, reviewed, locked by another, given out."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from exams.actions.assembly import assemble_forms, lock_form, return_to_draft, send_to_review, swap_item
from exams.actions.form_uses import PolicyWish, activate_form, add_to_pool, set_policy, withdraw_form
from exams.errors import FormError, InfeasibleError
from exams.loading import load_items
from exams.models import Blueprint, Exam, ExamForm, FormChange, FormItem, FormMode, FormUse, ItemVersion
from exams.rules.assembly_facts import Family
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.factories.assembly import CODE, assemble_draft, lock_reviewed, make_assembled_exam, make_bank, make_blueprint
from tests.factories.exams import item_material, make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(programme):
    return make_assembled_exam(programme)


@pytest.fixture
def author(exam_admin):
    """Xenia."""
    return exam_admin


@pytest.fixture
def reviewer(make_person):
    return make_person("Yusuf Admin", Role.EXAM_ADMIN)


@pytest.fixture
def draft(exam, author):
    return assemble_draft(author)


def refused(act, **arguments) -> str:
    with pytest.raises(FormError) as caught:
        act(**arguments)
    return caught.value.code


def codes(form: ExamForm, section: str) -> list[str]:
    return list(form.form_items.filter(section=section).values_list("version__item__code", flat=True))


def unused(form: ExamForm, level: str) -> list[str]:
    """Return the codes of D2 items of one level that are not on the form."""
    used = form.form_items.values("version__item")
    others = ItemVersion.objects.filter(content_area="D2", level=level).exclude(item__in=used)
    return list(others.order_by("item__code").values_list("item__code", flat=True))


def counterpart(form: ExamForm) -> tuple[int, str]:
    """Return the place of the scored D2 judge item and another such item that is not on the form."""
    place = form.form_items.get(section="scored", version__content_area="D2", version__level="judge")
    return place.position, unused(form, "judge")[0]


def test_a_draft_keeps_to_its_blueprint_and_says_how_it_came_about(draft, author):
    assert (draft.code, draft.version, draft.status, draft.kind) == ("written-exam-B", 1, "draft", "fixed")
    assert (draft.assembled_by, draft.published_at) == (author, None)
    cells = draft.form_items.filter(section="scored").values_list("version__content_area", "version__level")
    assert sorted(cells) == [("D1", "judge")] * 2 + [("D1", "recall"), ("D2", "judge")] + [("D2", "recall")] * 2
    assert len(codes(draft, "pretest")) == 2
    note = draft.assembly
    assert (note["seed"], note["objective"], note["pool"]) == ("5e" * 16, "random", 32)
    assert note["solver"].startswith("HiGHS in scipy 1.")
    assert note["need"]["areas"][0]["levels"] == {
        "recall": {"least": 1, "most": 1},
        "apply": {"least": 0, "most": 0},
        "judge": {"least": 2, "most": 2},
    }
    event = Event.objects.get(verb="form.assembled")
    assert event.data == {"code": draft.code, "seed": "5e" * 16, "hash": draft.content_hash}


def test_the_same_seed_gives_the_same_form(draft, author):
    again, other = assemble_draft(author), assemble_draft(author, seed="00")
    assert (again.code, again.content_hash) == ("written-exam-C", draft.content_hash)
    assert other.content_hash != draft.content_hash


def test_parallel_forms_share_no_more_than_asked(exam, author):
    blueprint = Blueprint.objects.get()
    forms = assemble_forms(blueprint=blueprint, name="spring", count=3, overlap=1, by=author)
    assert [form.code for form in forms] == ["spring-A", "spring-B", "spring-C"]
    items = [set(form.form_items.values_list("version__item", flat=True)) for form in forms]
    assert max(len(items[0] & items[1]), len(items[0] & items[2]), len(items[1] & items[2])) <= 1


def test_what_the_bank_cannot_feed_is_reported_and_nothing_is_stored(exam, author):
    blueprint = make_blueprint(kinds={"numeric": [2, 3]})
    with pytest.raises(InfeasibleError) as caught:
        assemble_forms(blueprint=blueprint, name=CODE, count=1, overlap=None, by=author)
    (shortage,) = caught.value.shortages
    assert (shortage.family, shortage.lacks) == (Family.KIND, 2)
    assert ExamForm.objects.count() == 1


def test_numbers_and_names_have_an_end(exam, author):
    blueprint = Blueprint.objects.get()
    wish = {"blueprint": blueprint, "name": CODE, "overlap": None, "by": author}
    assert refused(assemble_forms, count=0, **wish) == "bad_number"
    assert refused(assemble_forms, count=7, **wish) == "bad_number"
    for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ":
        ExamForm.objects.create(code=f"{CODE}-{letter}", version=1, blueprint=blueprint)
    assert refused(assemble_forms, count=1, **wish) == "names_used_up"


@pytest.mark.parametrize("role", [Role.ITEM_AUTHOR, Role.REGISTRAR, Role.PHYSICIAN, Role.TRAINEE])
def test_only_exam_administrators_make_forms(exam, author, draft, make_person, role):
    somebody = make_person("Some Body", role)
    with pytest.raises(PermissionDenied):
        assemble_draft(somebody)
    with pytest.raises(PermissionDenied):
        lock_form(form=draft, by=somebody)
    with pytest.raises(PermissionDenied):
        activate_form(exam=exam, form=draft, reason="So.", by=somebody)


def test_an_item_of_a_draft_is_exchanged(draft, author):
    before = draft.content_hash
    position, code = counterpart(draft)
    change = swap_item(form=draft, position=position, put_in=code, reason=" Clearer. ", by=author)
    assert draft.form_items.get(position=position).version.item.code == code
    assert (change.put_in.item.code, change.reason, change.changed_by) == (code, "Clearer.", author)
    assert ExamForm.objects.get(pk=draft.pk).content_hash == draft.content_hash != before
    with pytest.raises(DatabaseError), transaction.atomic():
        FormChange.objects.update(reason="Other.")


def test_an_exchange_keeps_to_the_blueprint(draft, author):
    position, code = counterpart(draft)
    act = {"form": draft, "position": position, "reason": "So.", "by": author}
    assert refused(swap_item, **act, put_in=unused(draft, "recall")[0]) == "breaks_blueprint"
    assert refused(swap_item, **act, put_in="D9-999") == "unknown_item"
    assert refused(swap_item, **act | {"position": 99}, put_in=code) == "unknown_place"
    assert refused(swap_item, **act | {"reason": " "}, put_in=code) == "no_reason"
    stale = ExamForm.objects.get(pk=draft.pk)
    swap_item(**act, put_in=code)
    assert refused(swap_item, **act | {"form": stale}, put_in=unused(draft, "judge")[1]) == "changed_meanwhile"
    assert FormChange.objects.count() == 1


def test_a_form_in_review_is_closed_to_exchanges_until_it_is_returned(draft, author, reviewer):
    position, code = counterpart(draft)
    send_to_review(form=draft, by=author)
    assert refused(swap_item, form=draft, position=position, put_in=code, reason="So.", by=author) == "not_a_draft"
    assert refused(send_to_review, form=draft, by=author) == "not_a_draft"
    return_to_draft(form=draft, by=reviewer)
    swap_item(form=draft, position=position, put_in=code, reason="So.", by=author)
    assert [event.verb for event in Event.objects.order_by("-sequence")[:3]] == [
        "form.changed",
        "form.returned",
        "form.sent_to_review",
    ]


def test_a_newer_version_of_an_item_is_taken_up_before_the_review(draft, author, reviewer):
    position, _ = counterpart(draft)
    old = draft.form_items.get(position=position).version
    load_items([item_material(old.item.code, level="judge", key=old.key, stem="Clearer words?")])
    assert refused(send_to_review, form=draft, by=author) == "outdated"
    swap_item(form=draft, position=position, put_in=old.item.code, reason="Newer.", by=author)
    assert draft.form_items.get(position=position).version.number == 2
    send_to_review(form=draft, by=author)
    load_items([item_material(old.item.code, level="judge", key=old.key, stem="Still clearer words?")])
    assert refused(lock_form, form=draft, by=reviewer) == "outdated"


def test_another_person_locks(draft, author, reviewer):
    assert refused(lock_form, form=draft, by=reviewer) == "not_in_review"
    send_to_review(form=draft, by=author)
    assert refused(lock_form, form=draft, by=author) == "own_form"
    lock_form(form=draft, by=reviewer)
    stored = ExamForm.objects.get(pk=draft.pk)
    assert (stored.status, stored.locked_by) == ("locked", reviewer)
    assert not ItemVersion.objects.filter(form_items__form=draft, locked_at__isnull=True).exists()
    assert refused(lock_form, form=draft, by=reviewer) == "not_in_review"
    assert refused(return_to_draft, form=draft, by=author) == "not_in_review"


def test_whoever_exchanged_an_item_does_not_lock_either(draft, author, reviewer, make_person):
    position, code = counterpart(draft)
    swap_item(form=draft, position=position, put_in=code, reason="So.", by=reviewer)
    send_to_review(form=draft, by=author)
    assert refused(lock_form, form=draft, by=reviewer) == "own_form"
    lock_form(form=draft, by=make_person("Zoe Admin", Role.EXAM_ADMIN))


def test_the_database_refuses_the_same_person_and_nobody(draft, author):
    rows = ExamForm.objects.filter(pk=draft.pk)
    for locker in (author, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status="locked", published_at=timezone.now(), locked_by=locker)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(published_at=timezone.now())


def test_a_locked_form_is_frozen_with_its_items(draft, author, reviewer):
    other = assemble_draft(author, seed="00")
    lock_reviewed(draft, author=author, reviewer=reviewer)
    place = draft.form_items.get(position=1)
    for act in (
        lambda: ExamForm.objects.filter(pk=draft.pk).update(status="draft", published_at=None),
        lambda: FormItem.objects.filter(pk=place.pk).update(version=other.form_items.get(position=8).version),
        lambda: FormItem.objects.filter(pk=place.pk).delete(),
        lambda: FormItem.objects.filter(form=other, position=8).update(form=draft, position=9),
        lambda: FormItem.objects.create(form=draft, position=9, version=place.version, section="scored"),
        lambda: ItemVersion.objects.filter(pk=place.version_id).update(stem="Other."),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_form_from_the_material_is_locked(exam):
    form = exam.active_form
    assert (form.status, form.kind, form.assembled_by, form.assembly) == ("locked", "fixed", None, {})
    assert form.published_at is not None


@pytest.fixture
def locked(draft, author, reviewer):
    return lock_reviewed(draft, author=author, reviewer=reviewer)


def test_a_locked_form_becomes_the_active_one_with_a_reason(exam, locked, author):
    before = exam.active_form
    use = activate_form(exam=exam, form=locked, reason="Form A is a year old.", by=author)
    assert Exam.objects.get().active_form == locked
    assert use.reason == "Form A is a year old."
    standing = FormUse.objects.standing(exam).values_list("form__code", "act")
    assert sorted(standing) == [(before.code, "added"), (locked.code, "activated")]
    assert Event.objects.get(verb="form.activated").data["exam"] == CODE
    with pytest.raises(DatabaseError), transaction.atomic():
        FormUse.objects.update(reason="Other.")


def test_what_cannot_be_given_out(exam, locked, author, programme):
    act = {"exam": exam, "reason": "So.", "by": author}
    assert refused(activate_form, **act, form=exam.active_form) == "already_active"
    assert refused(activate_form, **act | {"reason": " "}, form=locked) == "no_reason"
    assert refused(activate_form, **act, form=assemble_draft(author, seed="00")) == "not_usable"
    foreign = make_exam(3, programme=programme, code="other-exam").active_form
    assert refused(add_to_pool, **act, form=foreign) == "not_usable"
    assert refused(withdraw_form, **act, form=locked) == "not_in_use"
    assert refused(withdraw_form, **act, form=exam.active_form) == "is_active"


def test_a_form_joins_the_pool_once_and_leaves_it(exam, locked, author):
    act = {"exam": exam, "form": locked, "by": author}
    add_to_pool(**act, reason="For retakes.")
    assert refused(add_to_pool, **act, reason="Again.") == "already_active"
    withdraw_form(**act, reason="An item leaked.")
    assert not FormUse.objects.standing(exam).exists()
    add_to_pool(**act, reason="It did not.")
    assert list(FormUse.objects.values_list("act", flat=True)) == ["added", "withdrawn", "added"]


def test_of_two_who_activate_the_second_is_told(exam, locked, author):
    stale = Exam.objects.select_related("active_form").get()
    activate_form(exam=exam, form=locked, reason="So.", by=author)
    third = exam.active_form
    stale_act = {"exam": stale, "form": third, "reason": "So.", "by": author}
    assert refused(activate_form, **stale_act) == "changed_meanwhile"


def test_forms_per_attempt_need_a_blueprint(programme, author):
    make_bank()
    exam = Exam.objects.create(code="no-blueprint", title="Exam", programme=programme)
    wish = PolicyWish(FormMode.PER_ATTEMPT, True, 10, 365)
    assert refused(set_policy, exam=exam, wish=wish, by=author) == "no_blueprint"
    set_policy(exam=exam, wish=PolicyWish(FormMode.FIXED, True, None, 30), by=author)
    assert Event.objects.get(verb="form.policy_changed").data["exposure_days"] == 30
