"""Two wordings of an item side by side, part by part and word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.cited_sources import cited
from exams.item_forms import words_of_scoring
from exams.rules.word_diff import Change, Piece, word_diff


@dataclass(frozen=True)
class Difference:
    """One part of an item with the pieces of both wordings."""

    part: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether the two wordings differ."""
        return any(piece.change is not Change.SAME for piece in self.pieces)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Compare two contents (`content_of`), all parts that either has; those without a change too."""
    before, after = _parts(old), _parts(new)
    names = [*after, *(name for name in before if name not in after)]
    return [Difference(name, word_diff(before.get(name, ""), after.get(name, ""))) for name in names]


def _parts(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of an item by the name of their part."""
    parts = {"Stem": content["stem"]}
    for option in content.get("options", ()):
        parts[f"Option {option['id']}"] = option["text"]
        parts[f"Why option {option['id']} is right or not"] = option["reason"]
    parts |= {f"Line {prompt['id']}": prompt["text"] for prompt in content.get("prompts", ())}
    figure = content.get("figure") or {}
    if figure:
        parts |= {"Drawing in words": figure["alt"], "Caption": figure.get("caption", "")}
    return parts | {
        "Key": _key(content["key"]),
        "Scoring": words_of_scoring(content["scoring"]),
        "Why the key is right": content["rationale"],
        "Sources": "; ".join(source.words for source in cited(content["sources"])) or "none",
        "Not on a form with": " ".join(content["enemies"]) or "none",
        "Area and level": f"{content['content_area']} {content['level']}",
    }


def _key(key: Any) -> str:
    if isinstance(key, Mapping):
        return " ".join(f"{name}: {value}" for name, value in key.items())
    return " ".join(str(part) for part in key)
