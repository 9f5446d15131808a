"""When a practical is passed, and when a station may be tried again.

Source: curriculum.md section 4: a level of at least 3 at every station and no critical failure (`practical.judge`), at
least two assessors, a physician assessor where the rubric says so; a failed station once more on the same day; after a
critical failure 14 days, then that station and P12 in full. exams.md section 5: two assessors on different sides of the
cut go to adjudication, never to a mean. The numbers stand in the rubric version (`scheme.SchemeRules`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exams.rules.scheme import SchemeRules


@dataclass(frozen=True)
class StationEvidence:
    """A signed judgement of one station.

    `observed_at` is when its sitting was first signed: correcting an older sitting does not make it the newest. `day`
    is the day of that on the site's calendar. `rates_again` names the sitting whose performance this one rates
    independently; with `adjudicates` it decides between two that differ.
    """

    station: str
    met: bool
    observed_at: datetime
    signed_at: datetime
    assessor: str
    critical: bool = False
    day: date | None = None
    assessor_id: int = 0
    physician: bool = False
    sitting: str = ""
    rates_again: str = ""
    adjudicates: bool = False


@dataclass(frozen=True)
class Shortfall:
    """One thing that keeps a practical from being passed; `station` is empty where it is about all of them."""

    code: str
    station: str
    sentence: str


Ratings = Mapping[str, tuple[StationEvidence, ...]]


def ratings_that_count(evidence: Iterable[StationEvidence]) -> dict[str, tuple[StationEvidence, ...]]:
    """Return the newest performance of each station: its first rating, then those who rated the same one again."""
    rows = sorted(evidence, key=lambda row: row.observed_at)
    newest = {row.station: row for row in rows if not row.rates_again}
    return {
        code: (
            first,
            *(row for row in rows if first.sitting and (row.station, row.rates_again) == (code, first.sitting)),
        )
        for code, first in newest.items()
    }


def verdict(ratings: Sequence[StationEvidence]) -> bool | None:
    """Return whether a station is met by its ratings; None while two differ and nobody has decided between them.

    Met and met is met, met and not met is None, and with an adjudication the adjudicator's judgement holds alone.
    """
    decided = [row.met for row in ratings if row.adjudicates]
    if decided:
        return decided[-1]
    judged = {row.met for row in ratings}
    return judged.pop() if len(judged) == 1 else None


def station_shortfalls(
    stations: Sequence[str], evidence: Collection[StationEvidence], rules: SchemeRules, physician: Collection[str]
) -> tuple[Shortfall, ...]:
    """Say of each station of a rubric why it does not count yet, at most one reason each.

    `physician` are the codes of stations that need a physician assessor.
    """
    ratings = ratings_that_count(evidence)
    needed = physician if rules.physician_where_required else ()
    found = (_of_station(code, ratings, evidence, rules, code in needed) for code in stations)
    return tuple(shortfall for shortfall in found if shortfall)


def assessor_shortfall(counted: Iterable[StationEvidence], rules: SchemeRules) -> Shortfall | None:
    """Say that too few different people assessed the stations that count; two names of one person are one."""
    people = {row.assessor_id or row.assessor for row in counted}
    short = rules.minimum_assessors - len(people)
    if short <= 0:
        return None
    who = "One more person has" if short == 1 else f"{short} more people have"
    return Shortfall(
        "too_few_assessors",
        "",
        f"{who} to assess at least one station: this practical takes {rules.minimum_assessors} assessors.",
    )


def refusals_to_try(
    stations: Collection[str], evidence: Collection[StationEvidence], rules: SchemeRules, day: date
) -> tuple[Shortfall, ...]:
    """Say which stations may not be tried on a day, and until when.

    After a critical failure on 1 March and 14 days to wait, 14 March is too early and 15 March is not. With one retry
    on one day, the third try at a station on that day is refused.
    """
    return tuple(found for code in stations if (found := _refusal(code, evidence, rules, day)))


def repeats_due(evidence: Collection[StationEvidence], rules: SchemeRules) -> tuple[str, ...]:
    """Return the stations that have to be done again because of a critical failure anywhere since they were done."""
    failures = [row.observed_at for row in evidence if row.critical]
    if not failures:
        return ()
    newest = {code: ratings[0].observed_at for code, ratings in ratings_that_count(evidence).items()}
    last = max(failures)
    return tuple(code for code in rules.repeat_after_critical_failure if code not in newest or newest[code] <= last)


def _of_station(
    code: str, all_ratings: Ratings, evidence: Collection[StationEvidence], rules: SchemeRules, physician: bool
) -> Shortfall | None:
    ratings = all_ratings.get(code, ())
    if not ratings:
        return Shortfall("not_assessed", code, f"{code} has not been assessed.")
    met = verdict(ratings)
    if met is None:
        sentence = f"Two assessors differ about {code}. A third one has to decide between them."
        return Shortfall("adjudication_needed", code, sentence)
    if not met:
        return Shortfall("not_met", code, f"{code} is not met.")
    if code in repeats_due(evidence, rules):
        sentence = f"{code} has to be done again, because of a critical failure since it was done."
        return Shortfall("repeat_needed", code, sentence)
    first = ratings[0]
    before = [row for row in evidence if row.observed_at < first.observed_at and row.sitting != first.sitting]
    if first.day and (early := _refusal(code, before, rules, first.day)):
        return Shortfall(early.code, code, f"The last try at {code} does not count. {early.sentence}")
    if physician and not any(row.physician for row in ratings):
        return Shortfall("physician_needed", code, f"{code} has to be assessed by a TMS-trained physician.")
    return None


def _refusal(code: str, evidence: Collection[StationEvidence], rules: SchemeRules, day: date) -> Shortfall | None:
    tries = [row for row in evidence if row.station == code and row.day]
    critical = max((row.day for row in tries if row.critical and row.day), default=None)
    first_day = critical + timedelta(days=rules.days_after_critical_failure) if critical else day
    if critical and day < first_day:
        sentence = (
            f"{code} was a critical failure on {_words(critical)}. It can be tried again from {_words(first_day)}, "
            "after feedback and practice."
        )
        return Shortfall("too_early", code, sentence)
    same_day = sum(1 for _ in _failed_on(tries, day))
    if rules.retries_on_one_day is not None and same_day > rules.retries_on_one_day:
        sentence = f"{code} was not met {same_day} times on {_words(day)}. It can be tried again on another day."
        return Shortfall("too_many_tries", code, sentence)
    return None


def _failed_on(tries: Iterable[StationEvidence], day: date) -> Iterator[StationEvidence]:
    return (row for row in tries if row.day == day and not row.met and not row.rates_again)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
