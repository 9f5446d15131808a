"""Counting how often each item was given out."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from exams.models import Attempt, Exam, FormItem, ItemExposure, assembly_policy_of


def count_exposure(*, now: datetime | None = None) -> int:
    """Count anew for every exam which item versions its attempts of the last days saw; return how many rows there are.

    Assembly reads these rows; a start changes none of them, so starts do not wait for each other (exams.md 1.1).
    """
    now = now or timezone.now()
    return sum(_count(exam, now) for exam in Exam.objects.select_related("assembly_policy"))


def _count(exam: Exam, now: datetime) -> int:
    since = now - timedelta(days=assembly_policy_of(exam).exposure_days)
    attempts = Attempt.objects.filter(exam=exam, started_at__gte=since)
    total = attempts.count()
    # Read before the transaction, for on SQLite no answer could be saved while this sum is made. An attempt that
    # starts between the two counts is cut off by `min` and counted next time.
    given = FormItem.objects.filter(form__attempts__in=attempts).order_by().values("version").annotate(n=Count("pk"))
    rows = [
        ItemExposure(exam=exam, version_id=version, administrations=min(count, total), attempts=total, counted_at=now)
        for version, count in given.values_list("version", "n")
    ]
    with transaction.atomic():
        ItemExposure.objects.filter(exam=exam).delete()
        ItemExposure.objects.bulk_create(rows, batch_size=500)
    return len(rows)
