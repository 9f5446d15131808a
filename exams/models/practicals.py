"""Rows of the in-person practical: rubric, sitting, what was observed, what was signed."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.rules import practical as rules
from exams.rules.assessors import FAMILY_WORDS, DeviceFamily
from exams.rules.passing import StationEvidence
from exams.rules.practical_record import read_record, short_form
from exams.rules.rubrics import RubricContent, Station, rubric_from
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Scope
from lms.accounts.proofs import ProofMethod

_READ_RUBRICS: dict[str, RubricContent] = {}


class Rubric(models.Model):
    """The practical of one programme, through all its versions."""

    code = models.SlugField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rubrics")

    def __str__(self) -> str:
        return self.code


class RubricVersion(models.Model):
    """One version of a rubric, as its file had it. Frozen by the database once a sitting uses it."""

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content: "models.JSONField[Any, Any]" = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Numbered from 1 within its rubric."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="exams_rubric_version_number"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of rubric {self.rubric_id}"

    @property
    def plain(self) -> RubricContent:
        """The content as plain values. Read once per process: a version never changes, and its digest names it."""
        if self.digest not in _READ_RUBRICS:
            _READ_RUBRICS[self.digest] = rubric_from(self.content)
        return _READ_RUBRICS[self.digest]


def newest_rubric(programme: int) -> RubricVersion | None:
    """Return the newest version of the rubric of a programme (its key), or None where it has no practical."""
    return RubricVersion.objects.filter(rubric__programme=programme).order_by("-number").first()


class SittingState(models.TextChoices):
    """Where a sitting stands."""

    OPEN = "open", "open"
    SIGNED = "signed", "signed"
    CANCELLED = "cancelled", "cancelled"


class Qualification(models.TextChoices):
    """What entitles somebody to assess (curriculum.md section 4): the basis of a qualification as an assessor."""

    PHYSICIAN = "physician", "TMS-trained physician"
    TECHNICIAN = "technician", "Certified TMS technician, level 5, with assessor training"


DEVICE_FAMILIES = [(family.value, words) for family, words in FAMILY_WORDS.items()]


class SittingQuerySet(models.QuerySet["Sitting"]):
    """Named reads of sittings."""

    def with_people(self) -> "SittingQuerySet":
        """Fetch what every page about a sitting shows; the rubric's content is rarely needed (see `plain`)."""
        people = self.select_related("enrolment__person", "enrolment__programme", "assessor", "rubric_version__rubric")
        return people.defer("rubric_version__content")

    def to_assess_by(self, person: User) -> "SittingQuerySet":
        """Narrow to sittings that this person is to assess."""
        return self.filter(assessor=person)

    def on_the_list(self, today: date) -> "SittingQuerySet":
        """Narrow to what a day list shows: everything open, and what was planned for today."""
        return self.filter(Q(state=SittingState.OPEN) | Q(scheduled_for=today, state=SittingState.SIGNED))

    def around(self, day: date) -> "SittingQuerySet":
        """Narrow to what still waits on a day or beside it, for a day begins at different moments on earth."""
        beside = (day - timedelta(days=1), day + timedelta(days=1))
        return self.filter(state=SittingState.OPEN, scheduled_for__range=beside)

    def named(self, text: str) -> "SittingQuerySet":
        """Narrow to trainees whose name contains a text, in any case."""
        return self.filter(enrolment__person__full_name__icontains=text)


