"""The audit trail for people: sentences instead of codes, filters, newest first."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.audit.models import Event
from lms.audit.verbs import SENTENCES, Verb
from lms.dashboard.forms import AuditFilterForm

PAGE_SIZE = 50
PEOPLE_SEARCHED = 200


@dataclass(frozen=True)
class Line:
    """One event as a sentence."""

    event: Event
    actor: str
    sentence: str
    target: str
    kind: str


@requires(Permission.AUDIT_READ)
def event_list(request: HttpRequest) -> HttpResponse:
    """Show one page of the trail. Pages go by sequence number, so a growing trail does not shift them."""
    form = AuditFilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    events = list(_filtered(wanted).order_by("-sequence")[: PAGE_SIZE + 1])
    shown = events[:PAGE_SIZE]
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "lines": _lines(shown),
        "filtered": any(wanted.get(name) for name in ("verb", "actor", "target", "day")),
        "query": query.urlencode(),
        "older": shown[-1].sequence if len(events) > PAGE_SIZE else None,
        "is_first_page": not wanted.get("before"),
    }
    return render(request, "dashboard/audit.html", context)


def _filtered(wanted: dict[str, object]) -> QuerySet[Event]:
    events = Event.objects.all()
    if verb := wanted.get("verb"):
        events = events.filter(verb=verb)
    if before := wanted.get("before"):
        events = events.filter(sequence__lt=before)
    if actor := str(wanted.get("actor") or ""):
        found = User.objects.filter(Q(email__icontains=actor) | Q(full_name__icontains=actor))
        people = [str(public_id) for public_id in found.values_list("public_id", flat=True)[:PEOPLE_SEARCHED]]
        events = events.filter(actor__in=[*people, actor])
    if day := wanted.get("day"):
        events = events.filter(occurred_at__date=day)
    if target := str(wanted.get("target") or ""):
        kind, _, identity = target.rpartition(":")
        events = events.filter(target_id=identity, **({"target_type": kind} if kind else {}))
    return events


def _lines(events: Sequence[Event]) -> list[Line]:
    by_public_id, by_key = _names(events)
    return [
        Line(
            event=event,
            actor=by_public_id.get(event.actor, event.actor or "The system"),
            sentence=SENTENCES[Verb(event.verb)] if event.verb in set(Verb) else event.verb,
            target=by_key.get(event.target_id, "") if event.target_type == "accounts.user" else "",
            kind=_kind(event.target_type),
        )
        for event in events
    ]


def _names(events: Iterable[Event]) -> tuple[dict[str, str], dict[str, str]]:
    """Look up everybody named in the events at once, by public id and by key."""
    actors = {event.actor for event in events if _is_uuid(event.actor)}
    keys = {event.target_id for event in events if event.target_type == "accounts.user"}
    people = list(User.objects.filter(Q(public_id__in=actors) | Q(pk__in=keys)))
    return {str(person.public_id): str(person) for person in people}, {str(person.pk): str(person) for person in people}


def _kind(target_type: str) -> str:
    """Name what an event is about in words: "courses.enrolment" is an enrolment; unknown types keep their name."""
    if target_type == "accounts.user":
        return "person"
    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return target_type


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
