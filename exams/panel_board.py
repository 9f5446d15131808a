"""Who of a panel is where, in two queries however many judges and ratings there are. No rating is shown."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from exams.models import PanelAnswer, PanelJudge, PanelMethod, PanelRating, PanelRound, StandardSettingPanel
from exams.panel_reading import judge_name
from exams.rules.psychometrics.standard_setting.answers import item_key, needed


@dataclass(frozen=True)
class BoardRow:
    """One judge: how much they rated in the open round, and where and when they rated last.

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


@dataclass(frozen=True)
class Progress:
    """What one judge did in a round: so many of so many, and the last thing."""

    rated: int
    total: int
    what: str = ""
    at: datetime | None = None


def board_of(panel: StandardSettingPanel, held: PanelRound | None) -> list[BoardRow]:
    """Read the judges of a panel in the order of naming, with their progress in a round."""
    judges = panel.judges.select_related("person").order_by("pk")
    if held is None:
        return [_row(place, judge, None) for place, judge in enumerate(judges)]
    if panel.way is PanelMethod.ANGOFF:
        return [_row(place, judge, _of_ratings(judge, panel)) for place, judge in enumerate(_rated(judges, held))]
    done = _of_answers(panel, held)
    idle = Progress(0, len(needed(panel.method, panel.places, {})))
    return [_row(place, judge, done.get(judge.pk, idle)) for place, judge in enumerate(judges)]


def _rated(judges: QuerySet[PanelJudge], held: PanelRound) -> QuerySet[PanelJudge]:
    given = PanelRating.objects.filter(judge=OuterRef("pk"), round=held, seq__gt=0).order_by("-rated_at", "-pk")
    in_round = Q(ratings__round=held, ratings__seq__gt=0)
    return judges.annotate(
        rated=Count("ratings__position", filter=in_round, distinct=True),
        last_at=Subquery(given.values("rated_at")[:1]),
        last_place=Subquery(given.values("position")[:1]),
    )


def _of_ratings(judge: PanelJudge, panel: StandardSettingPanel) -> Progress:
    rated: int = getattr(judge, "rated", 0)
    last_at = getattr(judge, "last_at", None)
    if last_at is None:
        return Progress(rated, len(panel.places))
    return Progress(
        rated, len(panel.places), f"Item {panel.places.index(getattr(judge, 'last_place', 0)) + 1}", last_at
    )


def _of_answers(panel: StandardSettingPanel, held: PanelRound) -> dict[int, Progress]:
    """Return the progress of those who have answers; which cells are asked depends on where they put the items."""
    given: dict[int, dict[str, tuple[str, int]]] = defaultdict(dict)
    last: dict[int, tuple[str, datetime]] = {}
    rows = PanelAnswer.objects.filter(round=held).order_by("pk")
    for judge, about, value, seq, said_at in rows.values_list("judge", "about", "value", "seq", "said_at"):
        given[judge][about] = value, seq
        if seq > 0:
            last[judge] = about, said_at
    words = {item_key(place): f"Item {number}" for number, place in enumerate(panel.places, start=1)}
    return {judge: _progress(panel, answers, last.get(judge), words) for judge, answers in given.items()}


def _progress(
    panel: StandardSettingPanel,
    answers: Mapping[str, tuple[str, int]],
    last: tuple[str, datetime] | None,
    words: Mapping[str, str],
) -> Progress:
    asked = needed(panel.method, panel.places, {about: value for about, (value, _) in answers.items()})
    done = sum(about in answers and answers[about][1] > 0 for about in asked)
    if last is None:
        return Progress(done, len(asked))
    return Progress(done, len(asked), words.get(last[0], "Percents"), last[1])


def _row(place: int, judge: PanelJudge, progress: Progress | None) -> BoardRow:
    last = ""
    if progress is not None:
        last = f"{progress.what}, {timezone.localtime(progress.at):%H:%M}" if progress.at else "Not begun"
    return BoardRow(
        id=judge.pk,
        letter=judge_name(place),
        name=judge.person.full_name,
        background=judge.background,
        training=judge.training,
        progress=f"{progress.rated} of {progress.total}" if progress else "",
        last=last,
        done=progress is not None and progress.rated == progress.total,
    )


def version_of(rows: list[BoardRow], held: PanelRound | None) -> str:
    """Return the ETag of a board."""
    text = json.dumps([held.number if held else 0, *(asdict(row) for row in rows)], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