class Sitting(models.Model):
    """One appointment at which one assessor observes one trainee at some or all stations."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sittings")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sittings_to_assess")
    rubric_version = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="sittings")
    stations: "models.JSONField[Any, Any]" = models.JSONField(help_text="Codes of the stations to assess.")
    scheduled_for = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at any time of the day.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="The start and the minutes of the stations.")
    place = models.CharField(max_length=120)
    device = models.CharField(max_length=120, help_text="Stimulator and coil.")
    device_family = models.CharField(
        max_length=16, choices=DEVICE_FAMILIES, blank=True, help_text="Empty: assigned before it was asked for."
    )
    simulated = models.BooleanField(help_text="With an actor or manikin, not with a patient.")
    state = models.CharField(max_length=16, choices=SittingState.choices, default=SittingState.OPEN)
    rev = models.PositiveIntegerField(default=0, help_text="Counts accepted changes; every save passes this gate.")
    nonce = models.UUIDField(unique=True, help_text="Of the request that assigned it; a repeat finds this row.")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When the assessor confirmed both identities.")
    qualification = models.CharField(max_length=16, choices=Qualification.choices, blank=True)
    qualified_by = models.ForeignKey(
        "exams.AssessorQualification",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sittings",
        help_text="By which it was opened; empty: before qualifications were kept.",
    )
    second_wanted = models.BooleanField(default=False, help_text="Drawn for a second, independent rating.")
    rates_again = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="second_ratings",
        help_text="The sitting whose performance this one rates independently.",
    )
    adjudicates = models.BooleanField(default=False, help_text="Decides between two ratings that differ.")
    checkout = models.ForeignKey(
        "exams.FieldCheckout",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Which device holds it for work without a network; entries from elsewhere are refused meanwhile.",
    )
    signed_at = models.DateTimeField(null=True, blank=True, help_text="First signature; corrections do not move it.")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        """State, moments and qualification belong together."""

        indexes = [models.Index(fields=["assessor", "state", "scheduled_for"], name="exams_sitting_day_list")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SittingState.values), name="exams_sitting_known_state"),
            models.CheckConstraint(
                condition=Q(state="signed", signed_at__isnull=False, opened_at__isnull=False)
                | (~Q(state="signed") & Q(signed_at__isnull=True)),
                name="exams_sitting_signed_at",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="exams_sitting_cancelled_at",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, qualification="")
                | Q(opened_at__isnull=False, qualification__in=Qualification.values),
                name="exams_sitting_opened_with_qualification",
            ),
            models.CheckConstraint(
                condition=Q(adjudicates=False) | Q(rates_again__isnull=False),
                name="exams_sitting_adjudicates_something",
            ),
            models.CheckConstraint(
                condition=Q(rates_again__isnull=True) | (~Q(rates_again=F("id")) & Q(second_wanted=False)),
                name="exams_sitting_rates_another",
            ),
            models.UniqueConstraint(
                fields=["rates_again", "assessor"],
                condition=Q(rates_again__isnull=False) & ~Q(state="cancelled"),
                name="exams_sitting_one_rating_each",
            ),
        ]

    def __str__(self) -> str:
        return f"sitting {self.id}"

    @property
    def trainee(self) -> User:
        """Who is assessed."""
        return self.enrolment.person

    @property
    def family(self) -> DeviceFamily | None:
        """The kind of device, where it was stated."""
        return DeviceFamily(self.device_family) if self.device_family else None

    @property
    def is_open(self) -> bool:
        """Whether it still takes entries."""
        return self.state == SittingState.OPEN

    @cached_property
    def rubric(self) -> RubricContent:
        """The rubric that it is assessed by."""
        return self.rubric_version.plain

    @cached_property
    def chosen_stations(self) -> tuple[Station, ...]:
        """The stations to assess, in the order of doing."""
        return self.rubric.chosen(self.stations)

    def values(self) -> dict[str, str]:
        """Read the current value of every field that has one."""
        return {row.field: row.value for row in self.observations.all() if row.value}


class Observation(models.Model):
    """The current value of one field of an open sitting, under the number of the save that brought it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="observations")
    field = models.CharField(max_length=48)
    seq = models.PositiveIntegerField()
    value = models.TextField(blank=True)
    rev = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        """One row per field."""

        constraints = [models.UniqueConstraint(fields=["sitting", "field"], name="exams_observation_one_per_field")]

    def __str__(self) -> str:
        return f"{self.field} of sitting {self.sitting_id}"


