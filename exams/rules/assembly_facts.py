"""What goes into the assembly of forms and what comes out: plain facts, no solver."""

from dataclasses import dataclass
from enum import StrEnum

from exams.rules.form_need import FormNeed

SCORED, PRETEST = "scored", "pretest"


class Family(StrEnum):
    """A kind of demand that forms have to meet."""

    AREA = "area"
    LEVEL = "level"
    KIND = "kind"
    PRETEST = "pretest"
    ENEMIES = "enemies"
    SETS = "sets"
    EXPOSURE = "exposure"
    OVERLAP = "overlap"
    WORDS = "words"
    KEY_BALANCE = "key balance"
    TIME = "time"


class Objective(StrEnum):
    """What decides between forms that meet every demand."""

    RANDOM = "random"  # weights drawn from the seed; items that were given out often weigh against themselves
    ALIKE = "alike"  # parallel forms differ least in words and kinds; the seed decides what is left open


@dataclass(frozen=True)
class PoolItem:
    """One item that a form may take up. `key_place` is the letter of a single choice's key, else empty.

    `exposure` is the share of attempts that saw it, from 0 to 1; `capped` says that the cap keeps it away.
    """

    code: str
    area: str
    level: str
    kind: str
    words: int = 0
    key_place: str = ""
    enemies: frozenset[str] = frozenset()
    set_code: str = ""
    sections: frozenset[str] = frozenset({SCORED, PRETEST})
    exposure: float = 0.0
    capped: bool = False


@dataclass(frozen=True)
class Order:
    """An order for forms. `seed` is hex; `seen` are the items of each form that must be avoided beyond `overlap`.

    `overlap` also bounds what any two of the new forms share; None leaves it open. `seconds` bounds all searches for
    one solution, `gap` is how far from the proved optimum one may stop (exams.md 4.9).
    """

    need: FormNeed
    pool: tuple[PoolItem, ...]
    seed: str
    forms: int = 1
    overlap: int | None = None
    seen: tuple[frozenset[str], ...] = ()
    objective: Objective = Objective.RANDOM
    seconds: float = 10.0
    gap: float = 0.05


@dataclass(frozen=True)
class Place:
    """One place of an assembled form."""

    code: str
    section: str


@dataclass(frozen=True)
class Shortage:
    """What one demand lacks: how much, and a sentence for people."""

    family: Family
    lacks: int
    sentence: str


@dataclass(frozen=True)
class Assembly:
    """The forms in order, or none and what stands in the way. `status` is the solver's own word for the end."""

    forms: tuple[tuple[Place, ...], ...]
    shortages: tuple[Shortage, ...]
    solver: str
    status: str
    value: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether there are forms."""
        return bool(self.forms)
