"""A seminar with two seats, its instructor, and people of the programme."""

import pytest

from courses.models import Seminar
from tests.factories.seminars import join_trainee, make_seminar


@pytest.fixture
def seminar(programme, instructor, registrar) -> Seminar:
    """Two days with two seats, in ten days, taught by Ines."""
    return make_seminar(programme, instructor, by=registrar)


@pytest.fixture
def crowd(programme):
    """Make so many trainees of the programme."""
    return lambda count: [join_trainee(number, programme) for number in range(count)]
