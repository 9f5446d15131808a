"""From the blocks of a material file to the blocks of a lesson page."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from content.reader import Block, Lesson, Table, inline_to_html, to_html
from content.reader.shapes import Callout, Case, Fact, Figure, Media, Question, Steps, Summary
from content.rules.safe_html import clean_html

# Part of every digest: raise it when the conversion changes, and every lesson nobody edited is made again.
CONVERSION = "1"
TAG = re.compile(r"<[^>]+>")
NAMESPACE = uuid.UUID("6f1d7a52-6a0e-4c37-9b0e-1f6f6f0c9a11")


@dataclass(frozen=True)
class Keys:
    """Primary keys of what blocks refer to: sources by key, figures and recordings by their key."""

    sources: Mapping[str, int]
    figures: Mapping[str, int]
    recordings: Mapping[str, int]


def stream_of(lesson: Lesson, keys: Keys, folder: str) -> list[dict[str, Any]]:
    """Return a lesson's blocks as Wagtail stores them; ids come from the lesson's code, so a reload keeps them."""
    converter = _Converter(keys, folder)
    return [
        {"type": block.kind, "value": converter.convert(block), "id": _id(f"{lesson.head.code}/{number}")}
        for number, block in enumerate(lesson.blocks)
    ]


def _id(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name))


def _items(values: Any) -> list[dict[str, Any]]:
    """Return the entries of a list block."""
    return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]


def rich(markdown: str | None) -> str:
    """Turn Markdown into clean HTML."""
    return clean_html(to_html(markdown)) if markdown else ""


def rich_line(markdown: str) -> str:
    """Turn one line of Markdown into clean HTML."""
    return clean_html(inline_to_html(markdown))


def words(markdown: str) -> str:
    """Turn one line of Markdown into plain text."""
    return unescape(TAG.sub("", inline_to_html(markdown)))


class _Converter:
    """One function for each kind of block."""

    def __init__(self, keys: Keys, folder: str) -> None:
        self.keys, self.folder = keys, folder
        self.by_kind: dict[str, Callable[[Any], Any]] = {
            "heading": words,
            "text": rich,
            "table": self._table,
            "fact": self._fact,
            "callout": self._callout,
            "figure": self._figure,
            "steps": self._steps,
            "case": self._case,
            "question": self._question,
            "media": self._media,
            "summary": self._summary,
        }

    def convert(self, block: Block) -> Any:
        """Return the stored value of one block."""
        return self.by_kind[block.kind](block.value)

    def _table(self, table: Table) -> dict[str, Any]:
        rows = _items(_items(map(rich_line, row)) for row in table.rows)
        return {"columns": _items(map(words, table.columns)), "rows": rows}

    def _fact(self, fact: Fact) -> dict[str, Any]:
        sources = _items(self.keys.sources[key] for key in fact.sources)
        return {"text": rich(fact.text), "sources": sources, "certainty": fact.certainty}

    def _callout(self, callout: Callout) -> dict[str, Any]:
        return {"kind": callout.kind, "title": callout.title, "text": rich(callout.text)}

    def _figure(self, figure: Figure) -> dict[str, Any]:
        return {
            "figure": self.keys.figures[f"{self.folder}/{figure.file}"],
            "alt": figure.alt,
            "caption": rich(figure.caption),
            "credit": figure.credit or "",
        }

    def _steps(self, steps: Steps) -> dict[str, Any]:
        listed = ({"text": rich(step.text), "why": rich(step.why)} for step in steps.steps)
        return {"title": steps.title, "steps": _items(listed)}

    def _case(self, case: Case) -> dict[str, Any]:
        texts = {"text": rich(case.text), "question": rich(case.question), "answer": rich(case.answer)}
        return {"title": case.title, **texts}

    def _question(self, question: Question) -> dict[str, Any]:
        options = (
            {"text": option.text, "correct": option.correct, "reason": option.reason}
            for option in question.options or ()
        )
        value = {
            "stem": rich(question.stem),
            "type": question.type,
            "options": _items(options),
            "answer": question.answer or "",
            "tolerance": question.tolerance or "",
            "unit": question.unit or "",
            "reason": rich(question.reason),
        }
        # Written only where it says something: the digests of all other lessons stay what they are.
        return value if question.stands_alone else value | {"stands_alone": False}

    def _media(self, media: Media) -> dict[str, Any]:
        recording = self.keys.recordings[f"{self.folder}/{media.file}"]
        return {"recording": recording, "title": media.title, "transcript": rich(media.transcript)}

    def _summary(self, summary: Summary) -> dict[str, Any]:
        return {"points": _items(summary.points)}
