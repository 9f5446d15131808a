"""The rubric editor: the draft as a whole, its general part, a station with a live preview, and the comparison."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions import rubric_approval
from exams.actions import rubric_drafts as actions
from exams.errors import RubricError
from exams.models import Rubric, RubricDraft, RubricDraftChange
from exams.rubric_fields import general_fields, name_of, station_fields
from exams.rules import rubric_edits as edits
from exams.rules.rubric_compare import rubric_differences
from exams.rules.rubric_faults import RubricFault
from exams.rules.rubrics import EntrustmentLevel, RubricContent, station_from
from exams.views.practical_pages import blank_station
from exams.views.rubrics import MARKS
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.actions import withdraw
from lms.approvals.errors import ProposalError

SHOWN_CHANGES = 50


@requires(Permission.RUBRIC_WRITE)
@require_POST
def rubric_start(request: PersonRequest, code: str) -> HttpResponse:
    """Begin a draft with the newest version."""
    rubric = get_object_or_404(Rubric, code=code)
    try:
        draft = actions.start_draft(rubric=rubric, by=request.user)
    except RubricError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("exams:rubric", code)
    return redirect("exams:rubric_draft", draft.pk)


@requires(Permission.RUBRIC_WRITE)
@require_http_methods(["GET", "POST"])
def rubric_draft(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show a draft: its stations, its faults, what changed; order the stations, hand the draft in, or discard it."""
    draft = _draft(draft_id)
    if request.method == "GET":
        return _show_draft(request, draft)
    try:
        place = _act_on(request, draft, request.POST.get("act", ""))
    except (RubricError, ProposalError) as refusal:
        return _show_draft(request, draft, refusal)
    return redirect(place)


def _act_on(request: PersonRequest, draft: RubricDraft, act: str) -> str:
    """Do what a button of the draft's page says, and return where to go on."""
    page, by = reverse("exams:rubric_draft", args=[draft.pk]), request.user
    word, _, code = act.partition(":")
    match word:
        case "add":
            added: list[str] = []
            actions.change_parts(draft=draft, part="", edit=_adding(draft, added), by=by)
            return reverse("exams:rubric_station", args=[draft.pk, added[0]])
        case "up" | "down":
            steps = -1 if word == "up" else 1
            actions.change_parts(draft=draft, part="", edit=lambda content: edits.move(content, code, steps), by=by)
            return f"{page}?at={word}:{code}"
        case "remove":
            actions.change_parts(draft=draft, part="", edit=lambda content: edits.remove(content, code), by=by)
            messages.success(request, f"Station {code} is taken out of the draft.")
            return f"{page}#stations"
        case "rebase":
            row = actions.take_newer_base(draft=draft, by=by)
            messages.success(request, f"The draft builds on version {row.base.number} now.")
        case "hand_in":
            rubric_approval.hand_in(draft=draft, reason=request.POST.get("reason", ""), by=by)
            messages.success(request, "Handed in. Somebody who did not write it approves it.")
        case "take_back":
            if proposal := actions.proposal_of(draft):
                withdraw(proposal_id=proposal.pk, by=by)
                messages.success(request, "Taken back. The draft can be changed again.")
        case "discard":
            actions.discard(draft=draft, by=by)
            messages.success(request, "The draft is discarded. It stays in the history.")
            return reverse("exams:rubric", args=[draft.rubric.code])
    return page


def _adding(draft: RubricDraft, added: list[str]) -> actions.Edit:
    taken = actions.codes_ever(draft.rubric)

    def add(content: edits.Content) -> edits.Content:
        changed, code = edits.add_station(content, taken)
        added.append(code)
        return changed

    return add


def _show_draft(
    request: PersonRequest, draft: RubricDraft, refusal: RubricError | ProposalError | None = None
) -> HttpResponse:
    faults = actions.faults_in(draft)
    newest = actions.newest_of(draft.rubric)
    changes = draft.changes.select_related("by").defer("before", "after").order_by("-rev")[:SHOWN_CHANGES]
    page = {
        "draft": draft,
        "stations": [
            {**row, "first": place == 0, "last": place == len(draft.content["stations"]) - 1}
            for place, row in enumerate(draft.content["stations"])
        ],
        "faults": [_linked(draft, fault) for fault in faults],
        "parts_with_faults": {fault.part for fault in faults},
        "newest": newest,
        "stale": draft.is_open and newest.pk != draft.base_id,
        "differences": len(rubric_differences(draft.base.content, draft.content)),
        "proposal": actions.proposal_of(draft),
        "changes": _gathered(list(changes)),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "at": request.GET.get("at", ""),
    }
    return render(request, "exams/rubrics/draft.html", page, status=422 if refusal else 200)


