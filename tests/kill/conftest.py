"""A house per test, on the database that `DATABASE_URL` names."""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture(scope="session")
def laid_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site with an empty database, to be copied."""
    built = House.at(tmp_path_factory.mktemp("laid"))
    try:
        yield built
    finally:
        built.close()


@pytest.fixture
def house(tmp_path: Path, laid_house: House) -> Iterator[House]:
    """An empty site with its own database; all its processes end with the test."""
    built = House.at(tmp_path, like=laid_house)
    try:
        yield built
    finally:
        built.close()


@pytest.fixture
def chance() -> random.Random:
    """Chance that can be repeated: set KILL_SEED to the seed that a failure printed."""
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(1_000_000)))
    sys.stdout.write(f"KILL_SEED={seed}\n")
    return random.Random(seed)  # noqa: S311 - chance, not secrets
