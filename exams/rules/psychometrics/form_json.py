"""An analysis as plain values for JSON; `docs/measurement.md` describes them. Outsiders rely on the names."""

from typing import Any

from exams.rules.psychometrics.decision_consistency import Agreement
from exams.rules.psychometrics.form_analysis import CutQuality, FormAnalysis
from exams.rules.psychometrics.irt import Calibration
from exams.rules.psychometrics.item_analysis import ItemStatistics, OptionStatistics
from exams.rules.psychometrics.item_flags import Flag
from exams.rules.psychometrics.livingston_lewis import Accuracy
from exams.rules.psychometrics.undefined import Why, as_json


def form_as_json(analysis: FormAnalysis, calibration: Calibration | None = None) -> dict[str, Any]:
    """Return the analysis of a form; every value that is null has its reason in the `reasons` beside it."""
    totals = analysis.totals
    head = {
        "n": totals.persons,
        "k": totals.items,
        "mean": totals.mean,
        "sd": totals.sd,
        "sd_sample": totals.sd_sample,
        "kr20": totals.kr20,
        "kr21": totals.kr21,
        "alpha": totals.alpha,
        "sem": totals.sem,
        "decision": Why.NO_CUT if analysis.decision is None else _decision(analysis.decision),
        "irt": Why.NO_MODEL if calibration is None else calibration.as_json(),
    }
    found = as_json(head)
    found["items"] = [_item(item, flags) for item, flags in zip(analysis.items, analysis.flags, strict=True)]
    return found


def _item(item: ItemStatistics, flags: tuple[Flag, ...]) -> dict[str, Any]:
    values = {
        "item": item.item,
        "scored": item.scored,
        "n": item.n,
        "omitted": item.omitted,
        "not_reached": item.not_reached,
        "p": item.p,
        "r": item.r,
        "r_corrected": item.r_corrected,
        "r_corrected_se": item.r_error,
        "d_upper_lower": item.d_upper_lower,
        "alpha_if_deleted": item.alpha_if_deleted,
    }
    return {
        **as_json(values),
        "options": [_option(option) for option in item.options],
        "flags": [{"code": flag.code, "sentence": flag.sentence} for flag in flags],
    }


def _option(option: OptionStatistics) -> dict[str, Any]:
    values = {
        "option": option.option,
        "key": option.key,
        "n": option.n,
        "proportion": option.proportion,
        "mean_rest": option.mean_rest,
        "r_rest": option.r_rest,
    }
    return as_json(values)


def _decision(decision: CutQuality) -> dict[str, Any]:
    return {
        **as_json({"cut": decision.cut, "passed": decision.passed, "conditional_sem": decision.sem}),
        "peng_subkoviak": _agreement(decision.peng_subkoviak),
        "peng_subkoviak_kr20": _agreement(decision.peng_subkoviak_kr20),
        "huynh": _agreement(decision.huynh),
        "livingston_lewis": _accuracy(decision.livingston_lewis),
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return as_json({"p_o": agreement.p_o, "p_c": agreement.p_c, "kappa": agreement.kappa})


def _accuracy(found: Accuracy) -> dict[str, Any]:
    values: dict[str, Any] = {
        "accuracy": found.accuracy,
        "p_o": found.agreement.p_o,
        "p_c": found.agreement.p_c,
        "kappa": found.agreement.kappa,
        "false_pass": found.false_pass,
        "false_fail": found.false_fail,
    }
    fitted = found.true_scores
    model = None
    if fitted is not None:
        model = {
            "effective_length": found.length,
            "parameters": fitted.parameters,
            "alpha": fitted.alpha,
            "beta": fitted.beta,
            "low": fitted.low,
            "high": fitted.high,
        }
    return {**as_json(values), "model": model}
