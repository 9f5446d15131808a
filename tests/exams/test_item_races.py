"""Two people at the same item in the same moment, each on a connection of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from exams.actions.authoring import create_item, edit_draft, revise
from exams.actions.item_figures import clear_unused, has_bytes, keep_picture
from exams.actions.item_workflow import retire, take_step
from exams.errors import ItemError
from exams.models import ItemDecision, ItemVersion
from exams.rules.item_workflow import Step
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson
from tests.factories.items import item_content, make_draft, make_submitted, step_on
from tests.factories.pictures import picture
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wilma(make_person: MakePerson) -> User:
    """Another item author."""
    return make_person("Wilma Writer", Role.ITEM_AUTHOR)


@pytest.fixture
def in_review(item_author: User, wilma: User, exam_admin: User) -> ItemVersion:
    """Walt's item in review by Wilma."""
    return make_submitted(item_author, wilma, by=exam_admin)


def stepping(step: Step, version: ItemVersion, by: User, **arguments: str) -> Callable[[], str]:
    """Take a step on the words as they stand now; return the status reached or the code of the refusal."""
    fresh, digest = ItemVersion.objects.get(pk=version.pk), version.content_hash

    def act() -> str:
        try:
            return take_step(step=step, version=fresh, shown_hash=digest, by=by, **arguments).status
        except ItemError as error:
            return error.code

    return act


def test_two_endorsements_at_once_take_an_item_into_use(in_review: ItemVersion, wilma: User, exam_admin: User) -> None:
    pretest = step_on(in_review, Step.APPROVE, wilma)
    at_once([stepping(Step.ENDORSE, pretest, wilma), stepping(Step.ENDORSE, pretest, exam_admin)])
    assert ItemVersion.objects.get().status == "operational"
    assert ItemDecision.objects.filter(step="endorse").count() == 2


def test_one_person_endorsing_twice_at_once_counts_once(in_review: ItemVersion, wilma: User) -> None:
    pretest = step_on(in_review, Step.APPROVE, wilma)
    results = at_once([stepping(Step.ENDORSE, pretest, wilma), stepping(Step.ENDORSE, pretest, wilma)])
    assert sorted(results) == ["already_endorsed", "pretest"]
    assert ItemVersion.objects.get().status == "pretest"


def test_of_an_approval_and_a_return_one_stands(in_review: ItemVersion, wilma: User, exam_admin: User) -> None:
    results = at_once(
        [
            stepping(Step.APPROVE, in_review, wilma),
            stepping(Step.RETURN, in_review, exam_admin, reason="key", text="Wrong."),
        ]
    )
    status = ItemVersion.objects.get().status
    assert status in ("pretest", "rejected")
    assert set(results) == {status, "version_changed"} or set(results) == {status, "wrong_status"}
    assert ItemDecision.objects.filter(step__in=["approve", "return"]).count() == 1


def test_an_author_who_takes_it_back_and_an_approval_at_once(
    in_review: ItemVersion, item_author: User, wilma: User
) -> None:
    results = at_once([stepping(Step.WITHDRAW, in_review, item_author), stepping(Step.APPROVE, in_review, wilma)])
    status = ItemVersion.objects.get().status
    assert status in ("draft", "pretest")
    assert results.count(status) == 1


def test_of_two_edits_of_one_draft_one_is_kept_and_the_other_told(item_author: User) -> None:
    draft = make_draft(item_author)

    def editing(stem: str) -> Callable[[], str]:
        fresh = ItemVersion.objects.select_related("item").get(pk=draft.pk)

        def act() -> str:
            try:
                content = item_content(stem=stem)
                return edit_draft(version=fresh, shown_hash=draft.content_hash, content=content, by=item_author).stem
            except ItemError as error:
                return error.code

        return act

    results = at_once([editing("One?"), editing("Two?")])
    assert sorted(results) == sorted([ItemVersion.objects.get().stem, "version_changed"])


def test_an_edit_and_sending_to_review_at_once(item_author: User) -> None:
    """Whatever comes first: in review stand only the words that were sent."""
    draft = make_draft(item_author)
    fresh = ItemVersion.objects.select_related("item").get(pk=draft.pk)

    def edit() -> str:
        try:
            content = item_content(stem="Other?")
            return edit_draft(version=fresh, shown_hash=draft.content_hash, content=content, by=item_author).status
        except ItemError as error:
            return error.code

    results = at_once([edit, stepping(Step.SUBMIT, draft, item_author)])
    version = ItemVersion.objects.get()
    if version.status == "review":
        assert version.content_hash == draft.content_hash
    assert results.count("version_changed") == 1


@pytest.mark.parametrize("_again", range(3))
def test_a_picture_is_cleared_away_or_comes_into_use(item_author: User, _again: int) -> None:
    drawing = keep_picture(content=picture(), by=item_author)
    content = item_content(figure={"alt": "A grey square.", "caption": ""})

    def write() -> str:
        try:
            return create_item(content=content, drawing=drawing, by=item_author).status
        except ItemError as error:
            return error.code

    later = timezone.now() + timedelta(days=8)
    written, cleared = at_once([write, lambda: str(clear_unused(now=later))])
    assert (written, cleared, has_bytes(drawing)) in [("draft", "0", True), ("picture_gone", "1", False)]
    assert ItemVersion.objects.count() == (written == "draft")


def test_the_next_version_is_opened_once(item_author: User, exam_admin: User) -> None:
    first = step_on(make_submitted(item_author), Step.APPROVE, exam_admin)

    def act() -> int | str:
        try:
            return revise(item=first.item, by=item_author).number
        except ItemError as error:
            return error.code

    assert sorted(map(str, at_once([act, act]))) == ["2", "being_written"]


def test_an_item_is_retired_once(in_review: ItemVersion, wilma: User, exam_admin: User) -> None:
    step_on(in_review, Step.APPROVE, wilma)

    def act() -> str:
        try:
            return retire(item=in_review.item, reason="compromised", text="Seen.", by=exam_admin)[0].status
        except ItemError as error:
            return error.code

    results = at_once([act, act])
    assert results.count("retired") == 1
    assert ItemDecision.objects.filter(step="retire").count() == 1
