"""Looking after the bank: reviewers and authors, retiring, sets, enemies, versions compared, history."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions import authoring, item_remarks, item_workflow
from exams.actions.authoring import content_of
from exams.actions.item_remarks import note_key_read
from exams.area_shapes import Overlay
from exams.bank_list import BankFilter, listed
from exams.corrections import corrections_of
from exams.errors import ItemError
from exams.exposure import retired_on_forms
from exams.item_forms import RETIRE_WORDS, RETURN_WORDS, RetireForm, SetForm
from exams.models import ItemDecision, ItemSet, ItemVersion, KeyRead
from exams.models.items import PUBLISHED_VALUES
from exams.views.comparing import differences
from exams.views.item_page import key_overlay
from exams.views.items import (
    address_of_version,
    visible_item,
    visible_version,
    visible_versions,
    waits_for_blind_answer,
)
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
STEP_WORDS = {
    "submit": "Sent to review",
    "withdraw": "Taken back",
    "return": "Returned",
    "revise": "Changed",
    "approve": "Approved for pretest",
    "endorse": "Approved for counting",
    "discard": "Given up",
    "retire": "Taken out of use",
}
REASON_WORDS: dict[str, str] = {reason.value: words for reason, words in (RETURN_WORDS | RETIRE_WORDS).items()}


@requires(Permission.ITEM_MANAGE)
@require_POST
def assign(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Ask somebody to review a version, or release them."""
    version = visible_version(request, code, number)
    act = item_workflow.release_reviewer if request.POST.get("go") == "release" else item_workflow.assign_reviewer
    try:
        act(version=version, reviewer=_person(request, "reviewer"), by=request.user)
    except ItemError as error:
        messages.error(request, error.sentence)
    return redirect(address_of_version(version, "#reviewers"))