class ObservationLog(models.Model):
    """Every accepted save. Added only."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="observation_log")
    field = models.CharField(max_length=48)
    seq = models.PositiveIntegerField()
    value = models.TextField(blank=True)
    rev = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        """A number of a field is used once."""

        constraints = [
            models.UniqueConstraint(fields=["sitting", "field", "seq"], name="exams_observation_log_number"),
        ]

    def __str__(self) -> str:
        return f"{self.field} number {self.seq} of sitting {self.sitting_id}"


class StrayObservation(models.Model):
    """A save that came after the sitting was closed. Kept to be seen; it never counts by itself. Added only."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="stray_observations")
    field = models.CharField(max_length=48)
    seq = models.PositiveIntegerField()
    value = models.TextField(blank=True)
    value_digest = models.CharField(max_length=64, help_text="SHA-256 of the value; long texts do not fit an index.")
    received_at = models.DateTimeField()

    class Meta:
        """A retry of the same save is one row."""

        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "field", "seq", "value_digest"], name="exams_stray_observation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"late {self.field} of sitting {self.sitting_id}"


class SignOffQuerySet(models.QuerySet["SignOff"]):
    """Named reads of signed records."""

    def visible_to(self, person: User, scope: Scope) -> "SignOffQuerySet":
        """Narrow to own records (as trainee or as assessor), or all."""
        if scope is Scope.ALL:
            return self
        own = Q(sitting__enrolment__person=person)
        return self.filter(own | Q(sitting__assessor=person) if scope is Scope.ASSIGNED else own)

    def with_people(self) -> "SignOffQuerySet":
        """Fetch what every page about a record shows."""
        return self.select_related(
            "signer", "sitting__enrolment__person", "sitting__rubric_version__rubric", "acknowledgement"
        ).defer("sitting__rubric_version__content")


class SignOff(models.Model):
    """One signed version of the record of a sitting. Added only; a correction is a new version that cites the old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="sign_offs")
    version = models.PositiveSmallIntegerField()
    record = models.BinaryField(help_text="The canonical bytes that were signed.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the record.")
    outcome = models.CharField(max_length=24)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    printed_name = models.CharField(max_length=120)
    meaning = models.TextField()
    auth_method = models.CharField(max_length=16, choices=ProofMethod.choices)
    authenticated_at = models.DateTimeField()
    signed_at = models.DateTimeField()
    chain_number = models.PositiveIntegerField(help_text="Counts the signatures of this signer from 1.")
    previous_digest = models.CharField(max_length=64, help_text="The signer's signature before this one.")
    assertion = models.TextField(blank=True, help_text="The answer of the signer's passkey to the digest.")
    signature_digest = models.CharField(max_length=64, unique=True)
    nonce = models.UUIDField(unique=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.TextField(blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        """Versions count from 1; only later versions correct, and then with a reason; chains do not fork."""

        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "version"], name="exams_sign_off_version"),
            models.UniqueConstraint(fields=["signer", "chain_number"], name="exams_sign_off_chain"),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True, reason="")
                | (Q(version__gt=1, corrects__isnull=False) & ~Q(reason="")),
                name="exams_sign_off_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in rules.Outcome]),
                name="exams_sign_off_known_outcome",
            ),
            models.CheckConstraint(
                condition=(Q(auth_method=ProofMethod.PASSKEY) & ~Q(assertion=""))
                | (Q(auth_method__in=[ProofMethod.PASSWORD, ProofMethod.PASSWORD_AND_CODE], assertion="")),
                name="exams_sign_off_passkey_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of the record of sitting {self.sitting_id}"

    @property
    def payload(self) -> bytes:
        """The signed bytes, whatever type the database driver returns."""
        return bytes(self.record)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The record, parsed."""
        return read_record(self.payload)

    @property
    def reference(self) -> str:
        """What people quote: the first digits of the digest in groups of four."""
        return short_form(self.digest)


