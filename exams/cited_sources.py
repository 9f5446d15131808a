"""The works that an item names, with what the register of sources says of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.models.sources import Source


@dataclass(frozen=True)
class Cited:
    """One named source; `citation` and `url` are empty when the register does not hold its key."""

    key: str
    citation: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        """The citation with its key, as people tell two works apart."""
        return f"{self.citation} ({self.key})" if self.citation else f"{self.key}, which is not in the register"


def cited(keys: Iterable[str]) -> list[Cited]:
    """Return the sources in the order in which the item names them."""
    named = list(keys)
    known = {source.key: source for source in Source.objects.filter(key__in=named)} if named else {}
    return [Cited(key, known[key].citation, known[key].url) if key in known else Cited(key) for key in named]
