"""Whether somebody may assess a trainee: qualified, and without a conflict that nobody allowed.

Asked when a sitting is assigned, when it is opened, and when it or a correction of it is signed (S-7).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from courses.models import Enrolment
from exams.errors import OverridableError, PracticalError, UnfitError
from exams.models import (
    ConflictOverride,
    PracticumEntry,
    ProviderSite,
    RemediationPlan,
    RubricVersion,
    Sitting,
    StationResult,
    approvals_at,
    signed_practicals,
    site_of,
    standings_of,
)
from exams.rules.assessors import Standing, Task, sufficient, what_is_lacking
from exams.rules.conflicts import (
    Conflict,
    Encounters,
    Relationship,
    all_conflicts,
    conflict,
    conflicts_at_stations,
)
from exams.rules.passing import refusals_to_try, repeats_due
from exams.rules.remediation import refusals_without_plan
from exams.rules.scheduling import Objection
from exams.rules.sites import approved_on
from lms.accounts.days import site_day
from lms.accounts.models import DeclaredRelationship, User
from lms.look.templatetags.moments import day_text


@dataclass(frozen=True)
class Duty:
    """What somebody is to assess: whom, by which version, at which stations, with which kind of device, when."""

    enrolment: Enrolment
    version: RubricVersion
    task: Task

    @classmethod
    def of(cls, sitting: Sitting, day: date | None = None) -> "Duty":
        """Return the duty of a sitting, on its planned day or on another."""
        task = Task(
            sitting.enrolment.programme_id, tuple(sitting.stations), sitting.family, day or sitting.scheduled_for
        )
        return cls(sitting.enrolment, sitting.rubric_version, task)


def refuse_conflict(*, assessor: User, trainee: User, allowing: Collection[str] = ()) -> None:
    """Raise `PracticalError` for self and declared relationships (S-7); `allowing` names harmless kinds."""
    if found := conflict(assessor.pk, trainee.pk, _relationships(assessor, trainee, allowing)):
        raise PracticalError(found.code, found.sentence)


def refuse_unfit(*, assessor: User, duty: Duty, basis: str = "") -> tuple[Standing, ...]:
    """Return the qualifications that entitle somebody to a duty; with `basis`, only those of this kind.

    Raises `UnfitError` with the code of the first condition that is not met and a sentence that names all of them, or
    with the code of a conflict, or not_at_site; `OverridableError` when a second person could allow every conflict that
    there is.
    """
    found = conflicts_of(assessor=assessor, duty=duty)
    if found:
        error = OverridableError if all(one.key for one in found) else UnfitError
        raise error(found[0].code, " ".join(one.sentence for one in found))
    refuse_elsewhere(assessor=assessor, enrolment=duty.enrolment, day=duty.task.day)
    standings = [one for one in standings_of([assessor.pk])[assessor.pk] if basis in ("", one.basis)]
    if lacking := what_is_lacking(standings, duty.task):
        words = "; ".join(lack.sentence for lack in lacking)
        sentence = f"{assessor.full_name} may not assess this: {words}. The registrar keeps the list of assessors."
        raise UnfitError(lacking[0].code, sentence)
    return sufficient(standings, duty.task)


def refuse_elsewhere(*, assessor: User, enrolment: Enrolment, day: date) -> None:
    """Raise `UnfitError` not_at_site when a trainee is on the job at a site where this person is not approved then."""
    site = site_of(enrolment)
    if site is not None and not approved_on(approvals_at(site, [assessor.pk])[assessor.pk], day):
        raise UnfitError("not_at_site", not_approved(assessor, enrolment, site, f"on {day_text(day)}"))


def not_approved(assessor: User, enrolment: Enrolment, site: ProviderSite, when: str) -> str:
    """Say that somebody is not approved where a trainee is on the job."""
    trainee = enrolment.person.full_name
    return (
        f"{trainee} learns on the job at {site.name}, and {assessor.full_name} is not approved there {when}. "
        "The registrar keeps the list of each site."
    )


def refuse_unfit_now(sitting: Sitting, assessor: User) -> tuple[Standing, ...]:
    """Ask the same for a sitting as of today; once it is opened, for the basis that was stated then."""
    return refuse_unfit(assessor=assessor, duty=Duty.of(sitting, site_day()), basis=sitting.qualification)


def conflicts_of(*, assessor: User, duty: Duty) -> tuple[Conflict, ...]:
    """Return every conflict between an assessor and a trainee that nobody has allowed for this enrolment."""
    trainee = duty.enrolment.person
    rules = duty.version.plain.rules
    more: list[Conflict] = []
    if rules.months_after_training or rules.other_assessor_after_failure:
        encounters = _encounters(assessor, trainee)
        more = list(conflicts_at_stations(encounters, rules, duty.task.stations, duty.task.day))
    found = all_conflicts(assessor.pk, trainee.pk, _relationships(assessor, trainee), more)
    if not any(one.key for one in found):
        return found
    allowed = _allowed(assessor, duty.enrolment)
    return tuple(one for one in found if not one.key or one.key not in allowed)


def refuse_early_try(duty: Duty) -> None:
    """Raise `PracticalError` too_early, too_many_tries or plan_open when a station may not be tried on that day."""
    rules = duty.version.plain.rules
    waits_for_plan = rules.plan_after_failure or rules.plan_after_critical_failure
    if not (rules.days_after_critical_failure or rules.retries_on_one_day is not None or waits_for_plan):
        return
    evidence = signed_practicals([duty.enrolment])[duty.enrolment.pk].evidence
    found = refusals_to_try(duty.task.stations, evidence, rules, duty.task.day)
    if waits_for_plan:
        plans = [plan.facts for plan in RemediationPlan.objects.filter(enrolment=duty.enrolment)]
        found = (*found, *refusals_without_plan(duty.task.stations, evidence, rules, plans))
    if found:
        raise PracticalError(found[0].code, " ".join(one.sentence for one in found))


def scheme_objections(duty: Duty, *, physician: bool) -> tuple[Objection, ...]:
    """Say which stations will not count as planned: without a physician, or without what has to be done again."""
    rubric = duty.version.plain
    found = []
    alone = sorted(rubric.physician_codes.intersection(duty.task.stations))
    if rubric.rules.physician_where_required and alone and not physician:
        sentence = (
            f"{', '.join(alone)} counts only when a TMS-trained physician assesses it, and this assessor is none."
        )
        found.append(Objection("physician_needed", sentence))
    if rubric.rules.repeat_after_critical_failure:
        evidence = signed_practicals([duty.enrolment])[duty.enrolment.pk].evidence
        due = [code for code in repeats_due(evidence, rubric.rules) if code not in duty.task.stations]
        if due:
            sentence = (
                f"After a critical failure {', '.join(due)} has to be done again too, and is not in this sitting."
            )
            found.append(Objection("repeat_needed", sentence))
    return tuple(found)


def _relationships(assessor: User, trainee: User, allowing: Collection[str] = ()) -> list[Relationship]:
    people = [assessor.pk, trainee.pk]
    rows = DeclaredRelationship.objects.filter(person__in=people, other__in=people, ended_at__isnull=True)
    rows = rows.exclude(kind__in=allowing)
    return [Relationship(row.person_id, row.other_id, row.get_kind_display(), row.kind) for row in rows]


def _encounters(assessor: User, trainee: User) -> Encounters:
    sessions = PracticumEntry.objects.confirmed().filter(supervisor=assessor, enrolment__person=trainee)
    last = sessions.order_by("-year", "-month").first()
    failed = StationResult.objects.filter(
        met=False,
        sign_off__corrected_by__isnull=True,
        sign_off__signer=assessor,
        sign_off__sitting__enrolment__person=trainee,
    ).values_list("station", "sign_off__sitting__signed_at")
    return Encounters(
        trained_until=last.first_day if last else None,
        failures=tuple((station, site_day(moment)) for station, moment in failed if moment),
    )


def _allowed(assessor: User, enrolment: Enrolment) -> set[str]:
    rows = ConflictOverride.objects.filter(assessor=assessor, enrolment=enrolment).values_list("conflicts", flat=True)
    return {key for keys in rows for key in keys}
