"""What a format can hold of an item. Each format has a function that returns the item as it will be written."""

from collections.abc import Callable
from dataclasses import dataclass

from exams.interchange.findings import Changes, Note
from exams.interchange.tree import ExchangeItem


class LeftOutError(Exception):
    """A format cannot hold the item at all; the text says why."""


@dataclass(frozen=True)
class Fitted:
    """An item as a format will hold it (None: not at all), and what is lost or means something else there."""

    code: str
    item: ExchangeItem | None
    warnings: tuple[Note, ...]


def fit(item: ExchangeItem, shape: Callable[[ExchangeItem, Changes], ExchangeItem]) -> Fitted:
    """Shape one item for a format."""
    changes = Changes()
    try:
        shaped = shape(item, changes)
    except LeftOutError as error:
        return Fitted(item.code, None, (Note("left_out", f"Left out: {error}"),))
    return Fitted(item.code, shaped, tuple(changes.notes))
