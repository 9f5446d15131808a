"""The editor of matching items."""

from collections.abc import Mapping
from typing import Any

from exams.editors.base import Fault
from exams.editors.options import MOST_ROWS, OptionsEditor
from exams.editors.rows import PromptRow, free_key, option_fields, prompt_fields, prompt_ids, stored_rows
from exams.rules.item_material import ItemKind


class MatchingEditor(OptionsEditor):
    """Lines, each with the option that belongs to it."""

    kind = ItemKind.MATCHING
    name = "Matching"
    sentence = "The candidate gives each line one of the options."
    template = "exams/authoring/_matching.html"

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """See `KindEditor`."""
        return super().blank() | prompt_fields([PromptRow(str(number)) for number in range(3)])

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        rows = stored_rows(content)
        row_of = {row.id: row.key for row in rows}
        prompts = [
            PromptRow(str(number), prompt["id"], prompt["text"], row_of[content["key"][prompt["id"]]])
            for number, prompt in enumerate(content["prompts"])
        ]
        return option_fields(rows) | prompt_fields(prompts)

    @property
    def prompts(self) -> list[PromptRow]:
        """All lines, empty ones too."""
        keys = self._list("prompt_row")
        columns = [self._padded(f"prompt_{name}", len(keys)) for name in ("id", "text", "option")]
        return [PromptRow(*row) for row in zip(keys, *columns, strict=True)]

    @property
    def can_add_prompt(self) -> bool:
        """Whether one more line fits on the candidate's page."""
        return len(self.prompts) < MOST_ROWS

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: `add_prompt` and `remove_prompt:KEY` besides."""
        prompts = self.prompts
        word, _, key = go.partition(":")
        if word == "add_prompt" and self.can_add_prompt:
            prompts.append(PromptRow(free_key(row.key for row in prompts)))
        elif word == "remove_prompt":
            prompts = [row for row in prompts if row.key != key]
        else:
            super().change_rows(go)
            return
        self.typed = {**self.typed, **prompt_fields(prompts)}

    def _key_faults(self) -> list[Fault]:
        lines = [row for row in self.prompts if row.text]
        filled = {row.key for row in self.rows if row.text}
        if len(lines) < 2:
            return [Fault("prompts", "Lines: write two or more.")]
        if not all(row.option in filled for row in lines):
            return [Fault("prompts", "Key: give each line one of the options that have a text.")]
        return []

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        rows, lines = self.filled(), [row for row in self.prompts if row.text]
        option_of = {row.key: row.id for row in rows}
        ids = prompt_ids(lines)
        return {
            "options": self._options(rows),
            "prompts": [{"id": number, "text": row.text} for number, row in zip(ids, lines, strict=True)],
            "key": {number: option_of[row.option] for number, row in zip(ids, lines, strict=True)},
        }

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        lines = [{"id": row.key, "text": row.text} for row in self.prompts if row.text]
        return super().shown() | {"prompts": lines}
