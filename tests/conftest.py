"""The cast and the stage: people of every role, a programme, an enrolment, signed-in clients."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as site_settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.assessors import qualify

PASSWORD = "correct horse battery staple"

MakePerson = Callable[..., User]

# Who plays which part, by the name of the fixture.
CAST: dict[str, tuple[str, Role]] = {
    "trainee": ("Ada Trainee", Role.TRAINEE),
    "other_trainee": ("Ben Trainee", Role.TRAINEE),
    "instructor": ("Ines Instructor", Role.INSTRUCTOR),
    "other_instructor": ("Omar Instructor", Role.INSTRUCTOR),
    "registrar": ("Rosa Registrar", Role.REGISTRAR),
    "exam_admin": ("Xenia Admin", Role.EXAM_ADMIN),
    "item_author": ("Walt Author", Role.ITEM_AUTHOR),
    "editor": ("Edda Editor", Role.EDITOR),
    "physician": ("Paula Physician", Role.PHYSICIAN),
}

# Servers of tests listen on loopback; a proxy of the machine has no business there.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"

# How many examples a property tries that names no number: few at every edit, more in `make test-thorough`.
settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("full", max_examples=100, deadline=None)
settings.load_profile("full" if os.environ.get("HYPOTHESIS_PROFILE") else "quick")

pytest_plugins = ["tests.migrated", "tests.database_reset"]


# What is imported lives as long as the process: the collector of cycles need not visit it, now or during the tests.
gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector begin with what tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def _fresh_log() -> Iterator[None]:
    """The files of the log go with the test, as its rows do: they would be taken for a later state of the database."""
    yield
    shutil.rmtree(site_settings.STORAGES["register"]["OPTIONS"]["location"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _clock_of_the_site() -> Iterator[None]:
    """Forget the zone of whoever asked for the last page: a day of the next test is a day of the site."""
    timezone.deactivate()
    yield
    timezone.deactivate()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let what fixtures of a module make stand for all its tests: their own transactions lie inside this one.

    Not for modules with tests that commit.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def join(name: str, *roles: Role) -> User:
    """Make a person with roles, through the real actions."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    person = create_person(email=address, full_name=name, password=PASSWORD, by=None)
    for role in roles:
        grant_role(person=person, role=role, by=None)
    return person


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """Make a person with roles, through the real actions."""
    return join


@pytest.fixture
def trainee(make_person: MakePerson) -> User:
    """Ada, who learns."""
    return make_person(*CAST["trainee"])


@pytest.fixture
def other_trainee(make_person: MakePerson) -> User:
    """Ben, who learns too and must not see Ada's work."""
    return make_person(*CAST["other_trainee"])


@pytest.fixture
def instructor(make_person: MakePerson) -> User:
    """Ines, who assesses Ada."""
    ines = make_person(*CAST["instructor"])
    qualify(ines)
    return ines


@pytest.fixture
def other_instructor(make_person: MakePerson) -> User:
    """Omar, who assesses others."""
    omar = make_person(*CAST["other_instructor"])
    qualify(omar)
    return omar


@pytest.fixture
def registrar(make_person: MakePerson) -> User:
    """Rosa, who admits and revokes."""
    return make_person(*CAST["registrar"])


@pytest.fixture
def exam_admin(make_person: MakePerson) -> User:
    """Xenia, who runs exams."""
    return make_person(*CAST["exam_admin"])


@pytest.fixture
def item_author(make_person: MakePerson) -> User:
    """Walt, who writes items."""
    return make_person(*CAST["item_author"])


@pytest.fixture
def editor(make_person: MakePerson) -> User:
    """Edda, who writes pages."""
    return make_person(*CAST["editor"])


@pytest.fixture
def physician(make_person: MakePerson) -> User:
    """Paula, who reviews what is medically right."""
    return make_person(*CAST["physician"])


def make_programme() -> Programme:
    """Make the TMS technician programme."""
    return Programme.objects.create(code="tms-technician", title="TMS technician", curriculum_version="2026.1")


@pytest.fixture
def programme(db: None) -> Programme:
    """The TMS technician programme."""
    return make_programme()


@pytest.fixture
def enrolment(trainee: User, programme: Programme) -> Enrolment:
    """Ada in the programme."""
    return Enrolment.objects.create(
        person=trainee, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
    )


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Sign a person in."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
