"""The item bank for those who run exams: counts, lists, single items with key and reasons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from content.rules.reviews import due_on, is_reviewed, reviews_as, scopes_open_to
from exams.actions.reviews import record_item_review
from exams.bank import area_counts, newest_versions, openness, reviews_of
from exams.errors import ReviewError
from exams.forms import ItemReviewForm
from exams.key_words import key_in_words
from exams.models import ItemDrawing, ItemVersion
from exams.rules.item_kinds import ItemKind
from exams.views.drawings import drawing_response
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest

CHOICES = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE)
KINDS = {kind.value: kind.value.replace("_", " ").capitalize() for kind in ItemKind}


@requires(Permission.BANK_READ)
@require_safe
def overview(request: PersonRequest) -> HttpResponse:
    """Show what the bank holds, how open it is, and the items of one area (`?area=D5`)."""
    counts = area_counts()
    asked = request.GET.get("area", "")
    area = asked if asked in {count.area for count in counts} else (counts[0].area if counts else "")
    listed = newest_versions().filter(content_area=area).select_related("item").defer("rationale", "stem_html")
    rows = [(version, KINDS[version.kind]) for version in listed.order_by("item__code")]
    page = {"counts": counts, "area": area, "rows": rows, "openness": openness()}
    return render(request, "exams/bank/overview.html", page)


@requires(Permission.BANK_READ)
@require_safe
def item(request: PersonRequest, code: str) -> HttpResponse:
    """Show the newest version of one item as its author wrote it, with its key."""
    return _item_page(request, _shown_version(code))


@requires(Permission.ITEM_REVIEW)
@require_POST
def review(request: PersonRequest, code: str) -> HttpResponse:
    """Record the review of the version that the reviewer was shown."""
    version = _shown_version(code)
    form = ItemReviewForm(request.POST, scopes=scopes_open_to(reviews_as(request.user.roles)))
    if not form.is_valid():
        return _item_page(request, version, form, status=422)
    try:
        record_item_review(
            item=version.item,
            shown_hash=form.cleaned_data["shown"],
            scope=form.cleaned_data["scope"],
            not_author=form.cleaned_data["not_author"],
            by=request.user,
        )
    except ReviewError as error:
        if error.code == "version_changed":
            messages.error(request, error.sentence)
            return redirect("exams:bank_item", code)
        form.add_error(None, error.sentence)
        return _item_page(request, version, form, status=409)
    messages.success(request, f"Your review of {code}, version {version.number}, is recorded.")
    return redirect("exams:bank_item", code)


def _shown_version(code: str) -> ItemVersion:
    version = newest_versions().filter(item__code=code).select_related("item", "drawing").first()
    if version is None:
        raise Http404
    return version


def _item_page(
    request: PersonRequest, version: ItemVersion, form: ItemReviewForm | None = None, status: int = 200
) -> HttpResponse:
    reviews = reviews_of(version)
    due = due_on(version.review_by, reviews)
    role = reviews_as(request.user.roles)
    page = {
        "version": version,
        "kind": KINDS[version.kind],
        "options": _options_of(version),
        "key": "" if version.kind in CHOICES else key_in_words(version, version.key),
        "parameters": _parameters_in_words(version),
        "reviews": reviews,
        "reviewed": is_reviewed(reviews),
        "due": due,
        "overdue": timezone.localdate() > due,
        "in_use": _versions_in_use(version) if scope_of(request.user, Permission.KEY_CHANGE) else [],
        "reviewer_role": role,
        "form": form or ItemReviewForm(initial={"shown": version.content_hash}, scopes=scopes_open_to(role)),
    }
    return render(request, "exams/bank/item.html", page, status=status)


@requires(Permission.BANK_READ)
@require_safe
def item_figure(request: PersonRequest, code: str) -> HttpResponse:
    """Hand out the drawing of an item's newest version."""
    shown = newest_versions().filter(item__code=code)
    return drawing_response(ItemDrawing.objects.filter(pk__in=shown.values("drawing")).first())


def _versions_in_use(version: ItemVersion) -> list[int]:
    """Return the numbers of the versions that candidates have seen or may see: only their keys need corrections."""
    used = ItemVersion.objects.filter(item=version.item, locked_at__isnull=False).order_by("-number")
    return list(used.values_list("number", flat=True))


def _options_of(version: ItemVersion) -> list[dict[str, Any]]:
    right = set(version.key) if version.kind in CHOICES else set()
    return [
        option | {"reason": version.reasons.get(option["id"], ""), "right": option["id"] in right}
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
