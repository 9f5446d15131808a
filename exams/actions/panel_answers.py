"""What a judge answers where no share of an item is asked, kept at once; every change stays, as with ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from exams.actions.panel_ratings import judge_of, locked_open
from exams.errors import PanelError
from exams.models import PanelAnswer, PanelMethod, PanelRound
from exams.rules.psychometrics.standard_setting.answers import contradiction, is_possible, needed
from lms.accounts.models import User


@dataclass(frozen=True)
class Said:
    """When it was kept; `done` of `total` questions are answered, or were looked at again, in this round."""

    said_at: datetime
    done: int
    total: int


@transaction.atomic
def answer(*, held: PanelRound, answers: Mapping[str, str], by: User) -> Said:
    """Keep what a judge answers: all of it or nothing. An equal answer a second time changes nothing.

    Raises `PanelError`: not_a_judge, round_closed, not_asked, contradiction.
    """
    judge, panel = judge_of(held, by), held.panel
    known = panel.way is not PanelMethod.ANGOFF
    if not known or any(not is_possible(panel.method, panel.places, about, said) for about, said in answers.items()):
        raise PanelError("not_asked", "This is not what the panel asks. Load the page again.")
    locked = locked_open(held)
    rows = PanelAnswer.objects.filter(round=locked, judge=judge).order_by("about", "seq")
    last = {row.about: row for row in rows}
    given = {about: row.value for about, row in last.items()} | dict(answers)
    if panel.way is PanelMethod.HOFSTEE and (why := contradiction(given)):
        raise PanelError("contradiction", why)
    now = timezone.now()
    for about, value in answers.items():
        before = last.get(about)
        if before is None or before.seq == 0 or before.value != value:
            seq = before.seq + 1 if before else 1
            last[about] = PanelAnswer.objects.create(
                round=locked, judge=judge, about=about, seq=seq, value=value, said_at=now
            )
    asked = needed(panel.method, panel.places, given)
    return Said(now, sum(about in last and last[about].seq > 0 for about in asked), len(asked))
