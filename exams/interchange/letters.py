"""Ids of options and prompts. Candidates get to see them, so that they must tell nothing of the key."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exams.interchange.findings import Changes
from exams.interchange.tree import ExchangeItem, Option, Prompt
from exams.rules.item_kinds import ItemKind

LETTER = re.compile(r"[a-z][2-9]?")
NUMBER = re.compile(r"[1-9][0-9]?")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def has_quiet_ids(item: ExchangeItem) -> bool:
    """Whether the ids are letters and numbers, and those of an order do not give it away."""
    letters = all(LETTER.fullmatch(option.id) for option in item.options)
    numbers = all(NUMBER.fullmatch(prompt.id) for prompt in item.prompts)
    tells = item.kind is ItemKind.ORDERING and list(item.key) == sorted(item.key)
    return letters and numbers and not tells


def with_letters(item: ExchangeItem, *, by_lot: bool) -> ExchangeItem:
    """Give options the ids a, b, c … and prompts 1, 2, 3 …, everywhere where they are named.

    `by_lot` sorts the options by the digest of their texts first, where the order in a file is that of the key.
    """
    options = _mixed(item) if by_lot and item.kind in (ItemKind.ORDERING, ItemKind.MATCHING) else list(item.options)
    named = {option.id: LETTERS[place] for place, option in enumerate(options)}
    numbered = {prompt.id: str(place) for place, prompt in enumerate(item.prompts, start=1)}
    parameters = {
        name: {named.get(option, option): share for option, share in value.items()}
        if name in ("mapping", "fractions")
        else value
        for name, value in item.parameters.items()
    }
    return replace(
        item,
        options=tuple(Option(named[option.id], option.text, option.reason) for option in options),
        prompts=tuple(Prompt(numbered[prompt.id], prompt.text) for prompt in item.prompts),
        key=_renamed(item.key, item.kind, named, numbered),
        parameters=parameters,
    )


def _mixed(item: ExchangeItem) -> list[Option]:
    mixed = sorted(item.options, key=lambda option: hashlib.sha256(option.text.encode()).digest())
    if item.kind is ItemKind.ORDERING and [option.id for option in mixed] == list(item.key):
        mixed = [*mixed[1:], mixed[0]]
    return mixed


def _renamed(key: Any, kind: ItemKind, named: Mapping[str, str], numbered: Mapping[str, str]) -> Any:
    if kind is ItemKind.MATCHING:
        return {numbered[prompt]: named[option] for prompt, option in key.items()}
    if isinstance(key, tuple):
        renamed = tuple(named[option] for option in key)
        return renamed if kind is ItemKind.ORDERING else tuple(sorted(renamed))
    return key


def mixed_for_files(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Give ids as a format without ids will, and say what that changes: the order in its files is that of the key."""
    if item.kind is ItemKind.MATCHING and item.fixed_order:
        changes.add("order_lost", "Its options stand in an order of their own, which is not kept.")
        item = replace(item, fixed_order=False)
    lettered = with_letters(item, by_lot=True)
    if lettered != item:
        changes.add("ids_renamed", "Options and lines have no ids there; they get new ones when they are read back.")
    return lettered
