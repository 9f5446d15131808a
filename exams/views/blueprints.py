"""Blueprints for those who run exams: what they ask for, what the bank has, and forms assembled from them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions.assembly import assemble_forms
from exams.assembly_forms import AssembleForm
from exams.bank_health import LEVELS, health_of
from exams.errors import FormError, InfeasibleError
from exams.models import Blueprint, Exam
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.FORM_READ)
@require_safe
def blueprint_page(request: PersonRequest, code: str) -> HttpResponse:
    """Show one version of a blueprint (`?version=2`, else the newest) and how well the bank feeds it."""
    versions = list(Blueprint.objects.filter(code=code).order_by("-version"))
    asked = request.GET.get("version", "")
    blueprint = next((row for row in versions if str(row.version) == asked), versions[0] if versions else None)
    if blueprint is None:
        raise Http404
    exam = Exam.objects.filter(code=code).first()
    page = {
        "blueprint": blueprint,
        "versions": versions,
        "newest": versions[0],
        "health": health_of(blueprint, exam),
        "levels": LEVELS,
        "exam": exam,
    }
    return render(request, "exams/forms/blueprint.html", page)


@requires(Permission.FORM_WRITE)
@require_http_methods(["GET", "POST"])
def assemble(request: PersonRequest, code: str) -> HttpResponse:
    """Assemble drafts from the newest version of a blueprint, or show what stands in the way."""
    blueprint = Blueprint.objects.filter(code=code).order_by("-version").first()
    if blueprint is None:
        raise Http404
    form = AssembleForm(request.POST if request.method == "POST" else None, initial={"name": code, "overlap": 30})
    page: dict[str, Any] = {"blueprint": blueprint, "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "exams/forms/assemble.html", page, status=422 if form.errors else 200)
    try:
        made = assemble_forms(blueprint=blueprint, by=request.user, **form.cleaned_data)
    except InfeasibleError as error:
        page |= {"shortages": error.shortages, "refusal": error.sentence}
        return render(request, "exams/forms/assemble.html", page, status=409)
    except FormError as error:
        form.add_error(None, error.sentence)
        return render(request, "exams/forms/assemble.html", page, status=409)
    names = ", ".join(row.code for row in made)
    messages.success(request, f"Assembled as {'a draft' if len(made) == 1 else 'drafts'}: {names}.")
    return redirect("exams:form", made[0].pk) if len(made) == 1 else redirect("exams:forms")
