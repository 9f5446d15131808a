"""Errors are made when they are raised: one kept in a module would carry traceback and request into the next one."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import certificates
import content
import courses
import exams
import lms

OURS = (certificates, content, courses, exams, lms)
NOT_TO_IMPORT = ("migrations", "settings", "celery", "wsgi", "static")


def _modules() -> Iterator[Any]:
    for package in OURS:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not set(found.name.split(".")) & set(NOT_TO_IMPORT):
                yield importlib.import_module(found.name)


def _held(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_held(item) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(_held(item) for item in value)
    return isinstance(value, BaseException)


def test_no_module_keeps_an_error() -> None:
    kept = [
        f"{module.__name__}.{name}" for module in _modules() for name, value in vars(module).items() if _held(value)
    ]
    assert kept == []
    assert _held({"one": [ValueError()]})
