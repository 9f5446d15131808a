"""The record of a panel: who judged with what training, every round with its figures, what the board adopted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from exams.models import CutAdoption, PanelRound, StandardSettingPanel
from exams.panel_reading import RoundReading, adoption_in_words, judge_name, read_round, recommended_in_words
from exams.panel_tables import DASH, PanelTable

# Section, row, column, value; what a spreadsheet shows as one line.
Line = tuple[str, str, str, str]
COLUMNS: Line = ("section", "row", "column", "value")


@dataclass(frozen=True)
class RoundRecord:
    """One round: facts in words, the page's reading if it is closed, and every table of it."""

    number: int
    facts: tuple[tuple[str, str], ...]
    reading: RoundReading | None
    tables: tuple[PanelTable, ...]


@dataclass(frozen=True)
class PanelRecord:
    """Everything that is kept of a panel, in words."""

    facts: tuple[tuple[str, str], ...]
    judges: PanelTable
    rounds: tuple[RoundRecord, ...]
    adoption: tuple[tuple[str, str], ...]

    def lines(self) -> Iterator[Line]:
        """Yield the record as lines of a table, one value each."""
        yield from (("panel", name, "", value) for name, value in self.facts)
        yield from _cells("judges", self.judges)
        for one in self.rounds:
            section = f"round {one.number}"
            yield from ((section, name, "", value) for name, value in one.facts)
            for table in one.tables:
                yield from _cells(f"{section}: {table.name}", table)
        yield from (("adoption", name, "", value) for name, value in self.adoption)


def _cells(section: str, table: PanelTable) -> Iterator[Line]:
    for name, cells in table.labelled:
        yield from ((section, name, column, cell) for column, cell, _ in cells)


def record_of(panel: StandardSettingPanel) -> PanelRecord:
    """Read the record of a panel with its form, in a few queries for each round, however many judges there are."""
    judges = list(panel.judges.select_related("person", "named_by").order_by("pk"))
    rows = [
        (
            f"{judge_name(place)}, {judge.person.full_name}",
            judge.background,
            judge.training,
            f"{judge.named_by.full_name}, {_moment(judge.named_at)}",
        )
        for place, judge in enumerate(judges)
    ]
    rounds = list(panel.rounds.select_related("shown", "opened_by", "closed_by"))
    for one in rounds:
        one.panel = panel
    adoption = CutAdoption.objects.filter(panel=panel).select_related(
        "made", "replaced", "round", "proposal__proposed_by", "proposal__decided_by"
    )
    return PanelRecord(
        facts=(
            ("Form", str(panel.form)),
            ("Blueprint of the form", str(panel.form.blueprint)),
            ("Method", panel.get_method_display()),
            ("Items that count", str(len(panel.places))),
            ("Opened", f"{panel.opened_by.full_name}, {_moment(panel.opened_at)}"),
            ("Just good enough", panel.borderline),
        ),
        judges=PanelTable("Judges", ("Judge", "Brings along", "Trained", "Named by"), tuple(rows), 4),
        rounds=tuple(_round(one) for one in rounds),
        adoption=_adoption(adoption.first()),
    )


def _moment(when: datetime) -> str:
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M %Z}"


def _round(one: PanelRound) -> RoundRecord:
    saw = "no data of candidates"
    if one.shown:
        saw = f"the p of {one.shown.persons} candidates, analysis of {_moment(one.shown.made_at)}"
    closed = f"{one.closed_by.full_name}, {_moment(one.closed_at)}" if one.closed_by and one.closed_at else "open"
    facts = [
        ("Opened", f"{one.opened_by.full_name}, {_moment(one.opened_at)}"),
        ("Closed", closed),
        ("Judges saw", saw if one.panel.way.judges_items else "what came out of the rounds before"),
        ("Discussed before it", one.note or DASH),
    ]
    if one.is_open:
        return RoundRecord(one.number, tuple(facts), None, ())
    reading = read_round(one, own=None, names=True)
    facts += [
        ("Cut", reading.no_cut or f"{reading.cut} points, {reading.rule}"),
        ("Standard error of the judges", reading.why or f"{reading.error} points"),
        ("Judges who rated", f"{reading.rated}; {reading.absent} did not"),
        ("Ratings missing", str(reading.missing)),
    ]
    if reading.persons is not None:
        facts.append(("Candidates with a result", str(reading.persons)))
    if reading.moves:
        facts.append(("How far it moves", reading.moves))
    return RoundRecord(one.number, tuple(facts), reading, tuple(_tables(reading)))


def _tables(reading: RoundReading) -> Iterator[PanelTable]:
    if reading.sums:
        sums = tuple((one.name, one.points if not one.why else one.why) for one in reading.sums)
        yield PanelTable("Sums of the judges", ("Judge", "Points"), sums)
    if reading.items:
        rows = tuple(
            (
                f"Item {item.number}",
                item.code,
                item.median,
                str(item.spread.lowest) if item.spread else DASH,
                str(item.spread.highest) if item.spread else DASH,
                item.p or DASH,
            )
            for item in reading.items
        )
        columns = ("Item", "Code", "Median, percent", "Lowest, percent", "Highest, percent", "p that judges saw")
        yield PanelTable("Ratings by item", columns, rows, 2)
    yield from reading.tables


def _adoption(found: CutAdoption | None) -> tuple[tuple[str, str], ...]:
    if found is None:
        return ()
    proposal = found.proposal
    decided = proposal.decided_by.full_name if proposal.decided_by else ""
    return (
        ("Adopted cut", f"{found.cut_raw.normalize():f} points"),
        ("The panel’s round", f"{found.round.number}: {recommended_in_words(found.recommended, found.error)}"),
        ("How it lies to the panel’s", adoption_in_words(found.steps)),
        ("Reason of the board", found.reason),
        ("Proposed by", f"{proposal.proposed_by.full_name}, {_moment(proposal.proposed_at)}"),
        ("Confirmed by", f"{decided}, {_moment(found.adopted_at)}"),
        ("Made", f"{found.made}; {found.replaced} keeps {found.replaced.cut_raw.normalize():f} points"),
    )
