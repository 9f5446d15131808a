"""Reviewing items: the queue, answering before the key is shown, the verdict, comments."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from exams.actions import item_remarks
from exams.actions.item_workflow import endorsers_of, is_own, take_step
from exams.bank_list import KIND_WORDS
from exams.errors import ItemError
from exams.forms import answer_in
from exams.item_forms import VerdictForm
from exams.item_preview import shown_of
from exams.models import BlindAnswer, ItemComment, ItemVersion, ReviewAssignment
from exams.rules.item_workflow import ENDORSEMENTS_NEEDED, ItemStatus, Step
from exams.views.item_page import key_page
from exams.views.items import address_of_version, visible_version, waits_for_blind_answer
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
UNDER_REVIEW = [ItemStatus.REVIEW.value, ItemStatus.PRETEST.value]


@requires(Permission.ITEM_APPROVE)
@require_safe
def queue(request: PersonRequest) -> HttpResponse:
    """List what waits for this person's review; exam administrators see everything in review or pretest besides."""
    mine = ReviewAssignment.objects.filter(version=OuterRef("pk"), reviewer=request.user, ended_at__isnull=True)
    answered = BlindAnswer.objects.filter(
        version=OuterRef("pk"), reviewer=request.user, content_hash=OuterRef("content_hash")
    )
    waiting = ItemVersion.objects.filter(status__in=UNDER_REVIEW).annotate(
        mine=Exists(mine),
        seen=Exists(answered),
        reviewers=Count("assignments", filter=Q(assignments__ended_at__isnull=True)),
    )
    if request.scope is not Scope.ALL:
        waiting = waiting.filter(mine=True)
    rows = (
        waiting.select_related("item", "author").defer("rationale", "stem_html").order_by("-mine", "created_at", "pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [(version, KIND_WORDS[version.kind]) for version in page.object_list],
        "sees_all": request.scope is Scope.ALL,
    }
    return render(request, "exams/authoring/reviews.html", shown)


@requires(Permission.ITEM_APPROVE)
@require_safe
def review_page(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Show an item as a candidate sees it; the key comes after the reviewer's own answer."""
    version = visible_version(request, code, number)
    if version.status not in UNDER_REVIEW or is_own(version, request.user):
        messages.info(request, "This version does not wait for your review.")
        return redirect(address_of_version(version))
    return _review_page(request, version)


def _review_page(
    request: PersonRequest, version: ItemVersion, form: VerdictForm | None = None, status: int = 200
) -> HttpResponse:
    answer = BlindAnswer.objects.filter(
        version=version, reviewer=request.user, content_hash=version.content_hash
    ).first()
    figure = f"{reverse('exams:bank_figure', args=[version.item.code])}?version={version.number}"
    # Authors often write the right option first: who answers blind gets them mixed, as candidates do.
    shown = replace(shown_of(version, figure), mixed=answer is None)
    page: dict[str, Any] = {"version": version, "preview": shown, "answer": answer, "kind": KIND_WORDS[version.kind]}
    if answer is not None:
        item_remarks.note_key_read(version=version, page="review", by=request.user)
        blank = VerdictForm(initial={"shown": version.content_hash}, steps=_steps_at(version))
        page |= {
            "key_page": key_page(version),
            "answer_words": shown.question().words_of(answer.value),
            "comments": version.comments.select_related("person", "resolved_by"),
            "form": form or blank,
        }
    return render(request, "exams/authoring/review.html", page, status=status)


def _steps_at(version: ItemVersion) -> list[tuple[str, str]]:
    if version.status == ItemStatus.REVIEW:
        return [
            (Step.APPROVE.value, "Approve it for pretest"),
            (Step.RETURN.value, "Return it to its author"),
        ]
    given = len(endorsers_of(version, version.content_hash))
    words = f"Approve it for counting ({given} of {ENDORSEMENTS_NEEDED} approvals given)"
    return [(Step.ENDORSE.value, words)]


@requires(Permission.ITEM_APPROVE)
@require_POST
def answer(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Keep the reviewer's own answer, then show the key; without an answer the key is shown all the same."""
    version = visible_version(request, code, number)
    if version.status not in UNDER_REVIEW or is_own(version, request.user):
        return redirect(address_of_version(version))
    value = None if request.POST.get("go") == "skip" else answer_in(request.POST)
    if value is None and request.POST.get("go") != "skip":
        messages.error(request, "Choose an answer first, or show the key without answering.")
        return redirect("exams:item_review_page", code, number)
    try:
        item_remarks.answer_blind(
            version=version, shown_hash=request.POST.get("shown", ""), value=value, by=request.user
        )
    except ItemError as error:
        messages.error(request, error.sentence)
    return redirect("exams:item_review_page", code, number)


@requires(Permission.ITEM_APPROVE)
@require_POST
def verdict(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Record the decision on the version that the reviewer was shown."""
    version = visible_version(request, code, number)
    if version.status not in UNDER_REVIEW:
        messages.error(request, f"This version is {version.status_word.lower()} by now. Your decision was not needed.")
        return redirect(address_of_version(version))
    form = VerdictForm(request.POST, steps=_steps_at(version))
    if not form.is_valid():
        return _review_page(request, version, form, status=422)
    data = form.cleaned_data
    try:
        moved = take_step(
            step=Step(data["step"]),
            version=version,
            shown_hash=data["shown"],
            text=data["text"],
            reason=data.get("reason", ""),
            by=request.user,
        )
    except ItemError as error:
        if error.code == "version_changed":
            messages.error(request, error.sentence)
            return redirect("exams:item_review_page", code, number)
        form.add_error(None, error.sentence)
        return _review_page(request, version, form, status=409)
    messages.success(request, f"Your decision on {code}, version {number}, is recorded: {moved.status_word.lower()}.")
    return redirect("exams:item_reviews")


@requires(Permission.BANK_READ)
@require_POST
def comment(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Add a comment to a version."""
    version = visible_version(request, code, number)
    if waits_for_blind_answer(request, version.item):
        raise Http404
    try:
        item_remarks.comment(version=version, text=request.POST.get("text", "").replace("\x00", ""), by=request.user)
    except ItemError as error:
        messages.error(request, error.sentence)
    return redirect(_after_comment(request, version))


@requires(Permission.BANK_READ)
@require_POST
def resolve(request: PersonRequest, code: str, number: int, comment_id: int) -> HttpResponse:
    """Mark a comment as resolved."""
    version = visible_version(request, code, number)
    if waits_for_blind_answer(request, version.item):
        raise Http404
    remark = get_object_or_404(ItemComment.objects.select_related("version"), pk=comment_id, version=version)
    item_remarks.resolve(remark=remark, by=request.user)
    return redirect(_after_comment(request, version))


def _after_comment(request: PersonRequest, version: ItemVersion) -> str:
    """Go back to where the thread was read: the reviewer's page or the item's."""
    if request.POST.get("page") == "review":
        return reverse("exams:item_review_page", args=[version.item.code, version.number]) + "#comments"
    return address_of_version(version, "#comments")
