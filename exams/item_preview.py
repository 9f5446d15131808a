"""An item as a candidate will see it: through the same `Question` as the exam room, so without its key (S-11)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exams.delivery import LETTERS, Question, ShownFigure, ShownOption, labels_of, places_of
from exams.models import ItemVersion
from exams.rules.option_order import option_order
from exams.rules.similar_stems import word_count
from exams.rules.wording import lead_and_rest, to_html


@dataclass(frozen=True)
class Shown:
    """What a candidate sees of an item: texts by option and prompt id, nothing that tells the key."""

    kind: str
    stem: str
    options: Sequence[Mapping[str, str]]
    prompts: Sequence[Mapping[str, str]]
    unit: str
    fixed_order: bool
    figure: ShownFigure | None = None

    @property
    def words(self) -> int:
        """How many words there are to read."""
        texts = [entry["text"] for entry in (*self.options, *self.prompts)]
        return word_count(self.stem, *texts, self.figure.caption if self.figure else "")

    def question(self) -> Question:
        """Return the question as one candidate might get it: the options mixed, always in the same way."""
        texts = {option["id"]: option["text"] for option in self.options}
        seed = hashlib.sha256(self.stem.encode()).hexdigest()
        fixed = texts if self.fixed_order else ()
        order = option_order(list(texts), seed=seed, version="preview", fixed=fixed)
        lead, rest = lead_and_rest(to_html(self.stem))
        prompts = {prompt["id"]: prompt["text"] for prompt in self.prompts}
        return Question(
            number=1,
            kind=self.kind,
            lead=lead,
            rest=rest,
            options=tuple(
                ShownOption(option, letter, texts[option]) for option, letter in zip(order, LETTERS, strict=False)
            ),
            places=places_of(labels_of(self.kind, len(texts), prompts), None),
            figure=self.figure,
            unit=self.unit,
            seq=0,
            value=None,
            flagged=False,
        )


def shown_of(version: ItemVersion, figure_address: str) -> Shown:
    """Return what a candidate sees of a stored version; its drawing lies at `figure_address`."""
    figure = None
    if version.drawing is not None:
        width, height = version.drawing.width, version.drawing.height
        figure = ShownFigure(figure_address, version.figure_alt, version.figure_caption, width, height)
    return Shown(
        kind=version.kind,
        stem=version.stem,
        options=version.options,
        prompts=version.prompts,
        unit=version.unit,
        fixed_order=version.fixed_order,
        figure=figure,
    )
