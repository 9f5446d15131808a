"""Being told when a certificate changes, without an account: asked for on its page, confirmed and ended by mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.forms import WatchForm
from certificates.limits import limited
from certificates.verification import look_up
from certificates.views.public import register_page, unstored
from certificates.watch_links import confirmable, watch_of
from certificates.watching import WATCHABLE, ask_to_watch, confirm_watch, end_watch
from lms.accounts.permissions import public


@public
@csrf_exempt  # works for a stranger without cookies; all it does is to ask the owner of an address
@require_http_methods(["GET", "POST"])
@limited
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for an address, and send it a mail; the answer is the same whether or not it watches already."""
    answer = look_up(number)
    if answer.credential is None or answer.status not in WATCHABLE:
        return register_page(request, answer, number)
    form = WatchForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"form": form, "credential": answer.credential}
        return unstored(render(request, "certificates/watch.html", context, status=status))
    ask_to_watch(credential=answer.credential, email=form.cleaned_data["email"])
    context = {"credential": answer.credential, "email": form.cleaned_data["email"]}
    return unstored(render(request, "certificates/watch_asked.html", context))


@public
@csrf_exempt  # the link itself is the proof, and it works without cookies
@require_http_methods(["GET", "POST"])
@limited
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, then begin the watch: programs that look through mails open links and press no buttons."""
    watch = confirmable(token)
    if watch is None:
        return _gone(request)
    if request.method == "POST":
        confirm_watch(watch)
    done = request.method == "POST" or watch.confirmed_at is not None
    context = {"credential": watch.credential, "token": token, "done": done}
    return unstored(render(request, "certificates/watch_confirm.html", context))


@public
@csrf_exempt  # mail programs post here by themselves when their user ends a watch (RFC 8058)
@require_http_methods(["GET", "POST"])
@limited
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, then forget the address."""
    watch = watch_of(token)
    if watch is None:
        return _gone(request)
    if request.method == "POST":
        end_watch(watch)
    context = {"credential": watch.credential, "token": token, "done": request.method == "POST"}
    return unstored(render(request, "certificates/watch_end.html", context))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer about a link that is not ours, too old, or whose watch has ended; nothing tells them apart."""
    return unstored(render(request, "certificates/watch_gone.html", status=410))
