"""The gradebook: people as rows, work as columns, as a page and as files of what is shown."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models.programmes import EnrolmentQuerySet
from exams.gradebook import Gradebook, gradebook_of
from exams.gradebook_list import Asked, GradebookForm, asked_of, listed
from exams.rules.gradebook import WORDS
from exams.table_files import Row, csv_response, xlsx_response
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
CHUNK = 500
MOST_IN_A_FILE = 5000


@requires(Permission.GRADEBOOK_READ)
@require_safe
def gradebook(request: PersonRequest) -> HttpResponse:
    """Show one programme, fifty people to a page; without a choice, the first one by title."""
    form = GradebookForm(request.GET)
    asked = asked_of(form)
    if asked is None:
        return render(request, "exams/gradebook/gradebook.html", {"asked": None})
    book = gradebook_of(asked.programme)
    page = Paginator(listed(asked, request.user, request.scope), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {
        "form": GradebookForm(initial=asked.as_query),
        "asked": asked,
        "book": book,
        "page": page,
        "rows": list(book.rows_of(list(page.object_list), request.user, request.scope)),
        "query": urlencode(asked.as_query),
        "legend": WORDS,
        "orders": [_order(asked, name) for name in ("name", "enrolled")],
    }
    return render(request, "exams/gradebook/gradebook.html", shown)


@requires(Permission.GRADEBOOK_READ)
@require_safe
def gradebook_csv(request: PersonRequest) -> HttpResponseBase:
    """Hand out all the people that the filters of the address show, as CSV."""
    return _file(request, "csv")


@requires(Permission.GRADEBOOK_READ)
@require_safe
def gradebook_xlsx(request: PersonRequest) -> HttpResponseBase:
    """Hand out the same as a sheet."""
    return _file(request, "xlsx")


def _file(request: PersonRequest, ending: str) -> HttpResponseBase:
    asked = asked_of(GradebookForm(request.GET))
    if asked is None:
        return redirect("exams:gradebook")
    people = listed(asked, request.user, request.scope)
    if (count := people.count()) > MOST_IN_A_FILE:
        sentence = f"A file holds at most {MOST_IN_A_FILE:,} people, and these are {count:,}. Choose fewer by filters."
        messages.error(request, sentence)
        return redirect(f"{reverse('exams:gradebook')}?{urlencode(asked.as_query)}")
    table = _table(gradebook_of(asked.programme), people, request)
    name = f"{asked.programme.code}-gradebook-{timezone.localdate():%Y-%m-%d}"
    return csv_response(name, table) if ending == "csv" else xlsx_response(name, {"Gradebook": table})


def _table(book: Gradebook, people: EnrolmentQuerySet, request: PersonRequest) -> Iterator[Row]:
    heads = [f"{column.head} {column.name}".strip() for column in book.columns]
    yield ("Trainee", "Pathway", "Enrolled", "To finish by", "Overdue", *heads)
    ids = list(people.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = list(people.filter(pk__in=ids[start : start + CHUNK]))
        for row in book.rows_of(chunk, request.user, request.scope):
            who = row.enrolment
            facts = (who.person.full_name, who.get_pathway_display(), f"{row.enrolled}")
            cells = [cell.spoken for _, cell in row.cells]
            yield (*facts, f"{row.until}", "yes" if row.overdue else "no", *cells)


def _order(asked: Asked, name: str) -> dict[str, str]:
    """Say how a column is ordered now, for `aria-sort`, and the address that orders it the other way."""
    now = asked.sort or "name"
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "none")
    wanted = f"-{name}" if now == name else name
    return {"direction": direction, "link": urlencode(asked.as_query | {"sort": wanted})}
