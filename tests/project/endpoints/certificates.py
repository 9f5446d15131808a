"""Addresses of certificates."""

from typing import Any

from certificates.actions import raise_doubt
from certificates.badges import badge_of, publish_status_lists
from certificates.holds import hold
from certificates.models import Credential, ReissueRequest, SuspensionEvent, Watch
from certificates.reissues import ask_for_reissue
from certificates.suspensions import suspend
from certificates.watch_links import confirm_link
from lms.accounts.models import User
from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from tests.conftest import join
from tests.factories.certificates import credential, logged_file, signed_file
from tests.project.endpoints import Endpoint


def own(request: Any) -> dict[str, Any]:
    """The trainee's certificate with its file."""
    return {"credential_id": signed_file(credential(request.getfixturevalue("enrolment"))).credential_id}


def own_listed(request: Any) -> dict[str, Any]:
    """The trainee's certificate with its file, at an address that names none."""
    own(request)
    return {}


def doubt(request: Any) -> dict[str, Any]:
    """A doubt about the trainee's certificate."""
    enrolment = request.getfixturevalue("enrolment")
    credential(enrolment)
    return {"doubt_id": raise_doubt(enrolment=enrolment, reason="A key was corrected.")[0].pk}


def number(request: Any) -> dict[str, Any]:
    """The number of the trainee's certificate."""
    return {"number": credential(request.getfixturevalue("enrolment")).public_number}


def watch_token(request: Any) -> dict[str, Any]:
    """The token in the mail to somebody who asked to be told of the trainee's certificate."""
    held = credential(request.getfixturevalue("enrolment"))
    watch = Watch.objects.create(credential=held, email="desk@clinic.example")
    return {"token": confirm_link(watch).split("/")[-3]}


def root(request: Any) -> dict[str, Any]:
    """A root certificate exists once something was signed."""
    own(request)
    return {}


def badge(request: Any) -> dict[str, Any]:
    """The trainee's badge."""
    return {"credential_id": badge_of(credential(request.getfixturevalue("enrolment"))).credential_id}


def logged_number(request: Any) -> dict[str, Any]:
    """The number of the trainee's certificate, whose entry stands in the published log."""
    return {"number": logged_file(credential(request.getfixturevalue("enrolment"))).credential.public_number}


def logged(request: Any) -> dict[str, Any]:
    """The log exists once something was entered."""
    logged_number(request)
    return {}


def first_tile(request: Any) -> dict[str, Any]:
    """The first tile of the log, with one hash."""
    logged_number(request)
    return {"path": "0/000.p/1"}


def listed(request: Any) -> dict[str, Any]:
    """The status list that holds the trainee's badge."""
    badge(request)
    publish_status_lists(1)
    return {"purpose": "revocation", "number": 1}


def keyed(request: Any) -> dict[str, Any]:
    """A key is known once a badge was signed."""
    badge(request)
    return {}


def programme(request: Any) -> dict[str, Any]:
    """The programme of the cast in its present version."""
    taught = request.getfixturevalue("enrolment").programme
    return {"code": taught.code, "version": taught.curriculum_version}


def asked(request: Any) -> dict[str, Any]:
    """The trainee's certificate, for which the trainee asked another name."""
    trainee, held = request.getfixturevalue("trainee"), credential(request.getfixturevalue("enrolment"))
    _asked(held, trainee)
    return {"credential_id": held.pk}


def asked_request(request: Any) -> dict[str, Any]:
    """The trainee's request for another name."""
    return {
        "request_id": _asked(credential(request.getfixturevalue("enrolment")), request.getfixturevalue("trainee")).pk
    }


def _asked(held: Credential, by: User) -> ReissueRequest:
    return ask_for_reissue(
        credential=held,
        reason=ReissueRequest.Reason.NAME_CHANGE,
        wanted_name="Ada Married",
        explanation="Marriage.",
        by=by,
    )


def suspended(request: Any) -> dict[str, Any]:
    """The trainee's certificate, suspended."""
    held = credential(request.getfixturevalue("enrolment"))
    reason = SuspensionEvent.Reason.CONDUCT_REVIEW
    suspend(credential=held, reason=reason, public_text="Under review.", by=join("Rita Registrar", Role.REGISTRAR))
    return {"credential_id": held.pk}


