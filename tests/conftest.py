"""The cast and the stage: people of every role, a programme, an enrolment, signed-in clients."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import settings

from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.assessors import qualify

PASSWORD = "correct horse battery staple"

MakePerson = Callable[..., User]

# Servers of tests listen on loopback; a proxy of the machine has no business there.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"

# How many examples a property tries that names no number: few at every edit, more in `make test-thorough`.
settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("full", max_examples=100, deadline=None)
settings.load_profile("full" if os.environ.get("HYPOTHESIS_PROFILE") else "quick")

pytest_plugins = ["tests.migrated", "tests.database_reset"]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """Make a person with roles, through the real actions."""

    def make(name: str, *roles: Role) -> User:
        address = f"{name.lower().replace(' ', '.')}@example.org"
        person = create_person(email=address, full_name=name, password=PASSWORD, by=None)
        for role in roles:
            grant_role(person=person, role=role, by=None)
        return person

    return make


@pytest.fixture
def trainee(make_person: MakePerson) -> User:
    """Ada, who learns."""
    return make_person("Ada Trainee", Role.TRAINEE)


@pytest.fixture
def other_trainee(make_person: MakePerson) -> User:
    """Ben, who learns too and must not see Ada's work."""
    return make_person("Ben Trainee", Role.TRAINEE)


@pytest.fixture
def instructor(make_person: MakePerson) -> User:
    """Ines, who assesses Ada."""
    ines = make_person("Ines Instructor", Role.INSTRUCTOR)
    qualify(ines)
    return ines


@pytest.fixture
def other_instructor(make_person: MakePerson) -> User:
    """Omar, who assesses others."""
    omar = make_person("Omar Instructor", Role.INSTRUCTOR)
    qualify(omar)
    return omar


@pytest.fixture
def registrar(make_person: MakePerson) -> User:
    """Rosa, who admits and revokes."""
    return make_person("Rosa Registrar", Role.REGISTRAR)


@pytest.fixture
def exam_admin(make_person: MakePerson) -> User:
    """Xenia, who runs exams."""
    return make_person("Xenia Admin", Role.EXAM_ADMIN)


@pytest.fixture
def item_author(make_person: MakePerson) -> User:
    """Walt, who writes items."""
    return make_person("Walt Author", Role.ITEM_AUTHOR)


@pytest.fixture
def editor(make_person: MakePerson) -> User:
    """Edda, who writes pages."""
    return make_person("Edda Editor", Role.EDITOR)


@pytest.fixture
def physician(make_person: MakePerson) -> User:
    """Paula, who reviews what is medically right."""
    return make_person("Paula Physician", Role.PHYSICIAN)


@pytest.fixture
def programme(db: None) -> Programme:
    """The TMS technician programme."""
    return Programme.objects.create(code="tms-technician", title="TMS technician", curriculum_version="2026.1")


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
