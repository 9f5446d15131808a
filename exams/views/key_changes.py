"""Correcting the key of an item version: tried out on a page, then proposed to a second person."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions import regrades
from exams.actions.regrades import Effect, Preview
from exams.errors import ResultError
from exams.key_forms import KeyChangeForm
from exams.key_words import key_in_words
from exams.models import Attempt, ItemVersion
from exams.rules.key_changes import KeyPolicy, Standing
from exams.score_report import plain
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal

PAGE_SIZE = 50


@requires(Permission.KEY_CHANGE)
@require_http_methods(["GET", "POST"])
def key_change(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Ask for a correction, show what it would do, and propose it when asked to. Nothing else changes anything."""
    versions = ItemVersion.objects.select_related("item", "drawing")
    version = get_object_or_404(versions, item__code=code, number=number, locked_at__isnull=False)
    form = KeyChangeForm(request.POST or None, version=version)
    page: dict[str, Any] = {"version": version, "form": form, "key": key_in_words(version, version.key)}
    page["changes"] = [
        (change, key_in_words(version, change.new_key) if change.new_key else "")
        for change in version.key_changes.select_related("proposed_by", "confirmed_by")
    ]
    if form.areas is not None:
        page["editor"] = form.areas
        page["figure_address"] = f"{reverse('exams:bank_figure', args=[code])}?version={number}"
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                if request.POST.get("act") == "propose":
                    return _propose(request, version, form)
                tried = regrades.preview(version=version, policy=form.chosen, new_key=form.new_key)
                page |= _shown(request, tried)
                status = 200
            except CodedError as error:
                form.add_error(None, error.sentence)
    return render(request, "exams/bank/key_change.html", page, status=status)


def _propose(request: PersonRequest, version: ItemVersion, form: KeyChangeForm) -> HttpResponse:
    proposal = regrades.propose_key_change(
        version=version,
        policy=form.chosen,
        new_key=form.new_key,
        reason=form.cleaned_data["reason"],
        by=request.user,
    )
    messages.success(request, "Proposed. The key is as it was until a second person confirms.")
    return redirect("exams:key_change_effects", proposal_id=proposal.pk)


@requires(Permission.KEY_CHANGE)
@require_safe
def effects(request: PersonRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """List what a proposed key change would do now, attempt by attempt."""
    proposal = get_object_or_404(
        Proposal.objects.select_related("proposed_by", "decided_by"), pk=proposal_id, kind=regrades.KEY_CHANGE
    )
    payload = proposal.payload
    version = ItemVersion.objects.select_related("item").get(pk=payload["version"])
    policy = KeyPolicy(payload["policy"])
    page: dict[str, Any] = {"proposal": proposal, "version": version, "policy": policy.words}
    page["new_key"] = key_in_words(version, payload["new_key"]) if policy.needs_key else ""
    if proposal.is_open:
        try:
            tried = regrades.preview(version=version, policy=policy, new_key=payload["new_key"])
            page |= _shown(request, tried)
        except ResultError as error:
            messages.error(request, error.sentence)
    return render(request, "exams/bank/key_change_effects.html", page)


def _shown(request: PersonRequest, tried: Preview) -> dict[str, Any]:
    """Say which cuts move, and page the attempts whose points or maximum change; decisions first."""
    changed = sorted(tried.changed, key=lambda effect: (not effect.in_doubt, not effect.wins))
    page = Paginator(changed, PAGE_SIZE).get_page(request.GET.get("page"))
    shown: list[Effect] = list(page.object_list)
    rows = Attempt.objects.filter(pk__in=[effect.attempt for effect in shown])
    attempts = {attempt.pk: attempt for attempt in rows.select_related("exam", "enrolment__person")}
    listed = [(attempts[effect.attempt], effect, _in_words(effect.before), _in_words(effect.anew)) for effect in shown]
    cuts = [
        (f"{plain(cut.before)} of {plain(cut.of_before)}", f"{plain(cut.anew)} of {plain(cut.of_anew)}", number)
        for cut, number in tried.cuts.items()
    ]
    return {"tried": tried, "page": page, "listed": listed, "cuts": cuts}


def _in_words(standing: Standing) -> str:
    decision = "passed" if standing.passed else "not passed"
    return f"{plain(standing.raw)} of {plain(standing.maximum)}, {decision}"