class StationResult(models.Model):
    """The judgement of one station in one signed version. Added only."""

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="results")
    station = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField(null=True)
    critical = models.BooleanField()
    met = models.BooleanField()

    class Meta:
        """One judgement per station; no station is met after a critical failure or without a level."""

        constraints = [
            models.UniqueConstraint(fields=["sign_off", "station"], name="exams_station_result_once"),
            models.CheckConstraint(
                condition=Q(met=False) | Q(critical=False, level__isnull=False), name="exams_station_result_met"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} of sign-off {self.sign_off_id}"


class Acknowledgement(models.Model):
    """The trainee has read a signed record, and agrees or adds a remark. Added only."""

    sign_off = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="acknowledgement")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    remark = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Who does not agree says why."""

        constraints = [
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(remark=""), name="exams_acknowledgement_remark"),
        ]

    def __str__(self) -> str:
        return f"acknowledgement of sign-off {self.sign_off_id}"


@dataclass(frozen=True)
class SignedPractical:
    """What the signed records of one enrolment hold, and how far that brings it."""

    outcome: rules.PracticalOutcome
    evidence: tuple[StationEvidence, ...]


def practical_outcome(enrolment: Enrolment) -> rules.PracticalOutcome:
    """Decide how far an enrolment is in the practical; see `signed_practicals`."""
    return signed_practicals([enrolment])[enrolment.pk].outcome


def signed_practicals(enrolments: Collection[Enrolment]) -> dict[uuid.UUID, SignedPractical]:
    """Decide how far enrolments are, from the effective sign-offs (the last version per sitting), in three queries.

    Each is measured against the newest rubric version among its signed sittings, so that a rubric loaded later does
    not take a passed practical away; without any, against the programme's newest version.
    """
    programmes = {enrolment.programme_id for enrolment in enrolments}
    versions = list(
        RubricVersion.objects.filter(rubric__programme__in=programmes).select_related("rubric").order_by("number")
    )
    effective = _effective_sign_offs(enrolments)
    return {
        enrolment.pk: _signed_practical(
            list(effective.get(enrolment.pk, {}).values()),
            [version for version in versions if version.rubric.programme_id == enrolment.programme_id],
        )
        for enrolment in enrolments
    }


def _effective_sign_offs(enrolments: Collection[Enrolment]) -> dict[uuid.UUID, dict[uuid.UUID, SignOff]]:
    """Return the last signed version of each sitting, by enrolment and sitting."""
    signed = SignOff.objects.filter(sitting__enrolment__in=[enrolment.pk for enrolment in enrolments])
    found: dict[uuid.UUID, dict[uuid.UUID, SignOff]] = {}
    for row in signed.order_by("version").defer("record").select_related("sitting").prefetch_related("results"):
        found.setdefault(row.sitting.enrolment_id, {})[row.sitting_id] = row
    return found


def _signed_practical(signed: list[SignOff], versions: list[RubricVersion]) -> SignedPractical:
    evidence = tuple(_evidence(row, result) for row in signed for result in row.results.all())
    used = {row.sitting.rubric_version_id for row in signed}
    version = max(
        [version for version in versions if version.pk in used] or versions,
        key=lambda version: version.number,
        default=None,
    )
    if version is None:
        return SignedPractical(rules.practical_outcome((), evidence), evidence)
    rubric = version.plain
    outcome = rules.practical_outcome(rubric.codes, evidence, rubric.rules, rubric.physician_codes)
    return SignedPractical(outcome, evidence)


def _evidence(row: SignOff, result: StationResult) -> StationEvidence:
    sitting = row.sitting
    observed_at = sitting.signed_at or row.signed_at
    return StationEvidence(
        station=result.station,
        met=result.met,
        observed_at=observed_at,
        signed_at=row.signed_at,
        assessor=row.printed_name,
        critical=result.critical,
        day=site_day(observed_at),
        assessor_id=row.signer_id,
        physician=sitting.qualification == Qualification.PHYSICIAN,
        sitting=str(sitting.pk),
        rates_again=str(sitting.rates_again_id or ""),
        adjudicates=sitting.adjudicates,
    )
