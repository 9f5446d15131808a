"""Item response models: calibration of items, abilities of persons, information, fit (exams.md 4.5)."""

from exams.rules.psychometrics.irt.calibration import fit
from exams.rules.psychometrics.irt.information import error_at, form_information, item_information, probability
from exams.rules.psychometrics.irt.persons import ItemFit, PersonEstimate, abilities, item_fit
from exams.rules.psychometrics.irt.results import Calibration, Caution, ItemEstimate, Model

__all__ = [
    "Calibration",
    "Caution",
    "ItemEstimate",
    "ItemFit",
    "Model",
    "PersonEstimate",
    "abilities",
    "error_at",
    "fit",
    "form_information",
    "item_fit",
    "item_information",
    "probability",
]
