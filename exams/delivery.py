"""What a candidate gets to see of an attempt: an explicit list of fields, never a whole row (S-11).

Nothing here reads keys, reasons, rationales, codes, levels or sections from the database.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse

from content.rules.typography import keep_text_together, keep_together
from exams.models import Attempt, Response
from exams.rules.item_material import ItemKind
from exams.rules.scoring import AnswerState, Value, answer_state, parse_number, placed_options
from exams.rules.wording import lead_and_rest

PLACE_FIELDS = (
    "position",
    "seq",
    "value",
    "flagged",
    "form_item__version__kind",
    "form_item__version__unit",
    "form_item__version__options",
    "form_item__version__prompts",
)
QUESTION_FIELDS = (
    *PLACE_FIELDS,
    "option_order",
    "form_item__version__stem_html",
    "form_item__version__figure_alt",
    "form_item__version__figure_caption",
    "form_item__version__drawing__width",
    "form_item__version__drawing__height",
)
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class ShownOption:
    """One choice as shown: its id, its letter on this page, its text."""

    id: str
    letter: str
    text: str


@dataclass(frozen=True)
class ShownPlace:
    """What gets one of the options: a position of an order, or a prompt; `chosen` is the id of its option or empty."""

    id: str
    label: str
    chosen: str


@dataclass(frozen=True)
class ShownFigure:
    """A drawing with its address, its description, and its size, so that the page keeps the place free."""

    address: str
    alt: str
    caption: str
    width: int | None
    height: int | None


@dataclass(frozen=True)
class Question:
    """One question with the candidate's own answer.

    `lead` is the first paragraph of the stem, `rest` what follows, both HTML; `seq` the number of the last save stored.
    """

    number: int
    kind: str
    lead: str
    rest: str
    options: tuple[ShownOption, ...]
    places: tuple[ShownPlace, ...]
    figure: ShownFigure | None
    unit: str
    seq: int
    value: Value
    flagged: bool

    @property
    def chosen(self) -> list[str]:
        """Ids of the options chosen."""
        return self.value if isinstance(self.value, list) else []

    @property
    def typed(self) -> str:
        """What was typed into a numeric question."""
        return self.value if isinstance(self.value, str) else ""

    def words_of(self, value: Value) -> str:
        """Write an answer in words: the texts of the options, or the number."""
        if isinstance(value, list) and self.places:
            return self._words_of_places(placed_options(value))
        if isinstance(value, list):
            return ", ".join(option.text for option in self.options if option.id in value) or "no answer"
        return value or "no answer"

    def _words_of_places(self, placed: dict[str, str]) -> str:
        texts = {option.id: option.text for option in self.options}
        filled = [place for place in self.places if placed.get(place.id) in texts]
        return "; ".join(f"{place.label}: {texts[placed[place.id]]}" for place in filled) or "no answer"

    def as_json(self) -> dict[str, Any]:
        """Return what the exam room's script gets."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """One place of the form in the navigator and on the review page."""

    number: int
    state: AnswerState
    flagged: bool
    gap: str

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.state is AnswerState.ANSWERED

    @property
    def word(self) -> str:
        """The state in one word; an answer with a gap is given, not complete."""
        if self.is_answered and self.gap:
            return "Answered"
        return {
            AnswerState.ANSWERED: "Complete",
            AnswerState.OMITTED: "Incomplete",
            AnswerState.NOT_REACHED: "Unseen",
        }[self.state]


@dataclass(frozen=True)
class Overview:
    """All places of an attempt, in order."""

    places: tuple[Place, ...]

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.places)

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return sum(place.is_answered for place in self.places)

    @property
    def unanswered(self) -> int:
        """How many have none."""
        return self.total - self.answered

    @property
    def flagged(self) -> int:
        """How many the candidate wants to see again."""
        return sum(place.flagged for place in self.places)

    def showing(self, which: str) -> tuple[Place, ...]:
        """Narrow to `unanswered` or `flagged` places; anything else is all of them."""
        if which == "unanswered":
            return tuple(place for place in self.places if not place.is_answered)
        return tuple(place for place in self.places if place.flagged or which != "flagged")


