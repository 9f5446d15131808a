"""Adopting a panel's cut: proposed with a reason, confirmed by a second person, then the next version of the blueprint.

A cut in use never changes in place. Forms, attempts and results keep the blueprint version they were made with; forms
assembled from the new version pass at the new cut.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db import transaction

from exams.actions.panels import refuse_corrected_keys
from exams.errors import PanelError
from exams.models import (
    Blueprint,
    BlueprintArea,
    BlueprintMinimum,
    CutAdoption,
    PanelRound,
    StandardSettingPanel,
)
from exams.panel_rounds import outcome_of
from exams.pool import need_of
from exams.rules.item_material import digest_of
from exams.rules.psychometrics.standard_setting.rounds import LARGEST_STEPS, is_as_stated, stated_cut
from exams.rules.psychometrics.undefined import Why
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.audit.actions import record
from lms.audit.verbs import Verb

ADOPT = "exams.adopt_cut"
CENT, KEPT = Decimal("0.01"), Decimal("0.0001")
SAME = ("id", "version", "content_hash", "created_at", "cut_raw", "cut_method", "cut_note")


@transaction.atomic
def propose_adoption(
    *, panel: StandardSettingPanel, cut: Decimal, steps: int | None, reason: str, by: User
) -> Proposal:
    """Ask a second person to adopt a cut. `steps`: standard errors above the recommended one, None for another value.

    Raises `PanelError`: adopted_already, round_open, too_few_rounds, cut_undefined, cut_out_of_range, bad_steps,
    no_error, cut_not_as_stated, key_corrected, blueprint_differs; and what `propose` refuses.
    """
    demand(by, Permission.PANEL_RUN)
    last, recommended, error = _grounds(panel)
    if cut != cut.quantize(CENT) or not 0 < cut <= len(panel.places):
        raise PanelError(
            "cut_out_of_range", f"Give a cut above 0 and up to {len(panel.places)} points, in hundredths at most."
        )
    if steps is not None and abs(steps) > LARGEST_STEPS:
        raise PanelError(
            "bad_steps", f"Go up or down by at most {LARGEST_STEPS} standard errors, or name another value."
        )
    if steps and error is None:
        raise PanelError(
            "no_error", "This method has no standard error to go up or down by. Name another value and say why."
        )
    spread = error or Decimal(0)
    if steps is not None and not is_as_stated(cut, recommended, spread, steps):
        raise PanelError(
            "cut_not_as_stated",
            f"{cut} points are not what you chose: that is {stated_cut(recommended, spread, steps):.2f}, rounded up or "
            "down to a whole number. Change one of the two, or choose another value.",
        )
    payload = {
        "round": last.number,
        "cut": str(cut),
        "steps": steps,
        "recommended": str(recommended),
        "error": _written(error),
        "blueprint": _base_of(panel).pk,
    }
    return propose(kind=ADOPT, target=str(panel.pk), payload=payload, reason=reason, by=by)


def _written(error: Decimal | None) -> str | None:
    return None if error is None else str(error)


def _grounds(panel: StandardSettingPanel) -> tuple[PanelRound, Decimal, Decimal | None]:
    """Return the last round with its cut and standard error, or say why there is nothing to adopt.

    Methods that use scores of candidates have no standard error.
    """
    if CutAdoption.objects.filter(panel=panel).exists():
        raise PanelError("adopted_already", "The cut of this panel was adopted already.")
    rounds = list(panel.rounds.select_related("panel"))
    if rounds and rounds[-1].is_open:
        raise PanelError("round_open", "A round is still open. Close it first.")
    if len(rounds) < (fewest := panel.way.fewest_rounds):
        times = "one round" if fewest == 1 else f"{fewest} rounds"
        raise PanelError("too_few_rounds", f"A panel by {panel.get_method_display()} judges in at least {times}.")
    refuse_corrected_keys(panel.form)
    found = outcome_of(rounds[-1])
    if isinstance(found.cut, Why):
        raise PanelError("cut_undefined", f"The last round gives no cut: {found.cut.sentence}")
    if not isinstance(found.error, Why):
        return rounds[-1], _kept(found.cut), _kept(found.error)
    if not panel.way.uses_scores:
        raise PanelError("cut_undefined", f"The last round gives no cut with a standard error: {found.error.sentence}")
    return rounds[-1], _kept(found.cut), None


def _kept(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(KEPT, ROUND_HALF_EVEN)


def _base_of(panel: StandardSettingPanel) -> Blueprint:
    """Return the newest version of the form's blueprint, which the next one is made from."""
    own = panel.form.blueprint
    newest = Blueprint.objects.filter(code=own.code).order_by("-version").first() or own
    if newest.pk != own.pk and need_of(newest) != need_of(own):
        raise PanelError(
            "blueprint_differs",
            f"The blueprint asks for other items since version {newest.version}, and this form keeps to version "
            f"{own.version}. Set the cut on a form of the newest version.",
        )
    return newest


