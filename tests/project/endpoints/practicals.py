"""Addresses of the practical in `exams`."""

from typing import Any

from exams.models import SealedRecord
from lms.accounts.permissions import Permission
from tests.factories.field import SoftDevice
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting
from tests.project.endpoints import Endpoint


def sitting(request: Any) -> dict[str, Any]:
    """Ada's open sitting with Ines."""
    row = make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return {"sitting_id": row.pk}


def signed_sitting(request: Any) -> dict[str, Any]:
    """Ada's signed sitting with Ines."""
    return {"sitting_id": _signed(request).sitting_id}


def signed_record(request: Any) -> dict[str, Any]:
    """Ada's record, signed by Ines."""
    return {"sign_off_id": _signed(request).pk}


def enrolment(request: Any) -> dict[str, Any]:
    """Ada's enrolment."""
    return {"enrolment_id": request.getfixturevalue("enrolment").pk}


def _signed(request: Any) -> Any:
    row = make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return complete_and_sign(row)


OTHER_ASSESSOR = ("other_instructor",)
UNRELATED = ("other_trainee", "other_instructor")
ALL_BUT_THE_TRAINEE = ("other_trainee", "instructor", "other_instructor", "exam_admin", "registrar")


def assessor(request: Any) -> dict[str, Any]:
    """Omar, as an assessor."""
    return {"public_id": request.getfixturevalue("other_instructor").public_id}


def programme(request: Any) -> dict[str, Any]:
    """The programme of Ada, which has a practical."""
    row = request.getfixturevalue("enrolment")
    make_rubric(row)
    return {"code": row.programme.code}


def rubric(request: Any) -> dict[str, Any]:
    """The rubric of Ada's practical."""
    version = make_rubric(request.getfixturevalue("enrolment"))
    return {"code": version.rubric.code, "number": version.number}


def conflict(request: Any) -> dict[str, Any]:
    """Ada, and Omar who is to assess her."""
    make_rubric(request.getfixturevalue("enrolment"))
    return enrolment(request) | assessor(request)


def device(request: Any) -> dict[str, Any]:
    """The tablet of Ines."""
    return {"device_id": SoftDevice(request.getfixturevalue("instructor")).row.pk}


def sealed(request: Any) -> dict[str, Any]:
    """Ada's record, sealed on the tablet of Ines and sent."""
    make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    tablet = SoftDevice(request.getfixturevalue("instructor"))
    tablet.seal_and_send(tablet.load()[0])
    return {"sealed_id": SealedRecord.objects.get().pk}


def taken_along(request: Any) -> dict[str, Any]:
    """Ada's sitting with Ines, on her tablet."""
    row = make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    SoftDevice(request.getfixturevalue("instructor")).load()
    return {"sitting_id": row.pk}


ENDPOINTS = [
    Endpoint("exams:day_list", Permission.PRACTICAL_SIGN),
    Endpoint("exams:sitting", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:checklist", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:observations", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:summary", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR),
    Endpoint("exams:sign", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:signed", Permission.PRACTICAL_SIGN, signed_sitting, OTHER_ASSESSOR),
    Endpoint("exams:correct", Permission.PRACTICAL_SIGN, signed_record, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:records", Permission.PRACTICAL_READ),
    Endpoint("exams:record", Permission.PRACTICAL_READ, signed_record, UNRELATED),
    Endpoint("exams:acknowledge", Permission.PRACTICAL_READ, signed_record, ALL_BUT_THE_TRAINEE, ("POST",)),
    Endpoint("exams:assign", Permission.SITTING_ASSIGN),
    Endpoint("exams:assign_trainee", Permission.SITTING_ASSIGN, enrolment, (), ("GET", "POST")),
    Endpoint("exams:circuit", Permission.SITTING_ASSIGN, programme, (), ("GET", "POST")),
    Endpoint("exams:override", Permission.SITTING_ASSIGN, conflict, (), ("GET", "POST")),
    Endpoint("exams:assessors", Permission.ASSESSORS_MANAGE),
    Endpoint("exams:assessor", Permission.ASSESSORS_MANAGE, assessor, (), ("GET", "POST")),
    Endpoint("exams:second", Permission.SITTING_ASSIGN, sitting, (), ("GET", "POST")),
    Endpoint("exams:rater_agreement", Permission.ASSESSORS_MANAGE, rubric),
    Endpoint("exams:rater_agreement_csv", Permission.ASSESSORS_MANAGE, rubric),
    Endpoint("exams:cancel", Permission.SITTING_ASSIGN, sitting, (), ("GET", "POST")),
    Endpoint("exams:field_shell", None),
    Endpoint("exams:field_worker", None),
    Endpoint("exams:field_manifest", None),
    Endpoint("exams:field_contact", Permission.PRACTICAL_SIGN),
    Endpoint("exams:field_load", Permission.PRACTICAL_SIGN, methods=("POST",)),
    Endpoint("exams:field_take_over", Permission.PRACTICAL_SIGN, methods=("POST",)),
    Endpoint("exams:field_upload", Permission.PRACTICAL_SIGN, methods=("POST",)),
    Endpoint("exams:field_leave", Permission.PRACTICAL_SIGN, methods=("POST",)),
    Endpoint("exams:field_devices", Permission.PRACTICAL_SIGN),
    Endpoint("exams:field_enrol", Permission.PRACTICAL_SIGN, methods=("POST",)),
    Endpoint("exams:field_revoke", Permission.PRACTICAL_SIGN, device, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:sealed_records", Permission.PRACTICAL_SIGN),
    Endpoint("exams:sealed_record", Permission.PRACTICAL_SIGN, sealed, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:take_back", Permission.PRACTICAL_SIGN, taken_along, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:sealed_review", Permission.SITTING_ASSIGN),
    Endpoint("exams:sealed_decide", Permission.SITTING_ASSIGN, sealed, (), ("POST",)),
]
