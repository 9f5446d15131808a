"""One item as one row of named cells, and back."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from exams.errors import ExchangeError
from exams.interchange.checking import CODE, checked
from exams.interchange.findings import Changes, Finding, RefusedItemError, examine
from exams.interchange.letters import LETTERS
from exams.interchange.numbers import is_true, number_text, whole_number
from exams.interchange.rubrics import essay_key
from exams.interchange.tree import ExchangeItem, Option, Prompt
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule

MOST_ITEMS = 2000
MOST_OPTIONS = len(LETTERS)
MOST_PROMPTS = 20
FACTS = ("code", "kind", "scoring", "content_area", "level", "stem")
KEY = ("key", "tolerance", "unit", "guidance", "parameters")
LATER = (*("rationale", "sources", "enemies", "item_set", "fixed_order", "words", "verified_on", "review_by"),)
REQUIRED = {"kind", "stem"}
COLUMN = re.compile(r"(option|reason)_[a-z]|prompt_[1-9][0-9]?")
CRITERION = re.compile(r"([^|\n]{1,40})\|([^|\n]+)\|([^\n]+)")
COLUMN_LIMIT = 120

Row = dict[str, str]


def row_of(item: ExchangeItem) -> Row:
    """Write an item that has been through `shaped`."""
    row = {name: getattr(item, name) for name in ("code", "content_area", "level", "stem", "rationale", "item_set")}
    row |= {"kind": item.kind.value, "scoring": item.scoring.value}
    row |= {"verified_on": item.verified_on, "review_by": item.review_by}
    row |= {"sources": "\n".join(item.sources), "enemies": "\n".join(item.enemies)}
    row |= {"fixed_order": "yes" if item.fixed_order else "", "words": str(item.words or "")}
    row["parameters"] = json.dumps(dict(item.parameters), ensure_ascii=False, sort_keys=True) if item.parameters else ""
    for option in item.options:
        row |= {f"option_{option.id}": option.text, f"reason_{option.id}": option.reason}
    for prompt in item.prompts:
        row[f"prompt_{prompt.id}"] = prompt.text
    return {name: value for name, value in (row | _key_cells(item)).items() if value}


def _key_cells(item: ExchangeItem) -> Row:
    match item.kind:
        case ItemKind.MATCHING:
            return {"key": " ".join(f"{prompt}={option}" for prompt, option in item.key.items())}
        case ItemKind.NUMERIC:
            return {"key": item.key["value"], "tolerance": item.key["tolerance"], "unit": item.key["unit"]}
        case ItemKind.SHORT_TEXT:
            return {"key": "\n".join(item.key["texts"])}
        case ItemKind.ESSAY:
            lines = [f"{row['id']} | {row['points']} | {row['text']}" for row in item.key["criteria"]]
            return {"key": "\n".join(lines), "guidance": item.key["guidance"]}
    return {"key": " ".join(item.key)}


def columns_of(rows: Sequence[Row]) -> list[str]:
    """Return the columns that rows need, in the order in which people read them."""
    used = {name for row in rows for name in row}
    letters = [f"{part}_{letter}" for letter in LETTERS for part in ("option", "reason")]
    prompts = [f"prompt_{number}" for number in range(1, MOST_PROMPTS + 1)]
    return [*FACTS, *(name for name in (*prompts, *letters) if name in used), *KEY, *LATER]


def read_rows(table: Sequence[Sequence[str]]) -> list[Finding]:
    """Read a table whose first row names the columns.

    Raises `ExchangeError`: `no_columns`, `column_twice`, `too_many_items`.
    """
    if not table:
        raise ExchangeError("no_columns", "The table is empty.")
    names = [name.strip().lower().replace(" ", "_") for name in table[0][:COLUMN_LIMIT]]
    named = [name for name in names if name]
    if missing := sorted(REQUIRED - set(names)):
        raise ExchangeError("no_columns", f"The first row has to name the columns; {', '.join(missing)} is missing.")
    if len(set(named)) != len(named):
        raise ExchangeError("column_twice", "Two columns have the same name.")
    if len(table) - 1 > MOST_ITEMS:
        raise ExchangeError("too_many_items", f"The table has more than {MOST_ITEMS} rows. Cut it into several.")
    findings = []
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            row = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
            stray = [
                cell
                for name, cell in zip([*names, *[""] * len(cells)], cells, strict=False)
                if not name and cell.strip()
            ]
            findings.append(_read_row(row, stray, f"row {number}"))
    return findings


def _read_row(row: Row, stray: Sequence[str], where: str) -> Finding:
    code = row.get("code", "").strip()

    def read(changes: Changes) -> ExchangeItem:
        if stray:
            changes.add("cell_dropped", f"“{stray[0][:60]}” stands in a column without a name.")
        item = _read(row, changes)
        if code and not CODE.fullmatch(code):
            changes.add("code_replaced", f"Its code “{code[:60]}” cannot be a code here; it gets the next free one.")
            return checked(item, changes)
        return checked(replace(item, code=code), changes)

    return examine(where, code[:200], "", read)


def _read(row: Row, changes: Changes) -> ExchangeItem:
    known = {*FACTS, *KEY, *LATER}
    for name in row:
        if name not in known and not COLUMN.fullmatch(name):
            changes.add("column_dropped", f"The column “{name[:40]}” is not kept.")
    kind = _kind(row.get("kind", ""))
    options = tuple(
        Option(letter, row[f"option_{letter}"], row.get(f"reason_{letter}", ""))
        for letter in LETTERS
        if f"option_{letter}" in row
    )
    prompts = tuple(
        Prompt(str(number), row[f"prompt_{number}"]) for number in range(1, 100) if f"prompt_{number}" in row
    )
    parameters = _parameters(row.get("parameters", ""))
    words = whole_number(row["words"], "The number of words", most=1500) if "words" in row else 0
    texts: dict[str, Any] = {
        name: row.get(name, "").strip() for name in ("content_area", "level", "item_set", "verified_on", "review_by")
    }
    return ExchangeItem(
        code="",
        kind=kind,
        scoring=_scoring(row, kind, changes),
        stem=row.get("stem", "").replace("\r\n", "\n").strip(),
        key=_key(row, kind, changes),
        options=options,
        prompts=prompts,
        parameters=parameters,
        fixed_order=is_true(row.get("fixed_order", "")),
        words=words,
        rationale=row.get("rationale", "").replace("\r\n", "\n").strip(),
        sources=tuple(row.get("sources", "").replace(";", " ").split()),
        enemies=tuple(row.get("enemies", "").replace(";", " ").split()),
        **texts,
    )


def _kind(written: str) -> ItemKind:
    word = written.strip().lower().replace(" ", "_").replace("-", "_")
    if word not in {kind.value for kind in ItemKind}:
        kinds = ", ".join(kind.value for kind in ItemKind)
        raise RefusedItemError("kind_unknown", f"The kind “{written[:40]}” is not one of {kinds}.")
    return ItemKind(word)


def _scoring(row: Mapping[str, str], kind: ItemKind, changes: Changes) -> ScoringRule:
    written = row.get("scoring", "").strip().lower()
    usual = USUAL[kind]
    if not written:
        if len(RULES_OF_KIND[kind]) > 1:
            changes.add("rule_assumed", f"It does not say how it is scored; it is scored by {usual} now.")
        return usual
    if written not in {rule.value for rule in RULES_OF_KIND[kind]}:
        raise RefusedItemError("scoring_does_not_fit", f"“{written[:40]}” does not score {kind}.")
    return ScoringRule(written)


USUAL = {
    ItemKind.SINGLE_CHOICE: ScoringRule.MATCH_CORRECT,
    ItemKind.MULTIPLE_RESPONSE: ScoringRule.ALL_OR_NOTHING,
    ItemKind.NUMERIC: ScoringRule.TOLERANCE_ABSOLUTE,
    ItemKind.ORDERING: ScoringRule.EXACT,
    ItemKind.MATCHING: ScoringRule.PER_PAIR,
    ItemKind.HOTSPOT: ScoringRule.NESTED_BEST,
    ItemKind.SHORT_TEXT: ScoringRule.NORMALISED_EQUAL,
    ItemKind.ESSAY: ScoringRule.MANUAL,
}


def _key(row: Row, kind: ItemKind, changes: Changes) -> Any:
    written = row.get("key", "")
    match kind:
        case ItemKind.NUMERIC:
            value, tolerance = number_text(written, "The key"), number_text(row.get("tolerance", "0"), "The tolerance")
            return {"value": value, "tolerance": tolerance, "unit": row.get("unit", "").strip()}
        case ItemKind.SHORT_TEXT:
            return {"texts": [text.strip() for text in written.split("\n") if text.strip()]}
        case ItemKind.ESSAY:
            return essay_key(row.get("guidance", "").replace("\r\n", "\n"), _criteria(written), changes)
        case ItemKind.MATCHING:
            pairs = [pair.partition("=") for pair in written.replace(",", " ").replace(";", " ").split()]
            if len({prompt for prompt, _, _ in pairs}) != len(pairs):
                raise RefusedItemError("key_unusable", "The key names a line twice.")
            return {prompt: option.lower() for prompt, _, option in pairs}
        case ItemKind.HOTSPOT:
            raise RefusedItemError("picture_missing", "A table has no pictures, and a hotspot needs one.")
    return tuple(written.lower().replace(",", " ").replace(";", " ").split())


def _criteria(written: str) -> list[dict[str, str]]:
    lines = [line for line in written.replace("\r\n", "\n").split("\n") if line.strip()]
    found = [CRITERION.fullmatch(line) for line in lines]
    if not all(found):
        raise RefusedItemError(
            "key_unusable", "Write the rubric with one line for each criterion: a | 2 | what to look for."
        )
    parts = [[part.strip() for part in match.groups()] for match in found if match]
    return [dict(zip(("id", "points", "text"), row, strict=True)) for row in parts]


def _parameters(written: str) -> dict[str, Any]:
    if not written:
        return {}
    try:
        read = json.loads(written, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedItemError("parameters_unusable", "The parameters are not JSON.") from error
    if not isinstance(read, dict):
        raise RefusedItemError("parameters_unusable", "The parameters are not a JSON object.")
    return read


def _refuse_constant(written: str) -> None:
    raise ValueError(written)
