"""The command that prints the second reading."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.material import FIRST_LESSON, spoil, write_material


def test_prints_findings_and_fails(tmp_path: Path) -> None:
    folder = write_material(tmp_path)
    spoil(folder, FIRST_LESSON, "Some **plain** text", "TMS cures depression, with some text")
    out, errors = StringIO(), StringIO()
    with pytest.raises(CommandError, match=r"[0-9]+ findings"):
        call_command("check_material", folder, stdout=out, stderr=errors)
    assert "M01: 2 lessons, 24 min" in out.getvalue()
    assert "promises what nobody can promise [promise]" in errors.getvalue()


def test_files_that_cannot_be_read_are_named_first(tmp_path: Path) -> None:
    folder = write_material(tmp_path)
    spoil(folder, FIRST_LESSON, "minutes: 12", "minutes: many")
    errors = StringIO()
    with pytest.raises(CommandError, match=r"[0-9]+ faults?; mend them first"):
        call_command("check_material", folder, stdout=StringIO(), stderr=errors)
    assert f"{FIRST_LESSON}:4: `minutes`" in errors.getvalue()
