"""The review board."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest
from lms.dashboard.forms import ReviewFilterForm
from lms.dashboard.review_board import counts_of, rows_for

PAGE_SIZE = 25


@requires(Permission.REVIEWS_READ)
@require_safe
def board(request: PersonRequest) -> HttpResponse:
    """List what waits for a review, by state, kind and module or content area."""
    rows = rows_for(request.user, timezone.localdate())
    areas = sorted({row.area for row in rows}, key=lambda area: (area[:1] != "M", len(area), area))
    form = ReviewFilterForm(request.GET or None, areas=areas)
    wanted = form.cleaned_data if form.is_valid() else {}
    shown = [
        row
        for row in rows
        if row.stands_in(wanted.get("state", ""))
        and wanted.get("kind") in ("", None, row.kind)
        and wanted.get("area") in ("", None, row.area)
    ]
    query = request.GET.copy()
    query.pop("page", None)
    page = {
        "form": form,
        "counts": counts_of(rows),
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "filtered": any(wanted.values()),
        "may_review": scope_of(request.user, Permission.LESSON_REVIEW) is not None,
    }
    return render(request, "dashboard/reviews.html", page)
