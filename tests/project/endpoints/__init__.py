"""Every address of the site with the permission it declares and sample arguments, one module per package.

The permission walk (`tests/project/test_permissions.py`) holds this table against the resolver: an address that is
missing here, or declares something else in code, fails the suite.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lms.accounts.permissions import Permission


@dataclass(frozen=True)
class Endpoint:
    """One named address.

    `arguments` makes the URL's keyword arguments for an object that belongs to the `trainee` (and is assigned to the
    `instructor`) of the cast; it gets pytest's `request` to ask for fixtures. `permission=None` means public.
    `refused` names roles of the cast that hold the permission but have no relation to that object: they get 404.
    """

    name: str
    permission: Permission | None
    arguments: Callable[[Any], dict[str, Any]] = field(default=lambda request: {})
    refused: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET",)
