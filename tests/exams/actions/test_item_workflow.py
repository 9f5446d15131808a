"""Moving items on: who may, on which words, what is kept, and what the database refuses by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from exams.actions import item_remarks
from exams.actions.authoring import ask_for_version, edit_draft
from exams.actions.item_workflow import assign_reviewer, release_reviewer, retire, take_step
from exams.errors import ItemError
from exams.exposure import exposure_of, retired_on_forms
from exams.loading import load_items
from exams.models import (
    Attempt,
    BlindAnswer,
    Exam,
    FormAct,
    FormUse,
    Item,
    ItemDecision,
    ItemVersion,
    KeyRead,
    ReviewAssignment,
)
from exams.rules.item_workflow import Step
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import MakePerson
from tests.factories.exams import item_material, make_exam, start_attempt
from tests.factories.items import item_content, make_draft, make_submitted, step_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def wilma(make_person: MakePerson) -> User:
    """Another item author."""
    return make_person("Wilma Writer", Role.ITEM_AUTHOR)


@pytest.fixture
def in_review(item_author: User, wilma: User, exam_admin: User) -> ItemVersion:
    """Walt's item, with Wilma asked to review it."""
    return make_submitted(item_author, wilma, by=exam_admin)


def refused(act: Any, *args: Any, **arguments: Any) -> str:
    """Return the code of the refusal."""
    with pytest.raises(ItemError) as caught, transaction.atomic():
        act(*args, **arguments)
    return caught.value.code


def test_from_draft_to_use_by_two_people(in_review: ItemVersion, wilma: User, exam_admin: User) -> None:
    pretest = step_on(in_review, Step.APPROVE, wilma, text="Well sourced.")
    assert pretest.status == "pretest"
    assert pretest.published_at is not None
    once = step_on(pretest, Step.ENDORSE, wilma)
    assert once.status == "pretest"
    assert refused(step_on, once, Step.ENDORSE, wilma) == "already_endorsed"
    twice = step_on(once, Step.ENDORSE, exam_admin)
    assert (twice.status, twice.published_at) == ("operational", pretest.published_at)
    kept = list(ItemDecision.objects.values_list("step", "person__full_name", "text", "content_hash"))
    digest = in_review.content_hash
    assert kept == [
        ("submit", "Walt Author", "", digest),
        ("approve", "Wilma Writer", "Well sourced.", digest),
        ("endorse", "Wilma Writer", "", digest),
        ("endorse", "Xenia Admin", "", digest),
    ]
    assert [event.data["step"] for event in Event.objects.filter(verb="item.decided").order_by("sequence")] == [
        "submit",
        "approve",
        "endorse",
        "endorse",
    ]


@pytest.mark.parametrize(("changes", "code"), [({"rationale": " "}, "no_rationale"), ({"sources": []}, "no_reference")])
def test_review_needs_reasons_and_a_source(item_author: User, changes: dict[str, Any], code: str) -> None:
    draft = make_draft(item_author, **changes)
    assert refused(step_on, draft, Step.SUBMIT, item_author) == code
    assert ItemVersion.objects.get().status == "draft"


def test_no_author_decides_about_an_own_item(make_person: MakePerson, exam_admin: User) -> None:
    """Not even as an exam administrator, and not when only the file names them."""
    both = make_person("Dora Both", Role.ITEM_AUTHOR, Role.EXAM_ADMIN)
    own = make_submitted(both)
    assert refused(step_on, own, Step.APPROVE, both) == "own_item"
    assert refused(assign_reviewer, version=own, reviewer=both, by=exam_admin) == "own_item"
    pretest = step_on(own, Step.APPROVE, exam_admin)
    ItemVersion.objects.filter(pk=pretest.pk).update(author=exam_admin)
    pretest.refresh_from_db()
    assert pretest.authors == ["Dora Both"]
    assert refused(step_on, pretest, Step.ENDORSE, both) == "own_item"


