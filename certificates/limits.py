"""How often somebody may ask, counted for all processes together in the shared cache (S-18)."""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import BaseCache, cache, caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

View = TypeVar("View", bound=Callable[..., HttpResponse])
WINDOW = 60  # seconds


def over_limit(name: str, *, limit: int) -> bool:
    """Count one more event of this name in the running minute, and say whether that is too many.

    Each process counts by itself and hands on whole steps of a twentieth of the limit, so that an ordinary check writes
    nothing: a write is a disk sync. Several processes together may let through one step each beyond the limit.
    """
    step = max(1, limit // 20)
    key = f"certificates.limit:{name}:{int(time.time()) // WINDOW}"
    local = caches["local"]
    here = _add(local, key, 1)
    if here % step == 0:
        seen = _add(cache, key, step)
        local.set(f"{key}:seen", seen, timeout=2 * WINDOW)
    else:
        seen = local.get(f"{key}:seen", 0) + here % step
    return bool(seen > limit)


def _add(store: BaseCache, key: str, number: int) -> int:
    """Add to a counter that lives for two windows, and return it."""
    try:
        return store.incr(key, number)
    except ValueError:  # not there yet
        return number if store.add(key, number, timeout=2 * WINDOW) else store.incr(key, number)


def limited(view: View) -> View:
    """Limit a public view for one network and in total; beyond that the answer is 429 with `Retry-After`.

    Files cost more than numbers, so fewer of them are let through.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        per_caller = settings.UPLOADS_PER_MINUTE if request.method == "POST" else settings.VERIFICATIONS_PER_MINUTE
        caller = f"{request.method}:{_caller(request)}"
        if over_limit(caller, limit=per_caller) or over_limit(
            "total", limit=settings.VERIFICATIONS_PER_MINUTE_IN_TOTAL
        ):
            return _slow_down(request)
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def _caller(request: HttpRequest) -> str:
    """Name the caller's network without keeping the address: IPv6 by its /64."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    network = ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False)
    return salted_hmac("certificates.limits", str(network)).hexdigest()[:32]


def _slow_down(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = "Too many requests. Try again in a minute."
        response: HttpResponse = JsonResponse({"code": "too_many_requests", "detail": detail}, status=429)
    else:
        response = render(request, "certificates/slow_down.html", status=429)
    response["Retry-After"] = str(WINDOW)
    response["Cache-Control"] = "no-store"
    return response