def _person(request: PersonRequest, field: str) -> User:
    """Return the person chosen. Raises `ItemError` `no_person` when there is none."""
    typed = request.POST.get(field, "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 19
    person: User | None = User.objects.filter(pk=int(typed)).first() if is_number else None
    if person is None:
        raise ItemError("no_person", "Choose a person.")
    return person


@requires(Permission.ITEM_MANAGE)
@require_POST
def ask_author(request: PersonRequest, code: str) -> HttpResponse:
    """Open the next version of an item for an author."""
    item = visible_item(request, code)
    try:
        version = authoring.ask_for_version(item=item, author=_person(request, "author"), by=request.user)
    except ItemError as error:
        messages.error(request, error.sentence)
        return redirect("exams:bank_item", code)
    messages.success(request, f"Version {version.number} is open for its author, with the words of the one before.")
    return redirect(address_of_version(version))


@requires(Permission.ITEM_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: PersonRequest, code: str) -> HttpResponse:
    """Take an item out of use at once, after showing which forms hold it."""
    item = visible_item(request, code)
    form = RetireForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            item_workflow.retire(item=item, by=request.user, **form.cleaned_data)
        except ItemError as error:
            form.add_error(None, error.sentence)
            status = 409
        else:
            held = retired_on_forms([code])
            words = "No form in use holds it." if not held else "Forms in use still hold it: see below."
            messages.success(request, f"{code} is out of use. New forms no longer take it up. {words}")
            return redirect("exams:bank_item", code)
    elif request.method == "POST":
        status = 422
    versions = item.versions.filter(status__in=PUBLISHED_VALUES).order_by("number")
    page = {"item": item, "form": form, "versions": versions}
    return render(request, "exams/authoring/retire.html", page, status=status)


@requires(Permission.ITEM_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def sets(request: PersonRequest) -> HttpResponse:
    """List sets with their items, and make a new one."""
    form = SetForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            item_remarks.create_set(by=request.user, **form.cleaned_data)
        except ItemError as error:
            form.add_error("code", error.sentence)
            status = 409
        else:
            messages.success(
                request, f"The set {form.cleaned_data['code']} is made. Authors choose it in the form of an item."
            )
            return redirect("exams:item_sets")
    elif request.method == "POST":
        status = 422
    page = Paginator(ItemSet.objects.order_by("code"), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = listed(request.user, request.scope, BankFilter()).filter(set_code__in=[known.code for known in page])
    codes: dict[str, list[str]] = {}
    for set_code, code in rows.values_list("set_code", "item__code"):
        codes.setdefault(set_code, []).append(code)
    shown = {"form": form, "page": page, "rows": [(known, codes.get(known.code, [])) for known in page]}
    return render(request, "exams/authoring/sets.html", shown, status=status)


@requires(Permission.BANK_READ)
@require_safe
def enemies(request: PersonRequest) -> HttpResponse:
    """List the pairs of items that must not share a form, each once, as the newest versions name them."""
    rows = listed(request.user, request.scope, BankFilter()).exclude(enemies=[])
    named = rows.values_list("item__code", "enemies")
    pairs = sorted({tuple(sorted((code, enemy))) for code, enemies in named for enemy in enemies})
    page = Paginator(pairs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/authoring/enemies.html", {"page": page})


@requires(Permission.BANK_READ)
@require_safe
def compare(request: PersonRequest, code: str) -> HttpResponse:
    """Compare two versions word by word (`?a=1&b=2`), by default the newest with the one before."""
    item = visible_item(request, code)
    if waiting := waits_for_blind_answer(request, item):
        return redirect("exams:item_review_page", code, waiting.number)
    versions = {version.number: version for version in visible_versions(request, code).order_by("number")}
    numbers = list(versions)
    older = _chosen(request, "a", versions) or versions[numbers[-2] if len(numbers) > 1 else numbers[-1]]
    newer = _chosen(request, "b", versions) or versions[numbers[-1]]
    for version in {older, newer}:
        note_key_read(version=version, page="compare", by=request.user)
    page = {
        "item": item,
        "versions": versions.values(),
        "older": older,
        "newer": newer,
        "compared": differences(content_of(older), content_of(newer)),
        "figures": _figures_of(older, newer),
    }
    return render(request, "exams/authoring/compare.html", page)


def _figures_of(older: ItemVersion, newer: ItemVersion) -> list[tuple[ItemVersion, Overlay | None]]:
    """Return the versions with a picture, when pictures, areas or labels differ."""
    seen = [(version.drawing_id, version.regions, key_overlay(version)) for version in (older, newer)]
    if seen[0] == seen[1]:
        return []
    pairs = ((version, key_overlay(version)) for version in (older, newer))
    return [(version, drawn) for version, drawn in pairs if version.drawing is not None]


def _chosen(request: PersonRequest, field: str, versions: dict[int, ItemVersion]) -> ItemVersion | None:
    typed = request.GET.get(field, "")
    known = {str(number): version for number, version in versions.items()}
    if typed and typed not in known:
        raise Http404
    return known.get(typed)


@requires(Permission.BANK_READ)
@require_safe
def history(request: PersonRequest, code: str) -> HttpResponse:
    """List what was decided about all versions of an item, newest first; who read its key for those who manage."""
    item = visible_item(request, code)
    if waiting := waits_for_blind_answer(request, item):
        return redirect("exams:item_review_page", code, waiting.number)
    decisions = ItemDecision.objects.filter(version__item=item).select_related("version", "person")
    page = Paginator(decisions.order_by("-decided_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    manages = scope_of(request.user, Permission.ITEM_MANAGE) is not None
    reads = KeyRead.objects.filter(version__item=item).select_related("version", "reader")
    shown = {
        "item": item,
        "page": page,
        "corrections": corrections_of(item),
        "rows": [
            (decision, STEP_WORDS[decision.step], REASON_WORDS.get(decision.reason, ""))
            for decision in page.object_list
        ],
        "versions": item.versions.select_related("author").order_by("number"),
        "manages": manages,
        "reads": reads[:PAGE_SIZE] if manages else [],
        "read_count": reads.count() if manages else 0,
    }
    return render(request, "exams/authoring/history.html", shown)
