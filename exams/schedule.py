"""What the clock starts in exams, and the analyses that come out of it."""

from typing import Any

from exams.actions import (
    analyses,
    attempts,
    evidence,
    exposure,
    item_figures,
    item_imports,
    mocks,
    presence,
    reminders,
    studies,
)
from lms.jobs.registry import every, handles

CLOSING_JOB = "exams.close_overdue"
EXPOSURE_JOB = "exams.count_exposure"
REMINDING_JOB = "exams.remind"
FORGETTING_JOB = "exams.forget_signals"
ANALYSING_JOB = "exams.analyse_changed"
CLEARING_JOB = "exams.clear_unused_pictures"
FORGETTING_FILES_JOB = "exams.forget_import_files"


@handles(CLOSING_JOB)
def close_overdue_attempts(payload: dict[str, Any]) -> None:
    """Close and score what ran out of time; also what `manage.py close_overdue_attempts` does."""
    attempts.close_overdue()
    mocks.close_overdue()


@handles(FORGETTING_JOB)
def forget_old_signals(payload: dict[str, Any]) -> None:
    """Remove what exam rooms noted of browsers once it is old."""
    presence.forget_old()


@handles(CLEARING_JOB)
def clear_unused_pictures(payload: dict[str, Any]) -> None:
    """Remove pictures that authors uploaded and no item came to use."""
    item_figures.clear_unused()


every(kind=CLEARING_JOB, hours=24)
every(kind=CLOSING_JOB, seconds=30)
every(kind=FORGETTING_JOB, hours=24)


@handles(EXPOSURE_JOB)
def count_exposure(payload: dict[str, Any]) -> None:
    """Count how often items were given out, for the forms that come."""
    exposure.count_exposure()


every(kind=EXPOSURE_JOB, hours=1)


@handles(ANALYSING_JOB)
def analyse_changed_forms(payload: dict[str, Any]) -> None:
    """Analyse the forms that have new results."""
    analyses.analyse_changed()


every(kind=ANALYSING_JOB, hours=24)


@handles(analyses.ANALYSE)
def analyse_form(payload: dict[str, Any]) -> None:
    """Make an analysis that a person or the night asked for."""
    names = ("since", "until", "asked_by")
    analyses.make_analysis(form_id=payload["form"], **{name: payload[name] for name in names})


@handles(studies.STUDY)
def make_study(payload: dict[str, Any]) -> None:
    """Make a study that a person asked for."""
    studies.make_study(request_id=payload["request"])


@handles(evidence.PACK)
def pack_evidence(payload: dict[str, Any]) -> None:
    """Pack the evidence that somebody asked for."""
    evidence.pack_evidence(payload["pack"])


@handles(item_imports.READ)
def read_import(payload: dict[str, Any]) -> None:
    """Read a file of items that somebody uploaded."""
    item_imports.read_import(payload["import"])


@handles(item_imports.CARRY)
def carry_out_import(payload: dict[str, Any]) -> None:
    """Import a file of items that somebody confirmed."""
    item_imports.carry_out_import(payload["import"])


@handles(FORGETTING_FILES_JOB)
def forget_import_files(payload: dict[str, Any]) -> None:
    """Let files of items go that are decided or too old."""
    item_imports.forget_files()


every(kind=FORGETTING_FILES_JOB, hours=1)


@handles(REMINDING_JOB)
def remind(payload: dict[str, Any]) -> None:
    """Remind people, each once: of what is in the next 24 hours, of requests that wait, of plans that are due."""
    reminders.remind()
    reminders.remind_of_practicals()
    reminders.remind_of_requests()
    reminders.remind_of_plans()


every(kind=REMINDING_JOB, hours=1)
