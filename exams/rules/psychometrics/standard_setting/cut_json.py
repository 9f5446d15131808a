"""A cut and what it rests on as plain values for JSON; `docs/measurement.md` describes them."""

from collections.abc import Mapping
from typing import Any

from exams.rules.psychometrics.standard_setting.angoff import AngoffRound
from exams.rules.psychometrics.standard_setting.beuk import BeukCut
from exams.rules.psychometrics.standard_setting.borderline import BorderlineCut, StationCut
from exams.rules.psychometrics.standard_setting.ebel import EbelCut
from exams.rules.psychometrics.standard_setting.hofstee import HofsteeCut
from exams.rules.psychometrics.standard_setting.panel import PanelMean
from exams.rules.psychometrics.undefined import Why, as_json


def angoff_as_json(rounds: Mapping[int, AngoffRound]) -> dict[str, Any]:
    """Return the cut of the last round, and every round."""
    last = rounds[max(rounds)] if rounds else None
    head = {
        "method": "angoff",
        "cut": last.cut if last else Why.NO_JUDGES,
        "se": last.se if last else Why.NO_JUDGES,
        "sd": last.sd if last else Why.NO_JUDGES,
        "judges": last.judges if last else 0,
    }
    return {**as_json(head), "rounds": [_round(number, found) for number, found in rounds.items()]}


def ebel_as_json(found: EbelCut) -> dict[str, Any]:
    """Return the cut, its standard error, and the points by judge."""
    panel = found.panel
    head = {"method": "ebel", "cut": panel.mean, "se": panel.se, "sd": panel.sd, "judges": panel.judges}
    return {**as_json(head), "sums": [{"judge": judge, "sum": points} for judge, points in found.sums.items()]}


def hofstee_as_json(found: HofsteeCut) -> dict[str, Any]:
    """Return the cut, the share it fails, and the corners of the panel's box."""
    head = {
        "method": "hofstee",
        "cut": found.cut,
        "fail_rate": found.fail_rate,
        "judges": found.k_min.judges,
        "n": found.persons,
    }
    corners = {"k_min": found.k_min, "k_max": found.k_max, "f_min": found.f_min, "f_max": found.f_max}
    return {**as_json(head), **{name: _panel(panel) for name, panel in corners.items()}}


def beuk_as_json(found: BeukCut) -> dict[str, Any]:
    """Return the cut, its pass rate, and the panel's wishes."""
    head = {
        "method": "beuk",
        "cut": found.cut,
        "pass_rate": found.pass_rate,
        "slope": found.slope,
        "judges": found.wanted.judges,
        "n": found.persons,
    }
    return {**as_json(head), "wanted_cut": _panel(found.wanted), "expected_pass_rate": _panel(found.expected)}


def borderline_as_json(found: BorderlineCut, rating: float) -> dict[str, Any]:
    """Return the mean cut, and every station."""
    head = {"method": "borderline", "cut": found.cut, "borderline_rating": rating}
    return {**as_json(head), "stations": [_station(station) for station in found.stations]}


def _round(number: int, found: AngoffRound) -> dict[str, Any]:
    head = {
        "round": number,
        "judges": found.judges,
        "missing": found.missing,
        "cut": found.cut,
        "se": found.se,
        "sd": found.sd,
        "by_item_means": found.by_item_means,
    }
    items = [{"item": item.item, "n": item.judges, "mean": item.mean, "sd": item.sd} for item in found.items]
    return {
        **as_json(head),
        "sums": [as_json({"judge": judge, "sum": points}) for judge, points in found.sums.items()],
        "items": [as_json(item) for item in items],
    }


def _station(station: StationCut) -> dict[str, Any]:
    values = {
        "station": station.station,
        "n": station.n,
        "n_borderline": station.n_borderline,
        "cut": station.cut,
        "slope": station.slope,
        "intercept": station.intercept,
        "r_squared": station.r_squared,
        "rmse": station.rmse,
    }
    cautions = [{"code": code, "sentence": sentence} for code, sentence in station.cautions]
    return {**as_json(values), "cautions": cautions}


def _panel(panel: PanelMean) -> dict[str, Any]:
    return as_json({"mean": panel.mean, "sd": panel.sd, "se": panel.se})
