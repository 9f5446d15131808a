"""Rubrics of the practical as staff reads them: all of them, one with its versions, one version to read and print."""

import yaml
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.models import DraftState, Rubric, RubricDraft, RubricVersion
from exams.rules.rubric_compare import RULE_WORDS, rubric_differences
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest

MARKS = ("Done", "Partly", "Not done", "Not applicable")


@requires(Permission.RUBRIC_READ)
@require_safe
def rubrics(request: PersonRequest) -> HttpResponse:
    """List the rubrics with the version in force and the draft, if somebody writes one."""
    newest = {row.rubric_id: row for row in RubricVersion.objects.defer("content").order_by("number")}
    drafts = {row.rubric_id: row for row in RubricDraft.objects.filter(state=DraftState.OPEN).defer("content")}
    rows = [
        {"rubric": rubric, "newest": newest.get(rubric.pk), "draft": drafts.get(rubric.pk)}
        for rubric in Rubric.objects.select_related("programme").order_by("programme__title", "code")
    ]
    return render(request, "exams/rubrics/list.html", {"rows": rows})


@requires(Permission.RUBRIC_READ)
@require_safe
def rubric(request: PersonRequest, code: str) -> HttpResponse:
    """Show the versions of one rubric and where each came from; who may write goes on to a draft from here."""
    row = get_object_or_404(Rubric.objects.select_related("programme"), code=code)
    drafts = row.drafts.select_related("started_by", "closed_by", "base", "version").defer("content", "base__content")
    page = {
        "rubric": row,
        "versions": list(row.versions.select_related("made_from__closed_by").defer("content").order_by("-number")),
        "draft": next((draft for draft in drafts if draft.is_open), None),
        "discarded": [draft for draft in drafts if draft.state == DraftState.DISCARDED],
        "may_write": scope_of(request.user, Permission.RUBRIC_WRITE) is not None,
    }
    return render(request, "exams/rubrics/rubric.html", page)


@requires(Permission.RUBRIC_READ)
@require_safe
def rubric_version(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Show one version as assessors use it, to read or to print; with `?with=` what differs from another version."""
    version = _version(code, number)
    others = [one for one in version.rubric.versions.order_by("-number") if one.number != number]
    other = next((one for one in others if str(one.number) == request.GET.get("with")), None)
    page = {
        "version": version,
        "shown": version.plain,
        "rules": rules_in_words(version.content),
        "marks": MARKS,
        "others": others,
        "other": other,
        "differences": rubric_differences(other.content, version.content) if other else (),
    }
    return render(request, "exams/rubrics/version.html", page)


@requires(Permission.RUBRIC_READ)
@require_safe
def rubric_file(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Give out a version in the form of the material files, so that a file can follow what was approved here."""
    version = _version(code, number)
    content = {**version.content, "version": version.number}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    name = f"{version.rubric.code}-{version.number}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


def rules_in_words(content: dict[str, object]) -> list[tuple[str, object]]:
    """Return the rules that a rubric states, with their words."""
    rules = content.get("rules") or {}
    assert isinstance(rules, dict)  # noqa: S101 - the shape of every stored version
    return [(RULE_WORDS[name], rules[name]) for name in RULE_WORDS if name in rules]


def _version(code: str, number: int) -> RubricVersion:
    rows = RubricVersion.objects.select_related("rubric__programme")
    return get_object_or_404(rows, rubric__code=code, number=number)
