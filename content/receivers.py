"""What content listens to: pages that are published or taken off the site in the CMS."""

from typing import Any

from django.core.cache import caches
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished

from content.actions import note_publishing
from content.models.organisation import CACHE_KEY
from lms.accounts.models import User


@receiver(page_published)
def note_published(instance: Page, revision: Revision | None = None, **_: Any) -> None:
    """Record who published. The loader publishes in nobody's name and leaves an event of its own."""
    caches["local"].delete(CACHE_KEY)
    person = _who() or (revision.user if revision else None)
    if person is not None:
        note_publishing(page=instance, live=True, by=person, revision=revision.pk if revision else None)


@receiver(page_unpublished)
def note_unpublished(instance: Page, **_: Any) -> None:
    """Record who took a page off the site; nobody means that its time had come."""
    caches["local"].delete(CACHE_KEY)
    note_publishing(page=instance, live=False, by=_who())


def _who() -> User | None:
    """Return the person whose request in the CMS this is: whoever publishes need not be whoever wrote."""
    person = get_active_log_context().user
    return person if isinstance(person, User) else None
