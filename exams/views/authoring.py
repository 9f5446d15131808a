"""Writing items: new ones, drafts, the next version, on to review. Nothing typed is lost, whatever is wrong with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions import authoring
from exams.actions.authoring import content_of
from exams.actions.item_remarks import note_key_read
from exams.actions.item_workflow import take_step
from exams.bank import stems_like
from exams.editors import EDITORS
from exams.errors import ItemError, MaterialError
from exams.item_forms import ChosenFigure, ItemForm, blank_item, typed_item
from exams.models import ItemVersion
from exams.rules.item_material import ItemKind
from exams.rules.item_workflow import Step
from exams.views.comparing import Difference, differences
from exams.views.item_figures import address_of, chosen_figure, note_of
from exams.views.item_page import key_page
from exams.views.items import address_of_version, visible_item, visible_version
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

Typed = dict[str, list[str]]


@requires(Permission.ITEM_WRITE)
@require_safe
def choose_kind(request: PersonRequest) -> HttpResponse:
    """Ask what the candidate shall do, for the form depends on it."""
    return render(request, "exams/authoring/kinds.html", {"editors": EDITORS.values()})


@requires(Permission.ITEM_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: PersonRequest, kind: str) -> HttpResponse:
    """Write a new item."""
    form = _form(request, _known_kind(kind), None)
    if not _saves(request):
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        version = authoring.create_item(content=form.content(), drawing=form.drawing, by=request.user)
    except (MaterialError, ItemError) as error:
        form.add_error(None, error.sentence)
        return _show(request, form, status=422)
    return _saved(request, version)


@requires(Permission.ITEM_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Change one's own draft, or one that was returned."""
    version = _own_version(request, code, number)
    if version.status not in authoring.EDITABLE:
        messages.error(request, f"Version {number} is {version.status_word.lower()}: its words can no longer change.")
        return redirect(address_of_version(version))
    form = _form(request, _known_kind(version.kind), version)
    if not _saves(request):
        if request.method != "POST":
            note_key_read(version=version, page="edit", by=request.user)
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    shown = form.cleaned_data["shown"]
    try:
        saved = authoring.edit_draft(
            version=version, shown_hash=shown, content=form.content(), drawing=form.drawing, by=request.user
        )
    except (MaterialError, ItemError) as error:
        if error.code == "version_changed":
            return _conflict(request, version, form, error.sentence)
        form.add_error(None, error.sentence)
        return _show(request, form, status=422)
    return _saved(request, saved)


def _form(request: PersonRequest, kind: ItemKind, version: ItemVersion | None) -> ItemForm:
    figure = ChosenFigure(version.drawing if version else None)
    if request.method == "POST":
        typed, figure = _typed(request.POST), chosen_figure(request)
    elif version is not None:
        typed = typed_item(content_of(version), version.content_hash)
    else:
        typed = blank_item(kind)
    form = ItemForm(kind, typed, version=version, figure=figure, bound=_saves(request))
    form.editor.change_rows(request.POST.get("go", ""))
    return form


def _typed(data: QueryDict) -> Typed:
    """Return what was typed, without characters that no database stores."""
    return {name: [text.replace("\x00", "") for text in values] for name, values in data.lists()}


def _saves(request: PersonRequest) -> bool:
    return request.method == "POST" and request.POST.get("go", "save") == "save"


def _known_kind(kind: str) -> ItemKind:
    known = next((editor for editor in EDITORS if editor.value == kind), None)
    if known is None:
        raise Http404
    return known


def _own_version(request: PersonRequest, code: str, number: int) -> ItemVersion:
    version = visible_version(request, code, number)
    if version.author_id != request.user.pk:
        raise Http404
    return version


def _show(request: PersonRequest, form: ItemForm, status: int = 200, **extra: Any) -> HttpResponse:
    note = note_of(request.user, form.drawing)
    page = {
        "form": form,
        "editor": form.editor,
        "version": form.version,
        "figure_note": note,
        "figure_address": address_of(note),
        "preview": form.shown_as(address_of(note)) if request.POST.get("go") == "preview" else None,
        "preview_url": reverse("exams:item_preview", args=[form.kind.value]),
        "faulty": {fault.field for fault in form.faults} if form.is_bound else set(),
    }
    if form.version is not None and form.kept:
        page["key_page"] = key_page(form.version)
    if form.figure_fault and status == 200:
        status = 422
    return render(request, "exams/authoring/form.html", page | extra, status=status)


def _conflict(request: PersonRequest, version: ItemVersion, form: ItemForm, sentence: str) -> HttpResponse:
    """Show what is stored now beside what was typed; saving again then replaces it knowingly."""
    version.refresh_from_db()
    if version.status not in authoring.EDITABLE:
        form.add_error(None, f"{sentence} It is now {version.status_word.lower()}, so this cannot be saved.")
        return _show(request, form, status=409)
    compared: list[Difference] = differences(content_of(version), form.content())
    typed = {**form.typed, "shown": [version.content_hash]}
    again = ItemForm(form.kind, typed, version=version, figure=ChosenFigure(form.drawing), bound=False)
    return _show(request, again, status=409, conflict=compared)


def _saved(request: PersonRequest, version: ItemVersion) -> HttpResponse:
    messages.success(request, f"{version.item.code}, version {version.number}, is saved as a draft.")
    for likeness in stems_like(version)[:3]:
        words = "has the same stem" if likeness.is_equal else f"has {likeness.share:.0%} of its words in common"
        messages.warning(request, f"{likeness.code} {words}. Check that the two do not ask the same.")
    return redirect(address_of_version(version))


@requires(Permission.ITEM_WRITE)
@require_POST
def preview(request: PersonRequest, kind: str) -> HttpResponse:
    """Return the preview of what is typed, for the page to put beside the form. Nothing is stored."""
    figure = chosen_figure(request)
    form = ItemForm(_known_kind(kind), _typed(request.POST), figure=figure, bound=False)
    address = address_of(note_of(request.user, figure.drawing))
    return render(request, "exams/authoring/_preview.html", {"preview": form.shown_as(address)})


@requires(Permission.ITEM_WRITE)
@require_POST
def step(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Send one's own draft to review, take it back, or give it up."""
    version = _own_version(request, code, number)
    asked = request.POST.get("step")
    words = {
        Step.SUBMIT: "is in review now.",
        Step.WITHDRAW: "is a draft again.",
        Step.DISCARD: "is given up. It stays readable.",
    }
    wanted = next((known for known in words if known.value == asked), None)
    if wanted is None:
        messages.error(request, "The page was incomplete. Nothing was changed.")
        return redirect(address_of_version(version))
    try:
        take_step(step=wanted, version=version, shown_hash=request.POST.get("shown", ""), by=request.user)
    except ItemError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{code}, version {number}, {words[wanted]}")
    return redirect(address_of_version(version))


@requires(Permission.ITEM_WRITE)
@require_POST
def revise(request: PersonRequest, code: str) -> HttpResponse:
    """Open the next version of one's own item."""
    item = visible_item(request, code)
    try:
        version = authoring.revise(item=item, by=request.user)
    except ItemError as error:
        if error.code == "not_yours":
            raise Http404 from error
        messages.error(request, error.sentence)
        return redirect("exams:bank_item", code)
    return redirect("exams:item_edit", code, version.number)
