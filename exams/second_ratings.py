"""Which sittings are rated twice, which wait for a second rater, and where two raters differ."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from exams.models import Sitting, SittingState, signed_practicals
from exams.rules.passing import StationEvidence, ratings_that_count, verdict
from exams.rules.scheme import SchemeRules

MOST_ROWS = 100


@dataclass(frozen=True)
class WaitingForRater:
    """A sitting that waits for somebody: a second rater, or whoever decides about `disputed` stations."""

    sitting: Sitting
    disputed: tuple[str, ...] = ()


def is_drawn(rules: SchemeRules, sitting: Sitting) -> bool:
    """Say whether a new sitting is rated twice: among the first of its assessor, or drawn by its random key."""
    if rules.first_sittings_rated_twice:
        earlier = Sitting.objects.filter(assessor=sitting.assessor, rates_again__isnull=True)
        if earlier.exclude(state=SittingState.CANCELLED).count() < rules.first_sittings_rated_twice:
            return True
    return uuid.UUID(str(sitting.pk)).int % 100 < rules.percent_rated_twice


def stations_in_dispute(sitting: Sitting) -> tuple[str, ...]:
    """Return the stations of a sitting about which its raters differ and nobody has decided yet."""
    return _disputed(sitting, signed_practicals([sitting.enrolment])[sitting.enrolment_id].evidence)


def waiting_for_raters() -> list[WaitingForRater]:
    """Return what was drawn and has no second rater, and what two raters differ about; five queries for all."""
    named = Sitting.objects.filter(rates_again__isnull=False).exclude(state=SittingState.CANCELLED)
    firsts = Sitting.objects.filter(rates_again__isnull=True).exclude(state=SittingState.CANCELLED).with_people()
    drawn = firsts.filter(second_wanted=True).exclude(pk__in=named.values("rates_again"))
    rated = firsts.filter(state=SittingState.SIGNED, pk__in=named.values("rates_again"))
    rated = rated.exclude(pk__in=named.filter(adjudicates=True).values("rates_again"))
    signed = list(rated.order_by("scheduled_for", "pk")[:MOST_ROWS])
    practicals = signed_practicals([row.enrolment for row in signed]) if signed else {}
    found = [WaitingForRater(row, _disputed(row, practicals[row.enrolment_id].evidence)) for row in signed]
    seconds = [WaitingForRater(row) for row in drawn.order_by("scheduled_for", "pk")[:MOST_ROWS]]
    return [row for row in found if row.disputed] + seconds


def _disputed(sitting: Sitting, evidence: Sequence[StationEvidence]) -> tuple[str, ...]:
    rated = ratings_that_count(evidence)
    own = {code: ratings for code, ratings in rated.items() if ratings[0].sitting == str(sitting.pk)}
    return tuple(code for code in sitting.stations if code in own and verdict(own[code]) is None)
