"""Which function does which kind of job."""

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]

_handlers: dict[str, Handler] = {}


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
