"""Picks the items of forms from a pool so that a blueprint is kept, repeatably from a seed (exams.md 4.9).

Every demand is met or there is no form: nothing is relaxed in silence. When there is none, the same demands are solved
once more with a price on each, and the report says which of them lack how much.
"""

from exams.rules.assembly_facts import PRETEST, SCORED, Assembly, Family, Order, Place, Shortage
from exams.rules.assembly_program import Programme
from exams.rules.assembly_report import nothing_found, shortages
from exams.rules.assembly_solver import Solution, solver_name
from exams.rules.form_need import contradiction_in
from exams.rules.form_order import ordered, rank


def assemble(order: Order) -> Assembly:
    """Return forms that meet every demand of the order, or the list of what is lacking.

    Equal orders give equal forms, unless a time limit ended the search, which `status` says then.
    """
    if contradiction := contradiction_in(order.need):
        sentence = f"The blueprint contradicts itself: {contradiction}."
        return Assembly((), (Shortage(Family.AREA, 1, sentence),), solver_name(), "not tried")
    programme = Programme(order)
    found = programme.solve()
    if found.values is not None:
        forms = tuple(_form(programme, found, form) for form in range(order.forms))
        return Assembly(forms, (), solver_name(), found.status, found.value)
    elastic = Programme(order, elastic=True)
    least = elastic.solve()
    lacking = () if least.values is None else shortages(elastic, least.values)
    return Assembly((), lacking or (nothing_found(order.seconds),), solver_name(), found.status)


def _form(programme: Programme, found: Solution, form: int) -> tuple[Place, ...]:
    pool = programme.order.pool
    scored, tried = ([pool[i] for i in programme.chosen(found.values, form, part)] for part in (SCORED, PRETEST))
    return ordered(scored, tried, seed=rank(programme.order.seed, "form", form).hex())