def _linked(draft: RubricDraft, fault: RubricFault) -> dict[str, str]:
    """Return a fault with the address of the field where it is mended."""
    if fault.part:
        page = reverse("exams:rubric_station", args=[draft.pk, fault.part])
    elif fault.field == "stations":
        page = reverse("exams:rubric_draft", args=[draft.pk])
    else:
        page = reverse("exams:rubric_general", args=[draft.pk])
    anchor = f"#field-{fault.field.replace(':', '-')}" if fault.field else ""
    where = f"Station {fault.part}" if fault.part else "General"
    if name := name_of(fault.field):
        where = f"{where}, {name}"
    return {"href": f"{page}{anchor}", "where": where, "sentence": fault.sentence}


def _gathered(changes: list[RubricDraftChange]) -> list[dict[str, Any]]:
    """Gather what one person changed in one part without a break; pages save themselves, so there are many rows."""
    rows: list[dict[str, Any]] = []
    for change in changes:
        if rows and (rows[-1]["by"], rows[-1]["part"]) == (change.by, change.part):
            rows[-1]["since"], rows[-1]["count"] = change.at, rows[-1]["count"] + 1
        else:
            rows.append({"by": change.by, "part": change.part, "at": change.at, "since": change.at, "count": 1})
    return rows


@requires(Permission.RUBRIC_WRITE)
@require_http_methods(["GET", "POST"])
def rubric_general(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Change title, levels, quick phrases and rules."""
    return _part_page(request, _draft(draft_id), "")


@requires(Permission.RUBRIC_WRITE)
@require_http_methods(["GET", "POST"])
def rubric_station(request: PersonRequest, draft_id: uuid.UUID, code: str) -> HttpResponse:
    """Change one station, with a preview of the checklist as assessors see it."""
    draft = _draft(draft_id)
    if code not in {row["code"] for row in draft.content["stations"]}:
        raise Http404
    return _part_page(request, draft, code)


def _part_page(request: PersonRequest, draft: RubricDraft, part: str) -> HttpResponse:
    """Show a part; or store what was typed, faults and all, and then do what the button says."""
    if request.method == "GET":
        return _show_part(request, draft, part)
    quiet = request.headers.get("Accept") == "application/json"
    typed = dict(request.POST.lists())
    edit = (lambda content, given: edits.with_station(content, part, given)) if part else edits.with_general
    try:
        seen = request.POST.get("seen", "")
        actions.save_part(draft=draft, part=part, typed=typed, seen=seen, by=request.user, edit=edit)
        focus = _change_entries(request, draft, part, request.POST.get("act", "save"))
    except RubricError as refusal:
        if quiet:
            return JsonResponse({"code": refusal.code, "detail": refusal.sentence}, status=409)
        if refusal.code == "part_gone":
            messages.error(request, refusal.sentence)
            return redirect("exams:rubric_draft", draft.pk)
        return _show_overtaken(request, draft, part, refusal, edit, typed)
    if quiet:
        return _saved_quietly(draft, part)
    if request.POST.get("act", "save") == "save":
        messages.success(request, "Saved.")
    # No fragment: a browser that has one to go to leaves `autofocus` alone.
    return redirect(f"{request.path}{f'?at={focus}' if focus else ''}")


def _change_entries(request: PersonRequest, draft: RubricDraft, part: str, act: str) -> str:
    """Add, move or remove a criterion or critical failure; says what the page then puts the focus on."""
    word, _, code = act.partition(":")
    if not part or word not in ("add", "up", "down", "remove"):
        return ""
    if word == "add":
        added: list[str] = []
        taken = actions.codes_ever(draft.rubric)

        def add(content: edits.Content) -> edits.Content:
            changed, new = edits.add_entry(content, part, code, taken)
            added.append(new)
            return changed

        actions.change_parts(draft=draft, part=part, edit=add, by=request.user)
        return f"new:{added[0]}"
    if not code.startswith(f"{part}-"):
        raise Http404
    steps = {"up": -1, "down": 1}.get(word, 0)

    def change(content: edits.Content) -> edits.Content:
        return edits.move(content, code, steps) if steps else edits.remove(content, code)

    actions.change_parts(draft=draft, part=part, edit=change, by=request.user)
    return act if steps else ""


def _show_overtaken(
    request: PersonRequest, draft: RubricDraft, part: str, refusal: RubricError, edit: Any, typed: Any
) -> HttpResponse:
    """Show what was typed with what is stored; saving again replaces that."""
    draft = _draft(draft.pk)
    stored = draft.content
    draft.content = edit(stored, typed)
    differences = rubric_differences(stored, draft.content)
    return _show_part(request, draft, part, refusal, seen=edits.part_digest(stored, part), differences=differences)


def _saved_quietly(draft: RubricDraft, part: str) -> JsonResponse:
    """Answer a page that saves itself: the new digest, the faults of its fields, and the preview."""
    faults = [fault for fault in actions.faults_in(draft) if fault.part == part and fault.field]
    fields = {f"field-{fault.field.replace(':', '-')}": f"{fault.sentence}." for fault in reversed(faults)}
    preview = render_to_string("exams/rubrics/_preview.html", _preview(draft.content, part)) if part else ""
    return JsonResponse({"seen": edits.part_digest(draft.content, part), "faults": fields, "preview": preview})


def _show_part(
    request: PersonRequest,
    draft: RubricDraft,
    part: str,
    refusal: RubricError | None = None,
    seen: str = "",
    differences: Any = (),
) -> HttpResponse:
    faults = [fault for fault in actions.faults_in(draft) if fault.part == part]
    page = {
        "draft": draft,
        "part": part,
        "seen": seen or edits.part_digest(draft.content, part),
        "faults": [_linked(draft, fault) for fault in faults if fault.field],
        "refusal": refusal,
        "differences": differences,
        "waits": actions.proposal_of(draft),
        "at": request.GET.get("at", ""),
    }
    if part:
        page |= {"fields": station_fields(draft.content, part, faults)} | _preview(draft.content, part)
        return render(request, "exams/rubrics/station.html", page, status=409 if refusal else 200)
    page["fields"] = general_fields(draft.content, faults)
    return render(request, "exams/rubrics/general.html", page, status=409 if refusal else 200)


def _preview(content: edits.Content, code: str) -> dict[str, Any]:
    """Return what the checklist needs to show a station with nothing rated; the draft may be unfinished."""
    return {"shown": blank_station(_unchecked(content), station_from(edits.part_of(content, code))), "sitting": {
        "rubric": _unchecked(content)
    }}  # fmt: skip


def _unchecked(content: edits.Content) -> RubricContent:
    """Read a draft for showing it, whatever faults it has."""
    return RubricContent(
        code=content["code"],
        title=content["title"],
        passing_level=content["passing_level"],
        levels=tuple(EntrustmentLevel(**level) for level in content["entrustment_levels"]),
        quick_phrases=tuple(content.get("quick_phrases", ())),
        stations=tuple(station_from(station) for station in content["stations"]),
    )


@requires(Permission.RUBRIC_WRITE)
@require_safe
def rubric_compare(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show what a draft changes in the version in force (or in the one it became), and the draft as it prints."""
    draft = _draft(draft_id)
    newest = draft.base if draft.version_id else actions.newest_of(draft.rubric)
    page = {
        "draft": draft,
        "newest": newest,
        "differences": rubric_differences(newest.content, draft.content),
        "shown": _unchecked(draft.content),
        "marks": MARKS,
        "proposal": actions.proposal_of(draft),
    }
    return render(request, "exams/rubrics/compare.html", page)


def _draft(draft_id: uuid.UUID) -> RubricDraft:
    rows = RubricDraft.objects.select_related("rubric__programme", "base", "started_by", "closed_by", "version")
    return get_object_or_404(rows, pk=draft_id)
