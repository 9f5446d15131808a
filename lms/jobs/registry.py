"""Which function does which kind of job, and which kinds come round by the clock."""

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]

_handlers: dict[str, Handler] = {}
_periods: dict[str, int] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a function as the one that does jobs of this kind. It must be safe to run twice."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind] is not handler:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = handler
        return handler

    return register


def handler_for(kind: str) -> Handler:
    """Return the handler of a kind. Raises `KeyError` when no installed app handles it."""
    return _handlers[kind]


def every(*, kind: str, hours: int = 0, minutes: int = 0, seconds: int = 0) -> None:
    """Let jobs of this kind come round by the clock; its handler gets an empty payload.

    Slots are whole multiples of the period in UTC: `hours=24` means midnight. Raises `ValueError` without a period, or
    when the kind has another one already.
    """
    period = hours * 3600 + minutes * 60 + seconds
    if period <= 0:
        raise ValueError("A period has at least one second.")
    if _periods.setdefault(kind, period) != period:
        raise ValueError(f"Two periods for jobs of kind {kind!r}.")


def schedule() -> dict[str, int]:
    """Return the period of every periodic kind, in seconds."""
    return dict(_periods)
