"""The next version of a fixed form under the newest version of its blueprint, as after an adopted cut.

The form that there is stays as it is, with all attempts at it. The new one has the same items in the same order, and
goes through review and lock by two people like any other.
"""

from django.db import IntegrityError, transaction
from django.db.models import Max

from exams.actions.form_rows import add_form, content_hash, placements_of
from exams.errors import FormError
from exams.models import Blueprint, ExamForm, FormKind
from exams.pool import need_of
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


def newer_blueprint(form: ExamForm) -> Blueprint | None:
    """Return the newest version of a form's blueprint if the form has an older one."""
    own = form.blueprint
    return Blueprint.objects.filter(code=own.code, version__gt=own.version).order_by("-version").first()


def version_under(form: ExamForm, blueprint: Blueprint) -> ExamForm | None:
    """Return the version of a form with the same items in the same order under a blueprint version, if there is one."""
    wanted = content_hash(blueprint.pk, placements_of(form))
    return ExamForm.objects.filter(code=form.code, content_hash=wanted).order_by("-version").first()


def make_next_version(*, form: ExamForm, by: User) -> ExamForm:
    """Make a draft with the items of a locked form under the newest version of its blueprint.

    Raises `FormError`: not_locked, made_for_one, blueprint_is_newest, blueprint_differs, made_already.
    """
    demand(by, Permission.FORM_WRITE)
    if not form.is_locked:
        raise FormError("not_locked", "This form is not locked yet. Go on with it.")
    if form.kind != FormKind.FIXED:
        raise FormError("made_for_one", "This form was made for one attempt. It has no next version.")
    newest = newer_blueprint(form)
    if newest is None:
        raise FormError("blueprint_is_newest", "This form has the newest version of its blueprint already.")
    if need_of(newest) != need_of(form.blueprint):
        raise FormError(
            "blueprint_differs",
            f"Version {newest.version} of the blueprint asks for other items than version {form.blueprint.version}. "
            "Assemble a form under it.",
        )
    try:
        return _make(form, newest, by)
    except IntegrityError as error:
        raise FormError("made_already", "Somebody else made the next version a moment ago. Look again.") from error


@transaction.atomic
def _make(form: ExamForm, newest: Blueprint, by: User) -> ExamForm:
    made = version_under(form, newest)
    if made is not None:
        raise FormError("made_already", f"Version {made.version} of this form has these items under it already.")
    last = ExamForm.objects.filter(code=form.code).aggregate(last=Max("version"))["last"]
    fresh = add_form(
        code=form.code,
        version=last + 1,
        blueprint=newest,
        placements=placements_of(form),
        kind=FormKind.FIXED,
        assembly={},
        assembled_by=by,
    )
    data = {"code": form.code, "from": form.version, "version": fresh.version, "blueprint": newest.version}
    record(Verb.FORM_MADE_ANEW, by=by, target=fresh, data=data | {"hash": fresh.content_hash})
    return fresh
