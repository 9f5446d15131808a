"""Who may assess and supervise at a provider's site: the assessors whom the registrar approved there, and when."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Approval:
    """From one day until another, both included; `ended_on` is the first day on which it no longer holds."""

    since: date
    until: date
    ended_on: date | None = None

    def holds_between(self, first: date, last: date) -> bool:
        """Whether it holds on at least one day of a span, both ends included."""
        begins, ends = max(first, self.since), min(last, self.until)
        return begins <= ends and (self.ended_on is None or begins < self.ended_on)


def approved_on(approvals: Iterable[Approval], day: date) -> bool:
    """Whether one of the approvals holds on a day."""
    return any(approval.holds_between(day, day) for approval in approvals)


def approved_in_month(approvals: Iterable[Approval], year: int, month: int) -> bool:
    """Whether one holds on a day of a month: of practicum sessions no more than the month is kept (S-35)."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return any(approval.holds_between(first, last) for approval in approvals)
