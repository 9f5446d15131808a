"""Taking items out of the bank: what a format would hold of them, and the file with their keys."""

from allauth.account.decorators import reauthentication_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from exams.actions.exchange import export_items, preview_export
from exams.bank import area_counts
from exams.bank_list import BankFilter, listed
from exams.errors import ExchangeError
from exams.exchange_forms import FORMAT_WORDS
from exams.exchange_items import Selection
from exams.interchange.files import Format
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
ENDINGS = {
    Format.QTI3: ("zip", "application/zip"),
    Format.QTI21: ("zip", "application/zip"),
    Format.MOODLE: ("xml", "application/xml"),
    Format.GIFT: ("gift", "text/plain; charset=utf-8"),
    Format.CSV: ("csv", "text/csv; charset=utf-8"),
    Format.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@requires(Permission.BANK_READ)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def export(request: PersonRequest) -> HttpResponse:
    """Show which items would go out and what the format cannot hold; POST hands out the file.

    Both after showing again who one is: a file of keys is worth more than any page.
    """
    asked = request.POST if request.method == "POST" else request.GET
    bank, target = BankFilter.of(asked.dict()), _format(asked)
    if request.method != "POST":
        return _show(request, bank, target)
    try:
        written = export_items(asked=Selection(bank=bank), target=target, by=request.user)
    except ExchangeError as error:
        return _show(request, bank, target, error.sentence, status=409)
    ending, kind = ENDINGS[target]
    name = f"items-{target.value}-{timezone.localdate().isoformat()}.{ending}"
    return HttpResponse(
        written.content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _format(asked: QueryDict) -> Format:
    """Return the format asked for; a word that is none means the first."""
    return next((each for each in Format if each.value == asked.get("format")), Format.QTI3)


def _show(
    request: PersonRequest, bank: BankFilter, target: Format, refusal: str = "", status: int = 200
) -> HttpResponse:
    fitted = preview_export(asked=Selection(bank=bank), target=target, by=request.user)
    told = [each for each in fitted if each.warnings]
    areas = [count.area for count in area_counts(listed(request.user, request.scope, BankFilter()))]
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "asked": bank,
        "target": target.value,
        "formats": [(each.value, words, each is target) for each, words in FORMAT_WORDS.items()],
        "target_words": FORMAT_WORDS[target],
        "selects": bank.selects(areas),
        "total": len(fitted),
        "left_out": sum(each.item is None for each in fitted),
        "given": sum(each.item is not None for each in fitted),
        "told": len(told),
        "page": Paginator(told, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "refusal": refusal,
    }
    return render(request, "exams/exchange/export.html", shown, status=status)
