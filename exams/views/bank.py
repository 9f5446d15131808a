"""The item bank: counts, the list with its filters, single items with key and reasons."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from content.rules.reviews import due_on, is_reviewed, reviews_as, scopes_open_to
from exams.actions.item_remarks import note_key_read
from exams.actions.reviews import record_item_review
from exams.bank import area_counts, newest_versions, openness, reviews_of
from exams.bank_list import KIND_WORDS, BankFilter, listed
from exams.errors import ReviewError
from exams.exposure import retired_on_forms
from exams.forms import ItemReviewForm
from exams.models import ItemVersion
from exams.views.drawings import drawing_response
from exams.views.item_page import version_page
from exams.views.items import asked_version, visible_versions, waits_for_blind_answer
from lms.accounts.permissions import Permission, Scope, requires, scope_of
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50


@requires(Permission.BANK_READ)
@require_safe
def overview(request: PersonRequest) -> HttpResponse:
    """Show what the bank holds, how open it is, and its items, searched and filtered (`?area=D5&status=draft`)."""
    asked = BankFilter.of(request.GET)
    sees_all = request.scope is Scope.ALL
    counts = area_counts(listed(request.user, request.scope, BankFilter()))
    rows = listed(request.user, request.scope, asked).select_related("item", "author").defer("rationale", "stem_html")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "counts": counts,
        "asked": asked,
        "selects": asked.selects([count.area for count in counts]),
        "page": page,
        "rows": [(version, KIND_WORDS[version.kind]) for version in page.object_list],
        "query": query.urlencode(),
        "openness": openness() if sees_all else [],
        "retired": retired_on_forms() if scope_of(request.user, Permission.ITEM_MANAGE) else [],
        "writes": scope_of(request.user, Permission.ITEM_WRITE) is not None,
        "decides": scope_of(request.user, Permission.ITEM_APPROVE) is not None,
        "manages": scope_of(request.user, Permission.ITEM_MANAGE) is not None,
    }
    return render(request, "exams/bank/overview.html", shown)


@requires(Permission.BANK_READ)
@require_safe
def item(request: PersonRequest, code: str) -> HttpResponse:
    """Show one version of an item as its author wrote it, with its key: the one asked for, or the newest in use."""
    version = _shown_version(request, code)
    if waiting := waits_for_blind_answer(request, version.item):
        return redirect("exams:item_review_page", code, waiting.number)
    return _item_page(request, version)


@requires(Permission.ITEM_REVIEW)
@require_POST
def review(request: PersonRequest, code: str) -> HttpResponse:
    """Record the review of the version that the reviewer was shown."""
    version = newest_versions().filter(item__code=code).select_related("item", "drawing", "author").first()
    if version is None:
        raise Http404
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


def _shown_version(request: PersonRequest, code: str) -> ItemVersion:
    """Return the version asked for, else the newest in use, else the newest. Raises `Http404`."""
    versions = visible_versions(request, code)
    number = asked_version(request)
    if number is not None:
        version = versions.filter(number=number).first()
    else:
        in_use = versions.filter(published_at__isnull=False).order_by("-number").first()
        version = in_use or versions.order_by("-number").first()
    if version is None:
        raise Http404
    return version


def _item_page(
    request: PersonRequest, version: ItemVersion, form: ItemReviewForm | None = None, status: int = 200
) -> HttpResponse:
    reviews = reviews_of(version)
    due = due_on(version.check_by, reviews)
    role = reviews_as(request.user.roles) if scope_of(request.user, Permission.ITEM_REVIEW) else None
    offers_review = role is not None and version.published_at is not None
    blank = ItemReviewForm(initial={"shown": version.content_hash}, scopes=scopes_open_to(role))
    page: dict[str, Any] = {
        "reviews": reviews,
        "reviewed": is_reviewed(reviews),
        "due": due,
        "overdue": timezone.localdate() > due,
        "in_use": _versions_in_use(version) if scope_of(request.user, Permission.KEY_CHANGE) else [],
        "reviewer_role": role,
        "form": form or (blank if offers_review else None),
    }
    note_key_read(version=version, page="item", by=request.user)
    return render(request, "exams/bank/item.html", page | version_page(request, version), status=status)


@requires(Permission.BANK_READ)
@require_safe
def item_figure(request: PersonRequest, code: str) -> HttpResponse:
    """Hand out the drawing of the version that the item's page shows."""
    return drawing_response(_shown_version(request, code).drawing)


def _versions_in_use(version: ItemVersion) -> list[int]:
    """Return the numbers of the versions that candidates have seen or may see: only their keys need corrections."""
    used = ItemVersion.objects.filter(item=version.item, locked_at__isnull=False).order_by("-number")
    return list(used.values_list("number", flat=True))
