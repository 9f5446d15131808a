"""What the page of an item version shows: options with the key, where it stands, what the person may do next."""

from typing import Any

from exams.actions.item_workflow import actors_of, facts_of
from exams.area_shapes import Overlay, overlay
from exams.bank_list import KIND_WORDS
from exams.cited_sources import cited
from exams.corrections import corrections_of
from exams.editors import is_written
from exams.exposure import Exposure, exposure_of, retired_on_forms
from exams.item_forms import words_of_scoring
from exams.key_words import key_in_words
from exams.models import ItemVersion
from exams.option_letters import letters_of
from exams.rules.item_kinds import ItemKind
from exams.rules.item_workflow import PUBLISHED, ItemStatus, Step, obstacle
from lms.accounts.models import User
from lms.accounts.permissions import MATRIX, Permission, scope_of
from lms.accounts.requests import PersonRequest

CHOICES = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE)
NO_EXPOSURE = Exposure(0, 0)


def version_page(request: PersonRequest, version: ItemVersion) -> dict[str, Any]:
    """Return the parts of the item page that every reader gets, and those for who works on it."""
    exposures = exposure_of(version.item)
    versions = list(version.item.versions.order_by("-number").only("number", "status", "item", "created_at"))
    manages = scope_of(request.user, Permission.ITEM_MANAGE) is not None
    page = {
        "version": version,
        "key_page": key_page(version),
        "corrections": corrections_of(version.item),
        "versions": [(other, exposures.get(other.pk, NO_EXPOSURE)) for other in versions],
        "retired": retired_on_forms([version.item.code]) if version.status == ItemStatus.RETIRED else [],
        "comments": version.comments.select_related("person", "resolved_by"),
        "decides": scope_of(request.user, Permission.ITEM_APPROVE) is not None and _under_review(version),
    }
    return page | _for_author(request.user, version, versions) | (_for_manager(version, versions) if manages else {})


def _under_review(version: ItemVersion) -> bool:
    return version.status in (ItemStatus.REVIEW, ItemStatus.PRETEST)


def _for_author(person: User, version: ItemVersion, versions: list[ItemVersion]) -> dict[str, Any]:
    """Return what the author may do, each with what stands in its way."""
    if scope_of(person, Permission.ITEM_WRITE) is None or version.author_id != person.pk:
        return {}
    facts, actors = facts_of(version, person), actors_of(version, person)
    stops = {step.value: obstacle(step, facts, actors) for step in (Step.SUBMIT, Step.WITHDRAW, Step.DISCARD)}
    return {
        "is_author": True,
        "may_edit": obstacle(Step.REVISE, facts, actors) is None,
        "may_submit": version.status == ItemStatus.DRAFT,
        "submit_stop": stops["submit"],
        "may_withdraw": stops["withdraw"] is None,
        "may_discard": stops["discard"] is None,
        "may_revise": is_written(version.kind, version.scoring) and not any(other.is_unfinished for other in versions),
    }


def _for_manager(version: ItemVersion, versions: list[ItemVersion]) -> dict[str, Any]:
    """Return reviewers, those who could be asked, authors for the next version, and the sets."""
    people = list(User.objects.filter(is_active=True).of_the_staff().holding_roles().order_by("full_name"))
    roles = {person: {grant.role for grant in person.open_grants} for person in people}
    asked = list(version.assignments.filter(ended_at__isnull=True).select_related("reviewer"))
    busy = {assignment.reviewer_id for assignment in asked} | {version.author_id}
    approving, writing = set(MATRIX[Permission.ITEM_APPROVE]), set(MATRIX[Permission.ITEM_WRITE])
    return {
        "manages": True,
        "assignments": asked,
        "takes_reviewers": _under_review(version),
        "candidates": [person for person in people if roles[person] & approving and person.pk not in busy],
        "writers": [] if any(v.is_unfinished for v in versions) else [p for p in people if roles[p] & writing],
        "may_retire": version.status in PUBLISHED,
    }


def key_page(version: ItemVersion) -> dict[str, Any]:
    """Return kind, options with reasons, the key in words, scoring in words, the works it cites."""
    return {
        "kind": KIND_WORDS[version.kind],
        "options": _options_of(version),
        "key": "" if version.kind in CHOICES else key_in_words(version, version.key),
        "parameters": _parameters_in_words(version),
        "scoring": words_of_scoring(version.scoring),
        "sources": cited(version.sources),
        "overlay": key_overlay(version),
    }


def key_overlay(version: ItemVersion) -> Overlay | None:
    """Return areas and labels of a hotspot, to be drawn over its picture; None for all other items."""
    if version.kind != ItemKind.HOTSPOT or version.drawing is None:
        return None
    return overlay(version.drawing.size, version.key["areas"], version.regions)


def _options_of(version: ItemVersion) -> list[dict[str, Any]]:
    right = set(version.key) if version.kind in CHOICES else set()
    letters = letters_of(version)
    return [
        {
            "letter": letters[option["id"]],
            "text": option["text"],
            "reason": version.reasons.get(option["id"], ""),
            "right": option["id"] in right,
        }
        for option in version.options
    ]


def _parameters_in_words(version: ItemVersion) -> str:
    """Write what the rule needs besides the key, name by name."""
    found = []
    for name, value in sorted(version.scoring_parameters.items()):
        parts = sorted(value.items()) if isinstance(value, dict) else ()
        words = ", ".join(f"{part}: {worth}" for part, worth in parts) if parts else str(value)
        if isinstance(value, list):
            words = ", ".join(f"{band['low']} to {band['high']}: {band['score']}" for band in value)
        found.append(f"{name.replace('_', ' ')}: {'yes' if value is True else words}")
    return "; ".join(found)