def adopt(proposal: Proposal, by: User) -> None:
    """Do what was confirmed: add the next version of the blueprint, with the cut, and the record of where it is from.

    Raises `PanelError` when panel, form or blueprint changed since it was proposed.
    """
    demand(by, Permission.PANEL_RUN)
    panel = StandardSettingPanel.objects.select_related("form__blueprint").get(pk=proposal.target)
    payload = proposal.payload
    # Whoever opens a round holds the last one too.
    list(panel.rounds.select_for_update())
    last, base = _as_proposed(panel, payload)
    _store(panel, last, base, proposal, by)


def lapsed(proposal: Proposal) -> str:
    """Say why a proposed cut can no longer be adopted, or nothing."""
    panel = StandardSettingPanel.objects.select_related("form__blueprint").get(pk=proposal.target)
    try:
        _as_proposed(panel, proposal.payload)
    except PanelError as error:
        return error.sentence
    return ""


def _as_proposed(panel: StandardSettingPanel, payload: dict[str, Any]) -> tuple[PanelRound, Blueprint]:
    last, recommended, error = _grounds(panel)
    base = _base_of(panel)
    seen = {"round": last.number, "recommended": str(recommended), "error": _written(error), "blueprint": base.pk}
    if any(payload[name] != value for name, value in seen.items()):
        raise PanelError(
            "changed_meanwhile", "Panel or blueprint changed since this was proposed. Decline it and propose anew."
        )
    return last, base


def _store(panel: StandardSettingPanel, last: PanelRound, base: Blueprint, proposal: Proposal, by: User) -> None:
    payload = proposal.payload
    cut = Decimal(payload["cut"])
    made = _next_version(base, cut, panel, last, payload)
    adoption = CutAdoption.objects.create(
        panel=panel,
        round=last,
        recommended=Decimal(payload["recommended"]),
        error=None if payload["error"] is None else Decimal(payload["error"]),
        steps=payload["steps"],
        cut_raw=cut,
        reason=proposal.reason,
        proposal=proposal,
        replaced=base,
        made=made,
    )
    data = {"panel": str(panel.pk), "cut": str(cut), "blueprint": f"{made.code} {made.version}"}
    record(Verb.CUT_ADOPTED, by=by, target=adoption, data=data)


def _next_version(
    base: Blueprint, cut: Decimal, panel: StandardSettingPanel, last: PanelRound, payload: dict[str, Any]
) -> Blueprint:
    columns = {
        field.attname: getattr(base, field.attname)
        for field in Blueprint._meta.concrete_fields
        if field.name not in SAME
    }
    judges = panel.judges.count()
    error = "" if payload["error"] is None else f", standard error {payload['error']}"
    note = (
        f"Panel of {judges} judges on form {panel.form}, round {last.number}: {payload['recommended']} points{error}."
    )
    made = Blueprint.objects.create(
        version=base.version + 1,
        content_hash=digest_of({"base": base.content_hash, "panel": str(panel.pk), "cut": str(cut)}),
        cut_raw=cut,
        cut_method=panel.get_method_display(),
        cut_note=note,
        **columns,
    )
    _copy(list(base.areas.all()), made, BlueprintArea)
    _copy(list(base.minimums.all()), made, BlueprintMinimum)
    return made


def _copy(rows: list[Any], made: Blueprint, kind: type[BlueprintArea] | type[BlueprintMinimum]) -> None:
    for row in rows:
        row.pk, row.blueprint = None, made
        row._state.adding = True
    kind._default_manager.bulk_create(rows)