def test_who_wrote_an_earlier_version_does_not_judge_the_next_one(
    item_author: User, make_person: MakePerson, exam_admin: User
) -> None:
    """The next version starts with the same words, whoever is asked to write it."""
    both = make_person("Dora Both", Role.ITEM_AUTHOR, Role.EXAM_ADMIN)
    first = step_on(make_submitted(both), Step.APPROVE, exam_admin)
    second = step_on(ask_for_version(item=first.item, author=item_author, by=exam_admin), Step.SUBMIT, item_author)
    assert (second.number, second.stem, second.authors) == (2, first.stem, ["Walt Author"])
    assert refused(assign_reviewer, version=second, reviewer=both, by=exam_admin) == "own_item"
    assert refused(step_on, second, Step.APPROVE, both) == "own_item"
    assert refused(step_on, second, Step.RETURN, both, reason="stem", text="Mine was better.") == "own_item"
    pretest = step_on(second, Step.APPROVE, exam_admin)
    assert refused(step_on, pretest, Step.ENDORSE, both) == "own_item"


def test_the_author_named_by_a_file_does_not_judge_a_later_version(
    item_author: User, make_person: MakePerson, exam_admin: User
) -> None:
    load_items([item_material("D1-001", authors=["Dora Both"])])
    named = make_person("Dora Both", Role.EXAM_ADMIN)
    second = ask_for_version(item=Item.objects.get(), author=item_author, by=exam_admin)
    assert refused(step_on, step_on(second, Step.SUBMIT, item_author), Step.APPROVE, named) == "own_item"


def test_only_those_who_are_asked_review(in_review: ItemVersion, make_person: MakePerson, exam_admin: User) -> None:
    stranger = make_person("Stella Stranger", Role.ITEM_AUTHOR)
    assert refused(step_on, in_review, Step.APPROVE, stranger) == "not_yours"
    assign_reviewer(version=in_review, reviewer=stranger, by=exam_admin)
    release_reviewer(version=in_review, reviewer=stranger, by=exam_admin)
    assert refused(step_on, in_review, Step.APPROVE, stranger) == "not_yours"


