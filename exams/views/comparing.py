"""Two wordings of an item side by side, part by part and word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.cited_sources import cited
from exams.item_forms import words_of_scoring
from exams.key_words import area_in_words
from exams.rules.item_kinds import ItemKind
from exams.rules.option_order import letters_as_written
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
    names = _option_names(old, new)
    before, after = _parts(old, names), _parts(new, names)
    parts = [*after, *(part for part in before if part not in after)]
    return [Difference(part, word_diff(before.get(part, ""), after.get(part, ""))) for part in parts]


def _option_names(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return what each option is called: its letter in the new wording, or the one it had there when it is gone."""
    before, after = (letters_as_written([o["id"] for o in content.get("options", ())]) for content in (old, new))
    gone = {option: f"{letter} of before" for option, letter in before.items() if option not in after}
    return after | gone


def _parts(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of an item by the name of their part."""
    parts = {"Stem": content["stem"]}
    for option in content.get("options", ()):
        parts[f"Option {names[option['id']]}"] = option["text"]
        parts[f"Why option {names[option['id']]} is right or not"] = option["reason"]
    parts |= {f"Line {prompt['id']}": prompt["text"] for prompt in content.get("prompts", ())}
    for region in content.get("regions", ()):
        parts[f"Label {region['id']}"] = f"{region['label']} (x {region['x']}, y {region['y']})"
    figure = content.get("figure") or {}
    if figure:
        parts["Picture"] = figure["picture"]
        parts |= {"Picture in words": figure["alt"], "Caption": figure.get("caption", "")}
    if content.get("words"):
        parts["Length"] = f"About {content['words']} words"
    return (
        parts
        | _key_parts(ItemKind(content["type"]), content["key"], names)
        | {
            "Scoring": words_of_scoring(content["scoring"]),
            "Why the key is right": content["rationale"],
            "Sources": "; ".join(source.words for source in cited(content["sources"])) or "none",
            "Not on a form with": " ".join(content["enemies"]) or "none",
            "Area and level": f"{content['content_area']} {content['level']}",
        }
    )


def _key_parts(kind: ItemKind, key: Any, names: Mapping[str, str]) -> dict[str, str]:
    """Return the key by the name of its parts: areas, accepted texts and lines of a rubric one by one."""
    match kind:
        case ItemKind.HOTSPOT:
            return {f"Area {number}": area_in_words(area) for number, area in enumerate(key["areas"], start=1)}
        case ItemKind.SHORT_TEXT:
            return {f"Accepted text {number}": text for number, text in enumerate(key["texts"], start=1)}
        case ItemKind.ESSAY:
            lines = {f"Rubric {line['id']}": f"{line['text']}: {line['points']} points" for line in key["criteria"]}
            return {"Guidance for markers": key["guidance"], **lines}
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_RESPONSE:
            return {"Key": _key([option for option in names if option in key], names)}
        case _:
            return {"Key": _key(key, names)}


def _key(key: Any, names: Mapping[str, str]) -> str:
    """Write a key with options by their names."""
    if isinstance(key, Mapping):
        return " ".join(f"{name}: {names.get(value, value)}" for name, value in key.items())
    return " ".join(names.get(part, str(part)) for part in key)
