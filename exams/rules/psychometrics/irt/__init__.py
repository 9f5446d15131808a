"""Item response models: calibration of items, abilities of persons, information, fit (exams.md 4.5)."""

from exams.rules.psychometrics.irt.calibration import fit
from exams.rules.psychometrics.irt.results import Calibration, Caution, ItemEstimate, Model

__all__ = ["Calibration", "Caution", "ItemEstimate", "Model", "fit"]
