"""What a candidate gets to see of an attempt: an explicit list of fields, never a whole row (S-11).

Nothing here reads keys, reasons, rationales, codes, levels or sections from the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse

from content.rules.typography import keep_text_together, keep_together
from exams.models import Attempt, Response
from exams.rules.answer_words import AnswerShape, gap_in, in_words
from exams.rules.item_kinds import ItemKind
from exams.rules.scoring import AnswerState, Value, answer_state, placed_options, word_count
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
    "form_item__version__regions",
    "form_item__version__answer_form",
    "form_item__version__drawing__width",
    "form_item__version__drawing__height",
)
QUESTION_FIELDS = (
    *PLACE_FIELDS,
    "option_order",
    "form_item__version__stem_html",
    "form_item__version__figure_alt",
    "form_item__version__figure_caption",
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
class ShownRegion:
    """A labelled point of a picture, chosen instead of pointing; `point` is the answer "x,y" it stands for."""

    label: str
    point: str


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
    regions: tuple[ShownRegion, ...] = ()
    answer_form: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> AnswerShape:
        """What is needed to read an answer to it."""
        figure = self.figure
        return AnswerShape(
            kind=ItemKind(self.kind),
            options={option.id: option.text for option in self.options},
            places={place.id: place.label for place in self.places},
            regions={region.point: region.label for region in self.regions},
            unit=self.unit,
            answer_form=self.answer_form,
            size=(figure.width or 0, figure.height or 0) if figure else (0, 0),
        )

    @property
    def hint(self) -> str:
        """How to answer."""
        return self.shape.hint

    @property
    def chosen(self) -> list[str]:
        """Ids of the options chosen."""
        return self.value if isinstance(self.value, list) else []

    @property
    def typed(self) -> str:
        """What was typed as a number, a short text or an essay."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def word_count(self) -> int:
        """How many words were written."""
        return word_count(self.typed)

    @property
    def point(self) -> tuple[str, str] | None:
        """The marked point of a picture as typed: from the left, from the top."""
        if self.kind != ItemKind.HOTSPOT or not self.chosen:
            return None
        across, _, down = self.chosen[0].partition(",")
        return across, down

    @property
    def point_is_shown(self) -> bool:
        """Whether the marked point lies in the picture."""
        return self.point is not None and not gap_in(self.shape, self.value)

    def words_of(self, value: Value) -> str:
        """Write an answer in words."""
        return in_words(self.shape, value)

    @property
    def own_words(self) -> str:
        """The answer in words."""
        return self.words_of(self.value)

    @property
    def place(self) -> "Place":
        """How it stands in the navigator and on the review page."""
        return place_of(self.shape, self.number, self.seq, self.value, flagged=self.flagged)

    def as_json(self) -> dict[str, Any]:
        """Return what the exam room's script gets."""
        return vars(self) | {
            "options": [vars(option) for option in self.options],
            "places": [vars(place) for place in self.places],
            "regions": [vars(region) for region in self.regions],
            "figure": self.figure and vars(self.figure),
            "hint": self.hint,
        }


@dataclass(frozen=True)
class Place:
    """One place of the form in the navigator and on the review page."""

    number: int
    state: AnswerState
    flagged: bool
    gap: str
    words: str = ""
    is_marked: bool = False  # by people, once it is handed in

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

    @property
    def waits_for_marking(self) -> bool:
        """Whether people have to mark what was written before there is a result."""
        return any(place.is_marked for place in self.places)

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
        regions=_regions(row["form_item__version__regions"]),
        answer_form=row["form_item__version__answer_form"],
    )


def _regions(authored: Sequence[Mapping[str, Any]]) -> tuple[ShownRegion, ...]:
    """Return labelled points as they lie in the picture, from the top; authors often name the right one first."""
    placed = sorted(authored, key=lambda region: (Decimal(region["y"]), Decimal(region["x"])))
    return tuple(ShownRegion(region["label"], f"{region['x']},{region['y']}") for region in placed)


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
    shape = AnswerShape(
        kind=ItemKind(row["form_item__version__kind"]),
        options={option["id"]: option["text"] for option in row["form_item__version__options"]},
        places=_labels(row),
        regions={f"{region['x']},{region['y']}": region["label"] for region in row["form_item__version__regions"]},
        unit=row["form_item__version__unit"],
        answer_form=row["form_item__version__answer_form"],
        size=(row["form_item__version__drawing__width"] or 0, row["form_item__version__drawing__height"] or 0),
    )
    return place_of(shape, row["position"], row["seq"], row["value"], flagged=row["flagged"])


def place_of(shape: AnswerShape, number: int, seq: int, value: Value, *, flagged: bool) -> Place:
    """Say how one place stands: its state, what its answer lacks, and the answer in words."""
    state = answer_state(seq, value)
    if state is not AnswerState.ANSWERED:
        return Place(number, state, flagged, "")
    is_marked = shape.kind is ItemKind.ESSAY
    return Place(number, state, flagged, gap_in(shape, value), in_words(shape, value), is_marked)
