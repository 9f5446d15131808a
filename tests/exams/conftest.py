"""Sittings of the cast."""

import pytest

from courses.models import Enrolment
from exams.models import Sitting
from lms.accounts.models import User
from tests.factories.practicals import good_values, make_sitting, save_values


@pytest.fixture
def sitting(enrolment: Enrolment, instructor: User) -> Sitting:
    """Ada's sitting with Ines today, opened, nothing rated."""
    return make_sitting(enrolment, instructor)


@pytest.fixture
def rated(sitting: Sitting) -> Sitting:
    """The sitting with everything rated well."""
    save_values(sitting, good_values(sitting))
    return sitting
