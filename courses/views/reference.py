"""The glossary, the bibliography and the search: public, and open without a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.rules.search import LONGEST_QUERY, words_of
from courses.open_pages import open_pages
from courses.reference import E, bibliography, by_letter, glossary, narrowed
from courses.searching import search
from lms.accounts.permissions import public


@public
@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Show the words by the alphabet, all or those that were asked for."""
    return _list(request, "courses/glossary.html", glossary(open_pages(request)))


@public
@require_safe
def bibliography_page(request: HttpRequest) -> HttpResponse:
    """Show the works by the alphabet, all or those that were asked for."""
    return _list(request, "courses/bibliography.html", bibliography(open_pages(request)))


@public
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what was found on public pages."""
    query = _query(request)
    words = words_of(query)
    return render(request, "courses/search.html", {"query": query, "findings": search(open_pages(request), words)})


def _list(request: HttpRequest, template: str, entries: list[E]) -> HttpResponse:
    query = _query(request)
    shown = narrowed(entries, words_of(query))
    context: dict[str, Any] = {"query": query, "letters": by_letter(shown), "shown": len(shown), "total": len(entries)}
    return render(request, template, context)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]
