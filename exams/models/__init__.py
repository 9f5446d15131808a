"""Rows of assessment."""

from exams.models.practicals import (
    Acknowledgement,
    Observation,
    ObservationLog,
    Qualification,
    Rubric,
    RubricVersion,
    SignOff,
    Sitting,
    SittingState,
    StationResult,
    StrayObservation,
    practical_outcome,
)

__all__ = [
    "Acknowledgement",
    "Observation",
    "ObservationLog",
    "Qualification",
    "Rubric",
    "RubricVersion",
    "SignOff",
    "Sitting",
    "SittingState",
    "StationResult",
    "StrayObservation",
    "practical_outcome",
]
