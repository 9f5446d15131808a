"""What happens to pages in the CMS, for our own trail beside Wagtail's log."""

from django.db import transaction
from wagtail.models import Page

from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def note_publishing(*, page: Page, live: bool, by: User | None, revision: int | None = None) -> None:
    """Record that a page went onto the site or off it. The event names the page by number and kind, not its words."""
    data: dict[str, object] = {"kind": page.specific_class._meta.model_name if page.specific_class else "page"}
    if revision is not None:
        data["revision"] = revision
    record(Verb.PAGE_PUBLISHED if live else Verb.PAGE_UNPUBLISHED, by=by, target=page.page_ptr, data=data)
