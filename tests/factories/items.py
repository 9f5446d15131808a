"""Items in every stage, moved there by the real actions."""

from typing import Any

from exams.actions.authoring import create_item
from exams.actions.item_workflow import assign_reviewer, take_step
from exams.models import ItemVersion
from exams.rules.item_workflow import Step
from lms.accounts.models import User
from tests.factories.exams import item_material


def item_content(**changes: Any) -> dict[str, Any]:
    """Write one single-choice item as an author's form does: without a code; b is right."""
    content = item_material("D1-000", stem="Which coil is this?") | changes
    return {name: value for name, value in content.items() if name not in ("code", "review_status")}


def make_draft(author: User, **changes: Any) -> ItemVersion:
    """Make a draft of an author."""
    return create_item(content=item_content(**changes), by=author)


def step_on(version: ItemVersion, step: Step, by: User, **changes: Any) -> ItemVersion:
    """Take a step on a version as it stands now."""
    arguments: dict[str, Any] = {"shown_hash": version.content_hash} | changes
    return take_step(step=step, version=version, by=by, **arguments)


def make_submitted(author: User, *reviewers: User, by: User | None = None, **changes: Any) -> ItemVersion:
    """Make an item in review; `by`, an exam administrator, asks the reviewers."""
    version = step_on(make_draft(author, **changes), Step.SUBMIT, author)
    for reviewer in reviewers:
        assert by is not None
        assign_reviewer(version=version, reviewer=reviewer, by=by)
    return version
