"""What happens when a workflow of the CMS has approved a page.

Wagtail imports this while it defines its own models, so nothing of Wagtail can be imported here.
"""

from typing import TYPE_CHECKING, Any

from content.rules.reviews import MEDICAL_REVIEW

if TYPE_CHECKING:
    from lms.accounts.models import User


def finish_workflow(workflow_state: Any, user: "User | None" = None) -> None:
    """Publish what a workflow approved (WAGTAIL_FINISH_WORKFLOW_ACTION).

    Physicians may publish nothing by themselves. An editor who submits a draft to the medical review releases it for
    the approval; a revision that is live already stays as it is.
    """
    page = workflow_state.content_object
    is_medical = workflow_state.workflow.name == MEDICAL_REVIEW
    if not is_medical or page.latest_revision_id != page.live_revision_id:
        page.get_latest_revision().publish(user=user, skip_permission_checks=is_medical)
