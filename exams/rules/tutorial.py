"""Sample questions of the tutorial: plain everyday content, nothing of the item bank, nothing to score."""

from dataclasses import dataclass

from exams.rules.item_kinds import ItemKind


@dataclass(frozen=True)
class SamplePicture:
    """A picture among the static files, what it shows, and its size in pixels."""

    file: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Sample:
    """One sample question. `lead` is asked, `to_try` says which controls to try here; both plain text."""

    kind: ItemKind
    lead: str
    to_try: str
    options: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    unit: str = ""
    picture: SamplePicture | None = None
    regions: tuple[tuple[str, str], ...] = ()
    words: int = 0

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of the options in the order shown, from a on."""
        return tuple("abcdefghij"[: len(self.options)])

    @property
    def prompts_by_id(self) -> dict[str, str]:
        """The prompts of a matching sample under their ids, from 1 on."""
        return {str(number): prompt for number, prompt in enumerate(self.prompts, start=1)}


SAMPLES = (
    Sample(
        kind=ItemKind.SINGLE_CHOICE,
        lead="Which of these is a day of the week?",
        to_try="To try here: choose an answer, then another one. Each choice is saved at once, and the bar on top says "
        "when. Strike out an option, and restore it. Take your answer back with “Clear answer”.",
        options=("January", "Tuesday", "Summer", "Noon"),
    ),
    Sample(
        kind=ItemKind.MULTIPLE_RESPONSE,
        lead="Which of these can you eat?",
        to_try="To try here: choose several answers. Then press “Flag for review”: the flag shows in the list of all "
        "questions and on the review page.",
        options=("An apple", "A bicycle", "A loaf of bread", "A window", "A carrot"),
    ),
    Sample(
        kind=ItemKind.NUMERIC,
        lead="A train leaves at 10:15 and arrives at 10:45. How long does the journey take?",
        to_try="To try here: type a number, then hide the time and the number of the question in the bar on top, and "
        "show them again. In the exam, the last five minutes cannot be hidden.",
        unit="min",
    ),
    Sample(
        kind=ItemKind.ORDERING,
        lead="Put these meals in order, from morning to evening.",
        to_try="To try here: give each position one meal from its list. Leave one empty and look at the review "
        "page: it says that not all places are filled.",
        options=("Lunch", "Supper", "Breakfast"),
    ),
    Sample(
        kind=ItemKind.MATCHING,
        lead="Match each animal to what it does.",
        to_try="To try here: choose an option in each line. One option is left over, and one may fit several lines.",
        options=("Barks", "Flies", "Purrs", "Reads the newspaper"),
        prompts=("A dog", "A cat", "A sparrow"),
    ),
    Sample(
        kind=ItemKind.HOTSPOT,
        lead="Mark the door of the house.",
        to_try="To try here: point at the picture with mouse, pen or finger. Or go to the picture with the Tab key and "
        "move the mark with the arrow keys. Or type the pixels, or choose from the list.",
        picture=SamplePicture(
            file="exams/img/tutorial-house.svg",
            alt="A house with a roof, a chimney, two windows and a door. A tree stands to its right.",
            width=480,
            height=320,
        ),
        regions=(
            ("Under the roof, left", "130,196"),
            ("Under the roof, middle", "200,222"),
            ("Under the roof, right", "270,196"),
            ("On the tree", "400,150"),
        ),
    ),
    Sample(
        kind=ItemKind.SHORT_TEXT,
        lead="Which animal says “miaow”?",
        to_try="To try here: type one word. Capitals and blanks around it do not matter, its spelling does.",
    ),
    Sample(
        kind=ItemKind.ESSAY,
        lead="Describe your way to work.",
        to_try="To try here: write a few sentences and watch the words being counted. What you write is saved while "
        "you write.",
        words=40,
    ),
    Sample(
        kind=ItemKind.SINGLE_CHOICE,
        lead="Which of these gives light?",
        to_try="To try here: leave this question without an answer. Open “All questions” below, find it as incomplete, "
        "jump to another one, and then open “Review and submit”.",
        options=("A lamp", "A spoon", "A shoe"),
    ),
)
