"""What a live programme should know about its exams before it counts on them."""

from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connection

from exams.bank import openness
from exams.models import Exam

HINT = (
    "Write items of your own into a private folder (MATERIAL_DIRS), "
    "and set `published_items: forbidden` in the blueprint."
)


def scored_items_are_secret(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn of each exam that scores items which anybody can read. A database without tables has no exams yet."""
    if Exam._meta.db_table not in connection.introspection.table_names():
        return []
    return [Warning(exam.sentence, hint=HINT, id="exams.W001") for exam in openness() if exam.published]
