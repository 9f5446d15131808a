"""The shell of the assessor's app: one page without any person, its service worker, its manifest (offline.md 3.1)."""

import hashlib
import json
import posixpath
import re
from functools import lru_cache
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from lms.accounts.permissions import public
from lms.look.storage import IMPORT, HashedStaticFilesStorage

STYLES = ("lms/css/site.css", "exams/css/checklist.css", "exams/css/field.css")
MODULES = (
    "exams/js/field/app.js",
    "exams/js/field/canonical.js",
    "exams/js/field/device_store.js",
    "exams/js/field/dom.js",
    "exams/js/field/records.js",
    "exams/js/field/rules.js",
    "exams/js/field/screens.js",
    "exams/js/field/sending.js",
    "exams/js/checklist_form.js",
)
PICTURES = ("lms/img/mark.svg",)
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "manifest-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@public
@require_safe
@csp(POLICY)
def shell(request: HttpRequest) -> HttpResponse:
    """Show the empty app. It holds nobody's name and no token, so that a device may keep it."""
    response = HttpResponse(_shell_html())
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker in its scope; with the app switched off, one that removes itself and what it kept."""
    if not settings.FIELD_APP:
        return _script(render_to_string("exams/field/remove_worker.js"))
    files = [static(name) for name in (*_style_files(), *MODULES, *PICTURES)]
    files.append(reverse("exams:field_manifest"))
    page = _shell_html()
    version = hashlib.sha256("\n".join([*files, page]).encode()).hexdigest()[:16]
    facts = {"cache": f"threshold-field-{version}", "shell": reverse("exams:field_shell"), "files": files}
    return _script(f"const SETTINGS = {json.dumps(facts)};\n{render_to_string('exams/field/worker.js')}")


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app to the device that installs it."""
    facts: dict[str, Any] = {
        "name": "Threshold at the chair",
        "short_name": "Threshold",
        "start_url": reverse("exams:field_shell"),
        "scope": reverse("exams:field_shell"),
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#1d2733",
        "icons": [{"src": static(PICTURES[0]), "sizes": "any", "type": "image/svg+xml"}],
    }
    response = HttpResponse(json.dumps(facts), content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


def _script(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _shell_html() -> str:
    addresses = {
        "contact": reverse("exams:field_contact"),
        "load": reverse("exams:field_load"),
        "upload": reverse("exams:field_upload"),
        "take_over": reverse("exams:field_take_over"),
        "leave": reverse("exams:field_leave"),
        "worker": reverse("exams:field_worker"),
        "scope": reverse("exams:field_shell"),
        "devices": reverse("exams:field_devices"),
        "sealed": reverse("exams:sealed_records"),
        "login": f"{reverse('account_login')}?next={reverse('exams:sealed_records')}",
    }
    page = {"addresses": addresses, "styles": STYLES, "app": MODULES[0], "switched_off": not settings.FIELD_APP}
    return render_to_string("exams/field/shell.html", page)


@lru_cache(maxsize=1)
def _style_files() -> tuple[str, ...]:
    """Name the style sheets to keep: with hashed files those of the page, in development what they import as well."""
    if isinstance(staticfiles_storage, HashedStaticFilesStorage):
        return STYLES
    found = list(STYLES)
    for name in STYLES:
        path = finders.find(name)
        if path is None:
            continue
        with open(path, encoding="utf-8") as file:
            parts = [match["file"] for match in re.finditer(IMPORT, file.read())]
        found += [posixpath.normpath(posixpath.join(posixpath.dirname(name), part)) for part in parts]
    return tuple(found)
