"""Folders of the operator's own are loaded together with the material that ships."""

from pathlib import Path

import pytest
from django.core.management import call_command

from exams.models import Item
from tests.factories.bank import PICTURE, write_items
from tests.factories.material import write_material

pytestmark = pytest.mark.django_db


def test_load_material_takes_up_the_private_folders(tmp_path: Path, settings) -> None:
    shipped, private = write_material(tmp_path / "shipped"), tmp_path / "private"
    write_items(private, {name: value for name, value in PICTURE.items() if name != "figure"} | {"code": "D1-500"})
    settings.MATERIAL_DIRS = [private]
    call_command("load_material", shipped)
    assert set(Item.objects.values_list("code", flat=True)) == {"D1-001", "D1-002", "D1-500"}
