"""Who of a panel is at which item, in two queries however many judges and ratings there are. No rating is read."""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from exams.models import PanelJudge, PanelRating, PanelRound, StandardSettingPanel
from exams.panel_reading import judge_name


@dataclass(frozen=True)
class BoardRow:
    """One judge: how many items they rated in the open round, and where and when they rated last.

    Items are counted as judges see them: the first one that counts is item 1.
    """

    id: int
    letter: str
    name: str
    background: str
    training: str
    progress: str
    last: str
    done: bool


def board_of(panel: StandardSettingPanel, held: PanelRound | None) -> list[BoardRow]:
    """Read the judges of a panel in the order of naming, with their progress in a round."""
    given = PanelRating.objects.filter(judge=OuterRef("pk"), round=held, seq__gt=0).order_by("-rated_at", "-pk")
    in_round = Q(ratings__round=held, ratings__seq__gt=0)
    judges: QuerySet[PanelJudge] = panel.judges.select_related("person").annotate(
        rated=Count("ratings__position", filter=in_round, distinct=True),
        last_at=Subquery(given.values("rated_at")[:1]),
        last_place=Subquery(given.values("position")[:1]),
    )
    return [_row(place, judge, held, panel.places) for place, judge in enumerate(judges.order_by("pk"))]


def _row(place: int, judge: PanelJudge, held: PanelRound | None, places: list[int]) -> BoardRow:
    rated: int = getattr(judge, "rated", 0)
    last_at = getattr(judge, "last_at", None)
    last = "Not begun"
    if last_at is not None:
        number = places.index(getattr(judge, "last_place", 0)) + 1
        last = f"Item {number}, {timezone.localtime(last_at):%H:%M}"
    return BoardRow(
        id=judge.pk,
        letter=judge_name(place),
        name=judge.person.full_name,
        background=judge.background,
        training=judge.training,
        progress=f"{rated} of {len(places)}" if held else "",
        last=last if held else "",
        done=held is not None and rated == len(places),
    )


def version_of(rows: list[BoardRow], held: PanelRound | None) -> str:
    """Return the ETag of a board."""
    text = json.dumps([held.number if held else 0, *(asdict(row) for row in rows)], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
