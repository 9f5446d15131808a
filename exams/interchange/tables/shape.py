"""What a table holds of an item: everything but pictures."""

from exams.interchange.findings import Changes
from exams.interchange.fitting import LeftOutError
from exams.interchange.letters import with_letters
from exams.interchange.texts import collapsed
from exams.interchange.tree import ExchangeItem

# Of a cell of a spreadsheet.
LONGEST_CELL = 32_000


def shaped(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return an item as a table will hold it. Raises `LeftOutError`."""
    if item.picture is not None:
        raise LeftOutError("a table has no pictures, and the question needs its own.")
    item = collapsed(item, changes)
    lettered = with_letters(item, by_lot=False)
    if lettered != item:
        changes.add("ids_renamed", "Its options and lines are named by their columns: option_a, prompt_1.")
    return lettered
