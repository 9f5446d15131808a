"""Texts of mails are plain: what a filter writes for pages has no place in them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from lms.look.templatetags import moments

ROOT = Path(settings.BASE_DIR)
FOR_PAGES = {name for name in moments.register.filters if not name.startswith("plain_")}
TEXTS = sorted(path for path in ROOT.glob("*/**/templates/**/*.txt") if "/var/" not in str(path))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_days_and_moments_in_mails_have_no_markup(path: Path) -> None:
    used = set(re.findall(r"\|\s*([a-z_]+)", path.read_text(encoding="utf-8")))
    assert not used & FOR_PAGES
