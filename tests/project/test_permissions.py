"""The permission walk: every address by every member of the cast."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

import tests.project.endpoints as table
from lms.accounts.models import User
from lms.accounts.permissions import MATRIX, Permission
from lms.accounts.roles import Role
from lms.look.middleware import page_above
from tests.conftest import CAST, MakePerson, join
from tests.project.endpoints import Endpoint

ENDPOINTS: list[Endpoint] = [
    endpoint
    for module in pkgutil.iter_modules(table.__path__)
    for endpoint in importlib.import_module(f"{table.__name__}.{module.name}").ENDPOINTS
]

# Addresses of libraries: their views guard themselves; what they let through is tested below and in tests/lms/.
LIBRARIES = {
    "allauth": "log-in, passwords, second factors: anonymous or own account only",
    "wagtail.admin": "needs the right to enter the CMS, held by editors only",
    "wagtail.users": "part of the CMS",
    "wagtail.snippets": "part of the CMS",
    "wagtail.images": "part of the CMS",
    "wagtail.documents": "part of the CMS; documents have no public address",
    "wagtail.contrib": "part of the CMS",
    "wagtail.views": "pages: public ones, and course pages guarded by courses/wagtail_hooks.py",
    "wagtail": "part of the CMS",
    "django.contrib.auth.views": "shadowed: its address redirects to the one door",
    "django.views.generic": "redirects to the one door",
    "django.views.static": "public media in development",
    "django.views.i18n": "texts of the CMS",
}


def own_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address whose view is ours, with its full name."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern, namespace)
            else:
                module = pattern.callback.__module__ or ""
                if not any(module == name or module.startswith(f"{name}.") for name in LIBRARIES):
                    yield f"{prefix}{pattern.name}", pattern

    yield from walk(get_resolver(), "")


def test_every_address_stands_in_the_table() -> None:
    assert sorted({name for name, _ in own_patterns()}) == sorted({endpoint.name for endpoint in ENDPOINTS})


def test_every_view_declares_the_permission_of_the_table() -> None:
    declared = {name: getattr(pattern.callback, "permission", "nothing") for name, pattern in own_patterns()}
    assert declared == {endpoint.name: endpoint.permission for endpoint in ENDPOINTS}


def test_every_permission_is_held_by_somebody_and_used() -> None:
    assert all(MATRIX[permission] for permission in Permission)


@pytest.fixture(scope="module")
def signed_in(standing: None) -> dict[str, SimpleCookie]:
    """The cast, made and signed in once for all walks: the cookies of each."""
    cookies = {}
    for name, (full_name, role) in CAST.items():
        client = Client()
        client.force_login(join(full_name, role))
        cookies[name] = client.cookies
    return cookies


@pytest.fixture
def make_person(signed_in: dict[str, SimpleCookie], db: None) -> MakePerson:
    """Find who belongs to the cast, and make anybody else."""

    def find_or_make(full_name: str, *roles: Role) -> User:
        return User.objects.filter(full_name=full_name).first() or join(full_name, *roles)

    return find_or_make


def ask(cookies: SimpleCookie, method: str, url: str) -> int:
    """Return the status that an address answers to a browser with these cookies and no others."""
    client = Client()
    client.cookies = deepcopy(cookies)
    return client.generic(method, url).status_code


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_address_by_every_role(
    endpoint: Endpoint, request: pytest.FixtureRequest, signed_in: dict[str, SimpleCookie], make_person: MakePerson
) -> None:
    """Holders of the permission get through, others get 403, the unrelated 404, strangers the log-in page."""
    url = reverse(endpoint.name, kwargs=endpoint.arguments(request))
    seen: dict[str, object] = {}
    expected: dict[str, object] = {}
    for method in endpoint.methods:
        for name, (_, role) in CAST.items():
            status = ask(signed_in[name], method, url)
            allowed = endpoint.permission is None or role in MATRIX[endpoint.permission]
            key = f"{method} {name}"
            if not allowed:
                expected[key], seen[key] = 403, status
            elif name in endpoint.refused:
                expected[key], seen[key] = 404, status
            else:
                expected[key], seen[key] = "through", "through" if status not in (401, 403, 404, 500) else status
        status = ask(SimpleCookie(), method, url)
        if endpoint.permission is not None:
            expected[f"{method} stranger"], seen[f"{method} stranger"] = True, status in (302, 401)
    assert seen == expected


def test_above_every_address_that_only_takes_forms_stands_a_page() -> None:
    """Whoever opens such an address is led to the page above it; that page has to answer a GET."""
    samples = {"uuid": "5ee60ae6-3b0d-4cb7-8a5f-6d0bd1c1b4a7", "int": "1", "slug": "a-b", "str": "D1-001"}
    shown = {endpoint.name for endpoint in ENDPOINTS if "GET" in endpoint.methods}
    led_to: dict[str, str] = {}
    for name, pattern in own_patterns():
        if name not in shown:
            address = re.sub(r"<(\w+):\w+>", lambda found: samples[found[1]], f"/{pattern.pattern}")
            while led_to.get(name) not in {*shown, "exams:item", "wagtail_serve"}:
                address = page_above(address)
                led_to[name] = resolve(address or "/").view_name
    # Scripts and programs alone use these, and lessons, whose pages stand elsewhere; they lead to the start page.
    assert {name for name, page in led_to.items() if page == "wagtail_serve"} <= {
        "certificates:api_verify",
        "courses:complete_lesson",
        "courses:lesson_opened",
        "courses:reopen_lesson",
        "exams:item_preview",
    }
