"""The style guide shows every component."""

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.test import Client

from lms.accounts.models import User

COMPONENTS: Path = settings.BASE_DIR / "lms" / "static" / "lms" / "css" / "components"
# Parts of pages of their own, seen there.
ELSEWHERE = {"desk", "entrance", "ledger", "zoom"}


def test_every_component_file_is_shown(client_for: Callable[[User], Client], editor: User) -> None:
    page = client_for(editor).get("/styleguide/").content.decode()
    shown = set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"]+)"', page))))
    for file in COMPONENTS.glob("*.css"):
        if file.stem not in ELSEWHERE:
            assert set(re.findall(r"^\.([\w-]+)", file.read_text(), re.MULTILINE)) & shown, file.name
