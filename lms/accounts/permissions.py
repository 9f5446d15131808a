"""The permission matrix as data: who may do what, and how far it reaches.

Views declare one permission each (`requires`, or `public` for pages without an account); actions check again with
`demand`. Nothing asks `is_staff` or `is_superuser`: Django answers every question with yes for superusers, and no role
may issue, sign or revoke merely by being powerful (S-2). Source of the rows: the matrix of the security design.
"""

from collections.abc import Callable
from enum import IntEnum, StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from lms.accounts.roles import Role

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.accounts.requests import PersonRequest

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Scope(IntEnum):
    """How far a permission reaches; views narrow their querysets by it."""

    OWN = 1
    ASSIGNED = 2
    ALL = 3


class Permission(StrEnum):
    """One object · action row of the matrix."""

    ACCOUNT_READ = "account.read"
    HOME_READ = "home.read"
    APPLICATION_SUBMIT = "application.submit"
    APPLICATION_DECIDE = "application.decide"
    ENROLMENT_READ = "enrolment.read"
    COURSE_READ = "course.read"
    LESSON_COMPLETE = "lesson.complete"
    PRACTICE_TAKE = "practice.take"
    SEMINAR_BOOK = "seminar.book"
    SEMINAR_TEACH = "seminar.teach"
    SEMINAR_PLAN = "seminar.plan"
    PAGES_EDIT = "pages.edit"
    ATTEMPT_TAKE = "attempt.take"
    ATTEMPT_EXTEND = "attempt.extend"
    ACCOMMODATION_READ = "accommodation.read"
    ACCOMMODATION_GRANT = "accommodation.grant"
    EXAM_CONFIGURE = "exam.configure"
    RESULT_READ = "result.read"
    GRADEBOOK_READ = "gradebook.read"
    SESSION_PLAN = "exam_session.plan"
    SUPERVISION_DECIDE = "exam.supervision"
    INVIGILATE = "attempt.invigilate"
    ATTEMPT_VOID = "attempt.void"
    RESULT_RELEASE = "result.release"
    KEY_CHANGE = "key.change"
    APPEAL_OPEN = "appeal.open"
    APPEAL_DECIDE = "appeal.decide"
    MARK_ANSWERS = "answer.mark"
    MARKING_OVERSEE = "marking.oversee"
    BANK_READ = "bank.read"
    FORM_READ = "form.read"
    FORM_WRITE = "form.write"
    STATISTICS_READ = "statistics.read"
    EVIDENCE_READ = "evidence.read"
    PANEL_RUN = "panel.run"
    PANEL_RATE = "panel.rate"
    REVIEWS_READ = "reviews.read"
    ITEM_REVIEW = "item.review"
    ITEM_WRITE = "item.write"
    ITEM_APPROVE = "item.approve"
    ITEM_MANAGE = "item.manage"
    LESSON_REVIEW = "lesson.review"
    SITTING_ASSIGN = "sitting.assign"
    SLOT_OFFER = "slot.offer"
    SLOT_BOOK = "slot.book"
    SITTING_ANSWER = "sitting.answer"
    ASSESSORS_MANAGE = "assessors.manage"
    SITES_MANAGE = "sites.manage"
    RUBRIC_READ = "rubric.read"
    RUBRIC_WRITE = "rubric.write"
    REMEDIATION_READ = "remediation.read"
    REMEDIATION_WRITE = "remediation.write"
    REMEDIATION_ANSWER = "remediation.answer"
    PRACTICAL_READ = "practical.read"
    PRACTICAL_SIGN = "practical.sign"
    PRACTICUM_LOG = "practicum.log"
    PRACTICUM_CONFIRM = "practicum.confirm"
    PRACTICUM_READ = "practicum.read"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_REVOKE = "certificate.revoke"
    CERTIFICATE_SUSPEND = "certificate.suspend"
    CERTIFICATE_REISSUE = "certificate.reissue"
    CERTIFICATE_ISSUE = "certificate.issue"
    REISSUE_ASK = "certificate.ask_reissue"
    REGISTER_READ = "register.read"
    JOBS_READ = "jobs.read"
    JOBS_RETRY = "jobs.retry"
    AUDIT_READ = "audit.read"
    ROLE_GRANT = "role.grant"
    PROPOSALS_READ = "proposals.read"
    STYLEGUIDE_READ = "styleguide.read"