@pytest.mark.parametrize("role", ["physician", "registrar", "editor", "trainee"])
def test_other_roles_take_no_step(role: str, in_review: ItemVersion, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(role)
    for step in (Step.APPROVE, Step.RETURN, Step.SUBMIT):
        with pytest.raises(PermissionDenied):
            step_on(in_review, step, person)
    with pytest.raises(PermissionDenied):
        retire(item=in_review.item, reason="other", text="So.", by=person)
    with pytest.raises(PermissionDenied):
        assign_reviewer(version=in_review, reviewer=person, by=person)


def test_a_return_says_why_and_the_author_goes_on(in_review: ItemVersion, item_author: User, wilma: User) -> None:
    assert refused(step_on, in_review, Step.RETURN, wilma, text="Unclear.") == "no_reason"
    assert refused(step_on, in_review, Step.RETURN, wilma, reason="stem", text=" ") == "no_reason"
    back = step_on(in_review, Step.RETURN, wilma, reason="stem", text="Two readings.")
    assert back.status == "rejected"
    draft = edit_draft(
        version=back, shown_hash=back.content_hash, content=item_content(stem="One reading?"), by=item_author
    )
    assert draft.status == "draft"
    assert step_on(draft, Step.SUBMIT, item_author).status == "review"


def test_an_approval_names_the_words_that_were_read(in_review: ItemVersion, item_author: User, wilma: User) -> None:
    """The author takes it back, changes it, sends it again: an approval of the old words is refused."""
    read = in_review.content_hash
    draft = step_on(in_review, Step.WITHDRAW, item_author)
    changed = edit_draft(
        version=draft, shown_hash=draft.content_hash, content=item_content(stem="Other words?"), by=item_author
    )
    again = step_on(changed, Step.SUBMIT, item_author)
    assert refused(take_step, step=Step.APPROVE, version=again, shown_hash=read, by=wilma) == "version_changed"
    assert ItemVersion.objects.get().status == "review"
    assert not ItemDecision.objects.filter(step="approve").exists()


def test_reviewers_are_asked_once_and_only_while_there_is_something_to_review(
    item_author: User, wilma: User, exam_admin: User, instructor: User
) -> None:
    draft = make_draft(item_author)
    assert refused(assign_reviewer, version=draft, reviewer=wilma, by=exam_admin) == "wrong_status"
    version = step_on(draft, Step.SUBMIT, item_author)
    assert refused(assign_reviewer, version=version, reviewer=instructor, by=exam_admin) == "no_reviewer"
    assign_reviewer(version=version, reviewer=wilma, by=exam_admin)
    assert refused(assign_reviewer, version=version, reviewer=wilma, by=exam_admin) == "already_assigned"
    release_reviewer(version=version, reviewer=wilma, by=exam_admin)
    assert refused(release_reviewer, version=version, reviewer=wilma, by=exam_admin) == "not_assigned"
    assign_reviewer(version=version, reviewer=wilma, by=exam_admin)
    assert ReviewAssignment.objects.count() == 2


def test_retiring_takes_all_versions_of_an_item(item_author: User, exam_admin: User) -> None:
    load_items([item_material("D1-001")])
    item = Item.objects.get()
    second = ask_for_version(item=item, author=item_author, by=exam_admin)
    step_on(step_on(second, Step.SUBMIT, item_author), Step.APPROVE, exam_admin)
    assert refused(retire, item=item, reason="compromised", text="", by=exam_admin) == "no_reason"
    assert refused(retire, item=item, reason="boredom", text="So.", by=exam_admin) == "no_reason"
    retired = retire(item=item, reason="compromised", text="Seen outside.", by=exam_admin)
    assert [version.status for version in retired] == ["retired", "retired"]
    assert refused(retire, item=item, reason="compromised", text="Again.", by=exam_admin) == "not_in_use"


def test_a_retired_item_is_announced_with_the_forms_that_hold_it(enrolment, exam_admin: User) -> None:
    exam = make_exam(3, programme=enrolment.programme)
    start_attempt(enrolment, exam)
    placed = list(exam.active_form.form_items.values_list("version", "section"))
    item = Item.objects.get(code="D1-002")
    assert retired_on_forms() == []
    retire(item=item, reason="compromised", text="Seen outside.", by=exam_admin)
    (held,) = retired_on_forms()
    assert held == retired_on_forms(["D1-002"])[0]
    assert (held.exams, held.open_attempts, held.codes, held.compromised) == (
        ("TMS technician written exam",),
        1,
        ("D1-002",),
        True,
    )
    assert list(exam.active_form.form_items.values_list("version", "section")) == placed
    assert retired_on_forms(["D1-001"]) == []


def test_forms_for_retakes_count_as_in_use_until_they_are_withdrawn(programme, exam_admin: User) -> None:
    exam = make_exam(2, programme=programme)
    retake = exam.active_form
    Exam.objects.update(active_form=None)
    exam.refresh_from_db()
    retire(item=Item.objects.get(code="D1-002"), reason="compromised", text="Seen outside.", by=exam_admin)
    assert retired_on_forms() == []
    decision = {"exam": exam, "form": retake, "decided_by": exam_admin}
    FormUse.objects.create(act=FormAct.ADDED, reason="For retakes.", **decision)
    (held,) = retired_on_forms()
    assert (held.exams, held.open_attempts, held.codes, held.compromised) == ((exam.title,), 0, ("D1-002",), True)
    FormUse.objects.create(act=FormAct.WITHDRAWN, reason="An item leaked.", **decision)
    assert retired_on_forms() == []


def test_a_paused_attempt_is_an_open_one(enrolment, exam_admin: User) -> None:
    exam = make_exam(2, programme=enrolment.programme)
    attempt = start_attempt(enrolment, exam)
    Exam.objects.update(active_form=None)
    retire(item=Item.objects.get(code="D1-002"), reason="faulty", text="No right answer.", by=exam_admin)
    Attempt.objects.filter(pk=attempt.pk).update(state="paused", remaining=timedelta(minutes=9))
    (held,) = retired_on_forms()
    assert (held.exams, held.open_attempts, held.compromised) == ((), 1, False)


def test_exposure_counts_attempts_whose_form_holds_a_version(enrolment, make_person: MakePerson) -> None:
    exam = make_exam(2, programme=enrolment.programme)
    item = Item.objects.get(code="D1-001")
    (version,) = item.versions.all()
    assert (exposure_of(item)[version.pk].forms, exposure_of(item)[version.pk].attempts) == (1, 0)
    start_attempt(enrolment, exam)
    assert (exposure_of(item)[version.pk].forms, exposure_of(item)[version.pk].attempts) == (1, 1)
    load_items([item_material("D1-050")])
    assert exposure_of(Item.objects.get(code="D1-050")) == {}


# What the database refuses by itself.


def test_a_frozen_version_moves_on_and_nothing_else(programme) -> None:
    exam = make_exam(1, programme=programme)
    locked = ItemVersion.objects.filter(pk=exam.active_form.form_items.get().version_id)
    assert locked.get().locked_at is not None
    for changes in ({"stem": "x"}, {"key": ["a"]}, {"status": "retired", "stem": "x"}, {"locked_at": None}):
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            locked.update(**changes)
    assert locked.update(status="retired") == 1


@pytest.mark.parametrize("status", ["draft", "review", "rejected", "nonsense", ""])
def test_what_a_form_holds_is_never_unfinished(status: str, programme) -> None:
    make_exam(1, programme=programme)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemVersion.objects.update(status=status)


def test_a_draft_can_be_neither_published_nor_locked(item_author: User) -> None:
    version = make_draft(item_author)
    now = version.created_at
    for changes in ({"published_at": now}, {"locked_at": now}, {"status": "operational"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemVersion.objects.filter(pk=version.pk).update(**changes)


def test_an_item_is_written_in_one_version_at_a_time(item_author: User) -> None:
    version = make_draft(item_author)
    version.pk, version.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_decisions_answers_and_reads_are_only_added(in_review: ItemVersion, wilma: User) -> None:
    item_remarks.answer_blind(version=in_review, shown_hash=in_review.content_hash, value=["b"], by=wilma)
    item_remarks.note_key_read(version=in_review, page="item", by=wilma)
    for model, change in ((ItemDecision, {"text": "x"}), (BlindAnswer, {"value": []}), (KeyRead, {"page": "x"})):
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_the_first_blind_answer_stands(in_review: ItemVersion, wilma: User) -> None:
    digest = in_review.content_hash
    first = item_remarks.answer_blind(version=in_review, shown_hash=digest, value=["a"], by=wilma)
    again = item_remarks.answer_blind(version=in_review, shown_hash=digest, value=["b"], by=wilma)
    assert (again.pk, again.value, again.points) == (first.pk, ["a"], 0)
    assert refused(item_remarks.answer_blind, version=in_review, shown_hash="x", value=["b"], by=wilma) == (
        "version_changed"
    )


def test_comments_are_resolved_once(in_review: ItemVersion, item_author: User, wilma: User, exam_admin: User) -> None:
    remark = item_remarks.comment(version=in_review, text=" Is d plausible? ", by=wilma)
    assert remark.text == "Is d plausible?"
    item_remarks.resolve(remark=remark, by=item_author)
    item_remarks.resolve(remark=remark, by=exam_admin)
    remark.refresh_from_db()
    assert remark.resolved_by == item_author
    assert Event.objects.filter(verb="item.comment_resolved").count() == 1
    assert refused(item_remarks.comment, version=in_review, text="  ", by=wilma) == "no_text"
    assert refused(item_remarks.comment, version=in_review, text="x" * 4001, by=wilma) == "too_long"


def test_strangers_comment_on_nothing(in_review: ItemVersion, make_person: MakePerson) -> None:
    stranger = make_person("Stella Stranger", Role.ITEM_AUTHOR)
    assert refused(item_remarks.comment, version=in_review, text="Hello", by=stranger) == "not_yours"
