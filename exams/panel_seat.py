"""What a judge sees of their own judging: what they are asked, what they said, and what the round before said."""

from collections import Counter
from dataclasses import dataclass

from exams.models import PanelAnswer, PanelJudge, PanelMethod, PanelRating, PanelRound, StandardSettingPanel
from exams.rules.psychometrics.standard_setting.answers import CELLS, item_key, needed
from exams.rules.psychometrics.standard_setting.rounds import spread_of


@dataclass(frozen=True)
class OwnValue:
    """What a judge said last of one thing, in words besides; `carried` over from the round before and not touched."""

    value: str
    words: str
    carried: bool


@dataclass(frozen=True)
class Seat:
    """A judge in a round: all that they said by what it is about (items under their key), and all that is asked."""

    own: dict[str, OwnValue]
    asked: tuple[str, ...]

    @property
    def done(self) -> list[str]:
        """What is answered, or was looked at again, in this round."""
        return [about for about in self.asked if about in self.own and not self.own[about].carried]

    @property
    def given(self) -> dict[str, str]:
        """The bare values."""
        return {about: said.value for about, said in self.own.items()}


def seat_in(held: PanelRound | None, judge: PanelJudge) -> Seat:
    """Read what the judge said last in a round, in one query."""
    panel = judge.panel
    own = _said(held, judge) if held else {}
    if panel.way is PanelMethod.ANGOFF:
        return Seat(own, tuple(item_key(place) for place in panel.places))
    return Seat(own, needed(panel.method, panel.places, {about: said.value for about, said in own.items()}))


def _said(held: PanelRound, judge: PanelJudge) -> dict[str, OwnValue]:
    if judge.panel.way is PanelMethod.ANGOFF:
        ratings = PanelRating.objects.filter(round=held, judge=judge).order_by("seq")
        return {item_key(r.position): OwnValue(str(r.percent), str(r.percent), r.seq == 0) for r in ratings}
    answers = PanelAnswer.objects.filter(round=held, judge=judge).order_by("seq")
    return {row.about: OwnValue(row.value, CELLS.get(row.value, row.value), row.seq == 0) for row in answers}


def before(held: PanelRound, judge: PanelJudge, panel: StandardSettingPanel, place: int) -> str:
    """Say what the closed round before said of an item, and what the judge said; nothing in the first round."""
    if held.number == 1 or not panel.way.judges_items:
        return ""
    in_round = {"round__panel": panel, "round__number": held.number - 1, "round__closed_at__isnull": False}
    if panel.way is PanelMethod.ANGOFF:
        ratings = PanelRating.objects.filter(position=place, **in_round).order_by("seq")
        percents = dict(ratings.values_list("judge", "percent"))
        spread = spread_of(list(percents.values()))
        words = f"median {spread.median:g}, from {spread.lowest} to {spread.highest}" if spread else "nobody rated it"
        return words + (f"; you: {percents[judge.pk]}" if judge.pk in percents else "")
    answers = PanelAnswer.objects.filter(about=item_key(place), **in_round).order_by("seq")
    cells = dict(answers.values_list("judge", "value"))
    counts = Counter(cells.values())
    words = "; ".join(f"{CELLS[cell].lower()}: {counts[cell]}" for cell in CELLS if counts[cell]) or "nobody placed it"
    return words + (f". You: {CELLS[cells[judge.pk]].lower()}" if judge.pk in cells else "")