_EVERYBODY = dict.fromkeys(Role, Scope.OWN)

MATRIX: dict[Permission, dict[Role, Scope]] = {
    Permission.ACCOUNT_READ: _EVERYBODY,
    Permission.HOME_READ: _EVERYBODY,
    Permission.APPLICATION_SUBMIT: {Role.TRAINEE: Scope.OWN},
    Permission.APPLICATION_DECIDE: {Role.REGISTRAR: Scope.ALL},
    Permission.ENROLMENT_READ: {
        Role.TRAINEE: Scope.OWN,
        Role.INSTRUCTOR: Scope.ASSIGNED,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    Permission.COURSE_READ: {
        Role.TRAINEE: Scope.OWN,
        Role.INSTRUCTOR: Scope.ALL,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
        Role.EDITOR: Scope.ALL,
        Role.PHYSICIAN: Scope.ALL,
    },
    Permission.LESSON_COMPLETE: {Role.TRAINEE: Scope.OWN},
    Permission.PRACTICE_TAKE: {Role.TRAINEE: Scope.OWN},
    Permission.SEMINAR_BOOK: {Role.TRAINEE: Scope.OWN},
    # Who is there is marked by those who teach the seminar, and mended by the registrar; never one's own attendance.
    Permission.SEMINAR_TEACH: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.REGISTRAR: Scope.ALL},
    Permission.SEMINAR_PLAN: {Role.REGISTRAR: Scope.ALL},
    Permission.PAGES_EDIT: {Role.EDITOR: Scope.ALL},
    Permission.ATTEMPT_TAKE: {Role.TRAINEE: Scope.OWN},
    # Both after showing who one is (S-17): more time for somebody changes what a result means.
    Permission.ATTEMPT_EXTEND: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.ACCOMMODATION_GRANT: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.ACCOMMODATION_READ: {Role.TRAINEE: Scope.OWN, Role.EXAM_ADMIN: Scope.ALL},
    Permission.EXAM_CONFIGURE: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.RESULT_READ: {
        Role.TRAINEE: Scope.OWN,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    # Rows lesson progress, result and sign-off: instructors see the trainees whom they assess, and released results.
    Permission.GRADEBOOK_READ: {
        Role.INSTRUCTOR: Scope.ASSIGNED,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    Permission.SESSION_PLAN: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    # How an exam is taken belongs to its form and cut, which exam administrators write (row "form, blueprint, cut").
    Permission.SUPERVISION_DECIDE: {Role.EXAM_ADMIN: Scope.ALL},
    # Row "attempt · pause, extend, void": who supervises the session, or an exam administrator who has shown again who
    # they are. Voiding needs two people, and the second one is an exam administrator.
    Permission.INVIGILATE: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.EXAM_ADMIN: Scope.ALL},
    Permission.ATTEMPT_VOID: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.EXAM_ADMIN: Scope.ALL},
    # To propose and to confirm: both take two people.
    Permission.RESULT_RELEASE: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.KEY_CHANGE: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.APPEAL_OPEN: {Role.TRAINEE: Scope.OWN},
    # Who had a part in the result or the item is kept from deciding besides.
    Permission.APPEAL_DECIDE: {Role.EXAM_ADMIN: Scope.ALL},
    # Instructors mark what they have taken; the marker is not the trainer (exams.md 3.8): a declared relationship keeps
    # a trainee's answers from their trainer. Exam administrators adjudicate besides, and may put back what others hold.
    Permission.MARK_ANSWERS: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.EXAM_ADMIN: Scope.ALL},
    Permission.MARKING_OVERSEE: {Role.EXAM_ADMIN: Scope.ALL},
    # Whoever reads the bank knows the keys, so a trainee's grant beside it is a matter for the registrar.
    Permission.BANK_READ: {Role.EXAM_ADMIN: Scope.ALL, Role.PHYSICIAN: Scope.ALL, Role.ITEM_AUTHOR: Scope.ASSIGNED},
    # Forms show keys too. Two people make one: whoever assembled or changed a form does not lock it.
    Permission.FORM_READ: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.FORM_WRITE: {Role.EXAM_ADMIN: Scope.ALL},
    # How items and forms behave, never who answered what; not for those who teach (exams.md 8, pitfall 23).
    Permission.STATISTICS_READ: {Role.EXAM_ADMIN: Scope.ALL},
    # What accreditors get of a year: it names no candidate and shows no item, so registrars may answer for it too.
    Permission.EVIDENCE_READ: {Role.EXAM_ADMIN: Scope.ALL, Role.REGISTRAR: Scope.ALL},
    # Panels that set the cut: opening, judges, rounds, and proposing what the board adopts, which takes two people.
    Permission.PANEL_RUN: {Role.EXAM_ADMIN: Scope.ALL},
    # Ratings are given by the judges named for a panel only, whatever their role; they see its items with keys.
    Permission.PANEL_RATE: {
        Role.INSTRUCTOR: Scope.ASSIGNED,
        Role.PHYSICIAN: Scope.ASSIGNED,
        Role.ITEM_AUTHOR: Scope.ASSIGNED,
        Role.EXAM_ADMIN: Scope.ALL,
    },
    Permission.REVIEWS_READ: {Role.EXAM_ADMIN: Scope.ALL, Role.EDITOR: Scope.ALL, Role.PHYSICIAN: Scope.ALL},
    # What may be reviewed depends on the role besides: only physicians review what is medically right.
    Permission.ITEM_REVIEW: {Role.EXAM_ADMIN: Scope.ALL, Role.PHYSICIAN: Scope.ALL},
    Permission.ITEM_WRITE: {Role.ITEM_AUTHOR: Scope.OWN},
    # Never of one's own item, whatever the role (S-8); the rules of the workflow see to that.
    Permission.ITEM_APPROVE: {Role.ITEM_AUTHOR: Scope.ASSIGNED, Role.EXAM_ADMIN: Scope.ALL},
    # Naming reviewers and authors, sets, taking an item out of use.
    Permission.ITEM_MANAGE: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.LESSON_REVIEW: {Role.PHYSICIAN: Scope.ALL},
    Permission.SITTING_ASSIGN: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    # Assessors offer their own time; trainees ask for it; who is named answers, or whoever plans sittings.
    Permission.SLOT_OFFER: {Role.INSTRUCTOR: Scope.OWN},
    Permission.SLOT_BOOK: {Role.TRAINEE: Scope.OWN},
    Permission.SITTING_ANSWER: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    # Sites of providers, who is approved to assess there, and which trainees learn there: never one's own approval.
    Permission.SITES_MANAGE: {Role.REGISTRAR: Scope.ALL},
    # Who may assess: never one's own qualification. Exam administrators see and keep it too, as they plan sittings.
    Permission.ASSESSORS_MANAGE: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    # Stations tell what is planted in them, so trainees do not see them ahead.
    Permission.RUBRIC_READ: {
        Role.INSTRUCTOR: Scope.ALL,
        Role.PHYSICIAN: Scope.ALL,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    # Row "form, blueprint, cut". A draft comes into force when an exam administrator who did not write it approves it.
    Permission.RUBRIC_WRITE: {Role.EXAM_ADMIN: Scope.ALL},
    Permission.REMEDIATION_READ: {
        Role.TRAINEE: Scope.OWN,
        Role.INSTRUCTOR: Scope.ASSIGNED,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    # Assessors after their own record; whoever is named follows up and closes. Registrars step in for who has left.
    Permission.REMEDIATION_WRITE: {Role.INSTRUCTOR: Scope.ASSIGNED, Role.REGISTRAR: Scope.ALL},
    Permission.REMEDIATION_ANSWER: {Role.TRAINEE: Scope.OWN},
    Permission.PRACTICAL_READ: {
        Role.TRAINEE: Scope.OWN,
        Role.INSTRUCTOR: Scope.ASSIGNED,
        Role.EXAM_ADMIN: Scope.ALL,
        Role.REGISTRAR: Scope.ALL,
    },
    Permission.PRACTICAL_SIGN: {Role.INSTRUCTOR: Scope.ASSIGNED},
    Permission.PRACTICUM_LOG: {Role.TRAINEE: Scope.OWN},
    # Only what names them as the supervisor.
    Permission.PRACTICUM_CONFIRM: {Role.INSTRUCTOR: Scope.ASSIGNED},
    Permission.PRACTICUM_READ: {Role.EXAM_ADMIN: Scope.ALL, Role.REGISTRAR: Scope.ALL},
    Permission.CERTIFICATE_READ: {Role.TRAINEE: Scope.OWN, Role.REGISTRAR: Scope.ALL},
    Permission.CERTIFICATE_REVOKE: {Role.REGISTRAR: Scope.ALL},
    # One suspends, two put back into force; a new edition takes two as well.
    Permission.CERTIFICATE_SUSPEND: {Role.REGISTRAR: Scope.ALL},
    Permission.CERTIFICATE_REISSUE: {Role.REGISTRAR: Scope.ALL},
    # The queue of what is missing, holding back and letting go. The rules decide who gets one, never a person.
    Permission.CERTIFICATE_ISSUE: {Role.REGISTRAR: Scope.ALL},
    Permission.REISSUE_ASK: {Role.TRAINEE: Scope.OWN, Role.REGISTRAR: Scope.ALL},
    Permission.REGISTER_READ: {Role.REGISTRAR: Scope.ALL},
    Permission.JOBS_READ: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    Permission.JOBS_RETRY: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    Permission.AUDIT_READ: {Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    # No role stands above the registrar, so registrars grant roles: to others only, after showing who they are (S-17).
    Permission.ROLE_GRANT: {Role.REGISTRAR: Scope.ALL},
    # What may be decided depends on the act besides: each kind of proposal names its own permission. Instructors may
    # propose to void an attempt; they see what they proposed, and can take it back.
    Permission.PROPOSALS_READ: {Role.INSTRUCTOR: Scope.OWN, Role.REGISTRAR: Scope.ALL, Role.EXAM_ADMIN: Scope.ALL},
    Permission.STYLEGUIDE_READ: {role: Scope.ALL for role in Role if role is not Role.TRAINEE},
}


def scope_of(person: "User", permission: Permission) -> Scope | None:
    """Return the widest reach that the person's roles give, or None when no role allows it."""
    rows = MATRIX[permission]
    return max((rows[role] for role in person.roles if role in rows), default=None)


def demand(person: "User", permission: Permission) -> Scope:
    """Return the person's reach for a permission. Raises `PermissionDenied` when there is none."""
    scope = scope_of(person, permission) if person.is_active else None
    if scope is None:
        raise PermissionDenied(f"This needs the permission {permission.value}.")
    return scope


def requires(permission: Permission, *, api: bool = False, keeps: int = 0) -> Callable[[View], View]:
    """Declare the permission of a view. Strangers are sent to log in (or get 401 with `api`), others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if api:
                    return JsonResponse({"code": "not_signed_in", "detail": "Sign in again."}, status=401)
                return redirect_to_login(request.get_full_path())
            ours = cast("PersonRequest", request)
            ours.scope = demand(ours.user, permission)
            return view(ours, *args, **kwargs)

        finished = _kept_privately(guarded, keeps) if keeps else never_cache(guarded)
        setattr(finished, "permission", permission)  # noqa: B010 - functions carry it, types do not know
        return cast(View, finished)

    return decorate


def _kept_privately(view: Callable[..., HttpResponseBase], seconds: int) -> Callable[..., HttpResponseBase]:
    """Let the browser of the one person keep a good answer; refusals and errors are never kept."""

    @wraps(view)
    def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        good = response.status_code == 200
        response["Cache-Control"] = f"private, max-age={seconds}, immutable" if good else "private, no-store"
        return response

    return keeping


def public(view: View) -> View:
    """Declare that anybody may reach a view, signed in or not."""
    view.permission = None  # type: ignore[attr-defined]
    return view