def without(request: Any) -> dict[str, Any]:
    """The trainee's enrolment, without a certificate."""
    return {"enrolment_id": request.getfixturevalue("enrolment").pk}


def held_back(request: Any) -> dict[str, Any]:
    """A hold on the trainee's certificate."""
    by = join("Rita Registrar", Role.REGISTRAR)
    return {"hold_id": hold(enrolment=request.getfixturevalue("enrolment"), reason="To be checked.", by=by).pk}


ENDPOINTS = [
    Endpoint("certificates:verify", None, methods=("GET", "POST")),
    Endpoint("certificates:verify_number", None, number, methods=("GET", "POST")),
    Endpoint("certificates:verify_scanned", None, number, methods=("GET", "POST")),
    Endpoint("certificates:watch", None, number, methods=("GET", "POST")),
    Endpoint("certificates:watch_confirm", None, watch_token, methods=("GET", "POST")),
    Endpoint("certificates:watch_end", None, watch_token, methods=("GET", "POST")),
    Endpoint("certificates:root", None, root),
    Endpoint("certificates:api_certificate", None, number),
    Endpoint("certificates:openapi", None),
    Endpoint("certificates:api_verify", None, methods=("POST",)),
    Endpoint("certificates:did", None, keyed),
    Endpoint("certificates:badge", None, badge),
    Endpoint("certificates:status_list", None, listed),
    Endpoint("certificates:issuer", None),
    Endpoint("certificates:criteria", None, programme),
    Endpoint("certificates:achievement", None, programme),
    Endpoint("certificates:preview", None),
    Endpoint("certificates:log", None),
    Endpoint("certificates:log_checkpoint", None, logged),
    Endpoint("certificates:log_tile", None, first_tile),
    Endpoint("certificates:log_keys", None, logged),
    Endpoint("certificates:log_checker", None),
    Endpoint("certificates:log_proof", None, logged_number),
    Endpoint("certificates:badge_png", Permission.CERTIFICATE_READ, badge, refused=("other_trainee",)),
    Endpoint("certificates:badge_svg", Permission.CERTIFICATE_READ, badge, refused=("other_trainee",)),
    Endpoint("certificates:badge_file", Permission.CERTIFICATE_READ, badge, refused=("other_trainee",)),
    Endpoint("certificates:credential", Permission.CERTIFICATE_READ, own, refused=("other_trainee",)),
    Endpoint("certificates:download", Permission.CERTIFICATE_READ, own, refused=("other_trainee",)),
    Endpoint("certificates:registry", Permission.REGISTER_READ),
    Endpoint("certificates:registry_credential", Permission.REGISTER_READ, own),
    Endpoint("certificates:doubts", Permission.REGISTER_READ),
    Endpoint("certificates:keep", Permission.CERTIFICATE_REVOKE, doubt, methods=("POST",)),
    Endpoint("certificates:suspend", Permission.CERTIFICATE_SUSPEND, own, methods=("GET", "POST")),
    Endpoint("certificates:reinstate", Permission.CERTIFICATE_SUSPEND, suspended, methods=("GET", "POST")),
    Endpoint(
        "certificates:reissue_ask", Permission.REISSUE_ASK, own, refused=("other_trainee",), methods=("GET", "POST")
    ),
    Endpoint(
        "certificates:reissue_withdraw",
        Permission.REISSUE_ASK,
        asked,
        refused=("other_trainee", "registrar"),
        methods=("POST",),
    ),
    Endpoint("certificates:reissue_requests", Permission.CERTIFICATE_REISSUE),
    Endpoint("certificates:reissue_decide", Permission.CERTIFICATE_REISSUE, asked_request, methods=("GET", "POST")),
    Endpoint("certificates:desk", Permission.CERTIFICATE_ISSUE),
    Endpoint("certificates:desk_issue", Permission.CERTIFICATE_ISSUE, without, methods=("POST",)),
    Endpoint("certificates:desk_hold", Permission.CERTIFICATE_ISSUE, without, methods=("POST",)),
    Endpoint("certificates:desk_release", Permission.CERTIFICATE_ISSUE, held_back, methods=("POST",)),
    Endpoint("certificates:archive", Permission.REGISTER_READ, own_listed, methods=("POST",)),
    Endpoint("certificates:revoke", Permission.CERTIFICATE_REVOKE, own, methods=("GET", "POST")),
]
