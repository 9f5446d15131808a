import pytest

from exams.models import practical_outcome
from tests.factories.practicals import complete_and_sign, make_sitting


@pytest.mark.django_db
def test_smoke(enrolment, instructor):
    s = make_sitting(enrolment, instructor)
    so = complete_and_sign(s)
    assert so.version == 1
    assert practical_outcome(enrolment).passed
    from exams.verification import verify_sign_offs

    assert verify_sign_offs() == []
