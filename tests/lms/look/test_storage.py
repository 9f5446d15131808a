"""Production serves one style sheet, under a name that changes with any of its parts."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

from lms.look.storage import bundle
from lms.settings import base


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The look's static files, collected as production does."""
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = base.STORAGES | {"staticfiles": {"BACKEND": "lms.look.storage.HashedStaticFilesStorage"}}
    with override_settings(
        STATIC_ROOT=root,
        STORAGES=storages,
        STATICFILES_DIRS=[base.BASE_DIR / "lms" / "static"],
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
    return root


def test_one_file_holds_every_part_in_its_layer(collected: Path) -> None:
    (site,) = (collected / "lms/css").glob("site.*.css")
    text = site.read_text()
    assert "@import" not in text
    assert text.index("@layer tokens, base, layout, components, pages;") < text.index("@layer tokens {")
    for part in ("--paper:", ".site-head", ".button", ".error-summary", ".banner__word", "@media print"):
        assert part in text
    assert text.count("{") == text.count("}")


def test_addresses_in_parts_lead_to_hashed_files(collected: Path) -> None:
    (site,) = (collected / "lms/css").glob("site.*.css")
    for address in re.findall(r'url\("([^"]+)"\)', site.read_text()):
        assert (site.parent / address).resolve().is_file()
        assert re.search(r"\.[0-9a-f]{12}\.", address)


def test_the_sheet_is_served_compressed_within_the_budget(collected: Path) -> None:
    (packed,) = (collected / "lms/css").glob("site.*.css.gz")
    assert packed.stat().st_size < 12_000


def test_a_missing_part_stops_collecting(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text('@import url("gone.css") layer(base);')
    with pytest.raises(KeyError):
        bundle({"site.css": (FileSystemStorage(tmp_path), "site.css")}, "site.css")