def overview(attempt: Attempt) -> Overview:
    """Read the state of every place, in one query."""
    rows = Response.objects.filter(attempt=attempt).order_by("position").values(*PLACE_FIELDS)
    return Overview(tuple(_place(row) for row in rows))


def questions(attempt: Attempt) -> list[Question]:
    """Read all questions of an attempt as shown, in one query."""
    rows = Response.objects.filter(attempt=attempt).order_by("position").values(*QUESTION_FIELDS)
    return [_question(attempt, row) for row in rows]


def question(attempt: Attempt, number: int) -> Question | None:
    """Read one question as shown, or None when there is no such place."""
    row = Response.objects.filter(attempt=attempt, position=number).values(*QUESTION_FIELDS).first()
    return _question(attempt, row) if row else None


def _question(attempt: Attempt, row: dict[str, Any]) -> Question:
    texts = {option["id"]: keep_text_together(option["text"]) for option in row["form_item__version__options"]}
    lead, rest = lead_and_rest(keep_together(row["form_item__version__stem_html"]))
    return Question(
        number=row["position"],
        kind=row["form_item__version__kind"],
        lead=lead,
        rest=rest,
        options=tuple(
            ShownOption(option_id, LETTERS[index], texts[option_id])
            for index, option_id in enumerate(row["option_order"])
        ),
        places=places_of(_labels(row), row["value"]),
        figure=_figure_of(attempt, row),
        unit=row["form_item__version__unit"],
        seq=row["seq"],
        value=row["value"],
        flagged=row["flagged"],
    )


def _figure_of(attempt: Attempt, row: dict[str, Any]) -> ShownFigure | None:
    if not row["form_item__version__figure_alt"]:
        return None
    return ShownFigure(
        address=reverse("exams:figure", kwargs={"attempt_id": attempt.pk, "number": row["position"]}),
        alt=row["form_item__version__figure_alt"],
        caption=row["form_item__version__figure_caption"],
        width=row["form_item__version__drawing__width"],
        height=row["form_item__version__drawing__height"],
    )


def labels_of(kind: str, option_count: int, prompts: Mapping[str, str]) -> dict[str, str]:
    """Return the places of an item that takes options into places, by id; empty for all other items."""
    if kind == ItemKind.ORDERING:
        return {str(place): f"Position {place}" for place in range(1, option_count + 1)}
    return dict(prompts)


def places_of(labels: Mapping[str, str], value: Value) -> tuple[ShownPlace, ...]:
    """Return each place with the option that an answer gives it."""
    placed = placed_options(value) if isinstance(value, list) else {}
    return tuple(ShownPlace(place, label, placed.get(place, "")) for place, label in labels.items())


def _labels(row: dict[str, Any]) -> dict[str, str]:
    prompts = {prompt["id"]: prompt["text"] for prompt in row["form_item__version__prompts"]}
    return labels_of(row["form_item__version__kind"], len(row["form_item__version__options"]), prompts)


def _place(row: dict[str, Any]) -> Place:
    state = answer_state(row["seq"], row["value"])
    gap = gap_in(row["value"], ItemKind(row["form_item__version__kind"]), row["form_item__version__unit"], _labels(row))
    return Place(row["position"], state, row["flagged"], gap if state is AnswerState.ANSWERED else "")


def gap_in(value: Value, kind: ItemKind, unit: str, places: Collection[str]) -> str:
    """Say in two or three words what an answer lacks that cannot be right as it stands; empty when nothing."""
    if kind is ItemKind.NUMERIC and parse_number(str(value), unit=unit) is None:
        return "Not a number"
    if places and isinstance(value, list):
        chosen = list(placed_options(value).values())
        if len(chosen) < len(places):
            return "Not all places filled"
        if kind is ItemKind.ORDERING and len(set(chosen)) < len(chosen):
            return "One option twice"
    return ""
