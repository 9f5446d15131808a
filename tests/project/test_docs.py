"""What the documents say is true: commands, files, models, settings and verbs exist."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from lms.audit.verbs import SENTENCES, Verb

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"]
MAKEFILE = (ROOT / "Makefile").read_text()


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_exists(name: str) -> None:
    commands = set(re.findall(r"`?make ([a-z][a-z-]+)", text_of(name)))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert {command for command in commands if f"`make {command}" in text_of(name)} <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str) -> None:
    named = re.findall(
        r"`((?:lms|content|courses|exams|certificates|tests|docs|requirements|\.ci)/[\w./-]*)`", text_of(name)
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_model_of_the_glossary_exists() -> None:
    named = re.findall(r"`([a-z]+)\.([A-Z]\w+)`", text_of("docs/glossary.md"))
    assert named
    assert [f"{app}.{model}" for app, model in named if model.lower() not in apps.all_models[app]] == []


def test_every_variable_of_the_readme_is_read_by_the_settings() -> None:
    settings = "".join(path.read_text() for path in (ROOT / "lms" / "settings").glob("*.py"))
    rows = re.findall(r"^\| (`[A-Z].*?) \|", text_of("README.md"), flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert len(named) > 15
    assert [name for name in sorted(named) if f'"{name}"' not in settings] == []


def test_every_verb_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Verb)


def test_every_command_of_the_makefile_says_what_it_does() -> None:
    targets = re.findall(r"^([a-z-]+):(.*)$", MAKEFILE, flags=re.MULTILINE)
    assert [name for name, rest in targets if "## " not in rest] == []
