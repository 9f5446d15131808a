"""When a session ends by itself (S-17): after idle time, after a day's work, never while something holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SessionClock:
    """The moments of one session. `seen_at` is the last sign of life; `held_until` is set by a running exam."""

    signed_in_at: datetime
    seen_at: datetime
    idle: timedelta
    longest: timedelta
    held_until: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """Return when the session ends if nothing more happens.

        Seen 10:00, idle time 30 minutes: 10:30. Signed in at 08:00, at most 12 hours: never after 20:00. Held until
        20:15 by an exam: 20:15, whatever the other two say.
        """
        ends = min(self.seen_at + self.idle, self.signed_in_at + self.longest)
        return max(ends, self.held_until) if self.held_until else ends

    def is_over(self, now: datetime) -> bool:
        """Whether the session has ended by itself."""
        return now >= self.ends_at
