"""The tutorial of the exam room: practice answers live in the browser session and nowhere else.

It answers saves by the protocol of `exams.actions.saving`, so that the room's own page and script run unchanged.
"""

import secrets
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.templatetags.static import static

from exams.actions.saving import Reply, Save, SaveResult, StoredAnswer, relate
from exams.delivery import (
    LETTERS,
    Overview,
    Question,
    ShownFigure,
    ShownOption,
    ShownRegion,
    labels_of,
    places_of,
)
from exams.errors import AttemptError
from exams.rules.tutorial import SAMPLES, Sample, SamplePicture

KEY = "exam_tutorial"
EMPTY = {"seq": 0, "value": None, "flagged": False, "saved_at": ""}


class Tutorial:
    """The tutorial of one browser session. Opening it begins it; `end` forgets every answer."""

    def __init__(self, session: SessionBase) -> None:
        """Take up what the session holds, or begin."""
        self.session = session
        if KEY not in session:
            session[KEY] = {"token": secrets.token_hex(16), "answers": {}}
        self.state: dict[str, Any] = session[KEY]

    @property
    def token(self) -> str:
        """Tells this tutorial from one that was ended before."""
        return str(self.state["token"])

    def end(self) -> None:
        """Forget the tutorial with all of its answers."""
        del self.session[KEY]

    def save(self, token: str, answer: Save, received_at: datetime) -> SaveResult:
        """Keep one answer. Raises `AttemptError` `unknown_item` for a question that the tutorial lacks."""
        entry = self._entry(answer.position)
        saved_at = datetime.fromisoformat(entry["saved_at"]) if entry["saved_at"] else None
        found = StoredAnswer(entry["seq"], entry["value"], saved_at)
        if token != self.token:
            return SaveResult(Reply.CLOSED, found)
        if answer.seq <= found.seq:
            return relate(answer, found, same=answer.value == found.value)
        self._keep(answer.position, seq=answer.seq, value=answer.value, saved_at=received_at.isoformat())
        return SaveResult(Reply.OK)

    def flag(self, token: str, position: int, flagged: bool) -> bool:
        """Mark or unmark a question; False when this tutorial was ended."""
        self._entry(position)
        if token != self.token:
            return False
        self._keep(position, flagged=flagged)
        return True

    def question(self, number: int) -> Question | None:
        """One question as shown, or None off the tutorial."""
        return self._question(number, SAMPLES[number - 1]) if 1 <= number <= len(SAMPLES) else None

    def questions(self) -> list[Question]:
        """All questions as shown."""
        return [self._question(number, sample) for number, sample in enumerate(SAMPLES, start=1)]

    def overview(self) -> Overview:
        """The state of every question."""
        return Overview(tuple(question.place for question in self.questions()))

    def last_place(self) -> int:
        """The question that was answered last; the first one in the beginning."""
        answers: dict[str, Any] = self.state["answers"]
        saved = [(entry["saved_at"], int(number)) for number, entry in answers.items() if entry["saved_at"]]
        return max(saved)[1] if saved else 1

    def _entry(self, position: int) -> dict[str, Any]:
        if not 1 <= position <= len(SAMPLES):
            raise AttemptError("unknown_item", "The tutorial has no such question.")
        kept: dict[str, Any] = self.state["answers"].get(str(position), {})
        return EMPTY | kept

    def _keep(self, position: int, **changes: Any) -> None:
        self.state["answers"][str(position)] = self._entry(position) | changes
        self.session[KEY] = self.state

    def _question(self, number: int, sample: Sample) -> Question:
        entry = self._entry(number)
        shown = zip(sample.option_ids, LETTERS, sample.options, strict=False)
        return Question(
            number=number,
            kind=sample.kind.value,
            lead=sample.lead,
            rest=f"<p>{sample.to_try}</p>",
            options=tuple(ShownOption(option_id, letter, text) for option_id, letter, text in shown),
            places=places_of(labels_of(sample.kind, len(sample.options), sample.prompts_by_id), entry["value"]),
            figure=_figure_of(sample.picture) if sample.picture else None,
            unit=sample.unit,
            seq=entry["seq"],
            value=entry["value"],
            flagged=entry["flagged"],
            regions=tuple(ShownRegion(*region) for region in sample.regions),
            answer_form={"words": sample.words} if sample.words else {},
        )


def _figure_of(picture: SamplePicture) -> ShownFigure:
    return ShownFigure(static(picture.file), picture.alt, "", picture.width, picture.height)
