"""An item as a candidate will see it: through the same `Question` as the exam room, so without its key (S-11)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exams.delivery import LETTERS, Question, ShownFigure, ShownOption, ShownRegion, labels_of, places_of
from exams.models import ItemDrawing, ItemVersion
from exams.rules.option_order import letters_as_written, option_order
from exams.rules.similar_stems import word_count
from exams.rules.wording import lead_and_rest, to_html


@dataclass(frozen=True)
class Shown:
    """What a candidate sees of an item: texts by option and prompt id, nothing that tells the key.

    The options stand and are lettered as written, as beside a key; `mixed` ones as a candidate might get them.
    """

    kind: str
    stem: str
    options: Sequence[Mapping[str, str]]
    prompts: Sequence[Mapping[str, str]]
    unit: str
    fixed_order: bool
    figure: ShownFigure | None = None
    regions: Sequence[Mapping[str, str]] = ()
    answer_form: Mapping[str, Any] = field(default_factory=dict)
    mixed: bool = False

    @property
    def words(self) -> int:
        """How many words there are to read."""
        texts = [entry["text"] for entry in (*self.options, *self.prompts)]
        texts += [region["label"] for region in self.regions]
        return word_count(self.stem, *texts, self.figure.caption if self.figure else "")

    def question(self) -> Question:
        """Return the question; mixed options stand always in the same way."""
        texts = {option["id"]: option["text"] for option in self.options}
        lead, rest = lead_and_rest(to_html(self.stem))
        prompts = {prompt["id"]: prompt["text"] for prompt in self.prompts}
        return Question(
            number=1,
            kind=self.kind,
            lead=lead,
            rest=rest,
            options=tuple(ShownOption(option, letter, texts[option]) for option, letter in self._lettered(list(texts))),
            places=places_of(labels_of(self.kind, len(texts), prompts), None),
            figure=self.figure,
            unit=self.unit,
            seq=0,
            value=None,
            flagged=False,
            regions=tuple(ShownRegion(region["label"], f"{region['x']},{region['y']}") for region in self.regions),
            answer_form=self.answer_form,
        )

    def _lettered(self, options: list[str]) -> Iterable[tuple[str, str]]:
        if not self.mixed:
            return letters_as_written(options).items()
        seed = hashlib.sha256(self.stem.encode()).hexdigest()
        order = option_order(options, seed=seed, version="preview", fixed=options if self.fixed_order else ())
        return zip(order, LETTERS, strict=False)


def shown_of(version: ItemVersion, figure_address: str) -> Shown:
    """Return what a candidate sees of a stored version; its drawing lies at `figure_address`."""
    figure = figure_of(version.drawing, figure_address, version.figure_alt, version.figure_caption)
    return Shown(
        kind=version.kind,
        stem=version.stem,
        options=version.options,
        prompts=version.prompts,
        unit=version.unit,
        fixed_order=version.fixed_order,
        figure=figure,
        regions=version.regions,
        answer_form=version.answer_form,
    )


def figure_of(drawing: ItemDrawing | None, address: str, alt: str, caption: str) -> ShownFigure | None:
    """Return a drawing as a page shows it, or None when there is none."""
    return None if drawing is None else ShownFigure(address, alt, caption, drawing.width, drawing.height)
