"""Brings the rubric of a practical from its material file into the database."""

from typing import Any

from django.db import transaction

from courses.models import Programme
from exams.errors import PracticalError
from exams.models import Rubric, RubricDraft, RubricVersion
from exams.rules.rubrics import content_digest, rubric_from
from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def load_practical(content: dict[str, Any], *, by: User | None = None) -> RubricVersion:
    """Store a rubric as a new version when its content differs from the newest one; the same content changes nothing.

    The version takes the author's number when that is higher than the last one. Earlier versions are never touched. A
    version that was approved on the site is overwritten by no file that does not know of it (decision 0017): a file
    that was loaded before changes nothing then, and a new one needs a higher number.
    Raises `PracticalError`: bad_rubric, unknown_programme, edited_on_site.
    """
    try:
        plain = rubric_from(content)
    except ValueError as fault:
        raise PracticalError("bad_rubric", f"{fault}.") from fault
    programme = Programme.objects.filter(code=content.get("programme")).first()
    if programme is None:
        raise PracticalError("unknown_programme", f"There is no programme {content.get('programme')!r}.")
    rubric, _ = Rubric.objects.get_or_create(code=plain.code, defaults={"programme": programme})
    newest = rubric.versions.order_by("-number").first()
    digest = content_digest(content)
    if newest and newest.digest == digest:
        return newest
    if newest and RubricDraft.objects.filter(version=newest).exists():
        if rubric.versions.filter(digest=digest).exists():
            return newest
        _demand_higher(newest, content)
    number = max(newest.number + 1 if newest else 1, int(content.get("version", 1)))
    version = RubricVersion.objects.create(rubric=rubric, number=number, content=content, digest=digest)
    record(Verb.RUBRIC_VERSION_CREATED, by=by, target=version, data={"code": plain.code, "number": number})
    return version


def _demand_higher(newest: RubricVersion, content: dict[str, Any]) -> None:
    if int(content.get("version", 1)) <= newest.number:
        sentence = (
            f"Version {newest.number} of {content['code']} was approved on the site, and this file does not know of "
            "it. Download that version there, bring your changes into it, and give the file "
            f"`version: {newest.number + 1}`."
        )
        raise PracticalError("edited_on_site", sentence)
