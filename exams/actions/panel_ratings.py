"""One rating of one judge, kept at once. Every change stays; the rows are their own log, so no event is written."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from exams.errors import PanelError
from exams.models import PanelJudge, PanelMethod, PanelRating, PanelRound
from exams.rules.psychometrics.standard_setting.rounds import MOST
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand


@dataclass(frozen=True)
class Rated:
    """What was kept and when; `done` counts the items that the judge has rated, or looked at again, in this round."""

    percent: int
    rated_at: datetime
    done: int


def judge_of(held: PanelRound, by: User) -> PanelJudge:
    """Return the person's seat on the panel. Raises `PanelError` not_a_judge."""
    demand(by, Permission.PANEL_RATE)
    judge = PanelJudge.objects.filter(panel=held.panel_id, person=by).first()
    if judge is None:
        raise PanelError("not_a_judge", "You are not a judge of this panel.")
    return judge


def locked_open(held: PanelRound) -> PanelRound:
    """Lock an open round until the end of the transaction. Raises `PanelError` round_closed.

    Whoever closes the round holds this lock too, so nothing slips into it afterwards.
    """
    locked = PanelRound.objects.select_for_update().get(pk=held.pk)
    if not locked.is_open:
        raise PanelError("round_closed", f"Round {locked.number} was closed meanwhile. This rating was not kept.")
    return locked


@transaction.atomic
def rate(*, held: PanelRound, position: int, percent: int, by: User) -> Rated:
    """Keep what a judge says of one item. The same value a second time changes nothing.

    Raises `PanelError`: not_a_judge, round_closed, unknown_place, no_percent.
    """
    judge = judge_of(held, by)
    if held.panel.way is not PanelMethod.ANGOFF or position not in held.panel.places:
        raise PanelError("unknown_place", "This item is not among those that the panel rates.")
    if not 0 <= percent <= MOST:
        raise PanelError("no_percent", f"Type a whole number from 0 to {MOST}.")
    locked = locked_open(held)
    own = PanelRating.objects.filter(round=locked, judge=judge)
    last = own.filter(position=position).order_by("-seq").first()
    if last is None or last.seq == 0 or last.percent != percent:
        seq = last.seq + 1 if last else 1
        last = PanelRating.objects.create(round=locked, judge=judge, position=position, seq=seq, percent=percent)
    done = own.filter(seq__gt=0).order_by().values("position").distinct().count()
    return Rated(percent, last.rated_at, done)
