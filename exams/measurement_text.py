"""Analyses as tables for people at a terminal, made from the values that go into JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from exams.statistic_text import shown


def form_text(found: dict[str, Any]) -> str:
    """Return the analysis of a form: totals, items, options, flags, and what the cut does."""
    return "\n".join(_form(found)) + "\n"


def cut_text(found: dict[str, Any]) -> str:
    """Return a cut with what it rests on."""
    return "\n".join(_cut(found)) + "\n"


def _form(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['n']} persons, {found['k']} scored items"
    yield from _values(found, ("mean", "sd", "kr20", "kr21", "alpha", "sem"))
    yield ""
    names = ("item", "n", "p", "r", "r_corrected", "d_upper_lower", "alpha_if_deleted", "omitted", "not_reached")
    yield from _table(names, found["items"])
    yield ""
    options = [
        {"item": item["item"], **option, "option": option["option"] + ("*" if option["key"] else "")}
        for item in found["items"]
        for option in item["options"]
    ]
    yield from _table(("item", "option", "n", "proportion", "mean_rest", "r_rest"), options)
    yield ""
    for item in found["items"]:
        for flag in item["flags"]:
            yield f"{item['item']}: {flag['code']}. {flag['sentence']}"
    if found["decision"] is not None:
        yield from _decision(found["decision"])
    if found["irt"] is not None:
        yield from _calibration(found["irt"])
    if found["dif"] is not None:
        yield ""
        names = ("item", "n_reference", "n_focal", "alpha", "delta", "se", "chi2", "p", "class")
        yield from _table(names, found["dif"])
        yield from dict.fromkeys(item["reasons"][name]["sentence"] for item in found["dif"] for name in item["reasons"])


def _decision(decision: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield from _values(decision, ("cut", "passed", "conditional_sem"))
    models = ("peng_subkoviak", "peng_subkoviak_kr20", "huynh", "livingston_lewis")
    yield from _table(("model", "p_o", "kappa"), [{**decision[name], "model": name} for name in models])
    yield from _values(decision["livingston_lewis"], ("accuracy", "false_pass", "false_fail"))


def _calibration(irt: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield from _values({**irt, "reasons": {}}, ("model", "n", "loglik", "converged"))
    yield from _table(("item", "a", "b", "se_a", "se_b"), irt["items"])
    if irt["reason"]:
        yield irt["reason"]
    for warning in irt["warnings"]:
        yield f"{warning['item'] or irt['model']}: {warning['code']}. {warning['sentence']}"


def _cut(found: dict[str, Any]) -> Iterator[str]:
    lists = [name for name, value in found.items() if isinstance(value, list)]
    panels = {name: value for name, value in found.items() if isinstance(value, dict) and name != "reasons"}
    yield from _values(found, [name for name in found if name not in (*lists, *panels, "reasons")])
    if panels:
        yield ""
        yield from _table(("panel", "mean", "sd", "se"), [{"panel": name, **value} for name, value in panels.items()])
    for name in lists:
        yield ""
        if not found[name]:
            yield f"{name}: none"
            continue
        yield from _table([key for key in found[name][0] if key not in NESTED], found[name])
        for station in found[name]:
            for caution in station.get("cautions", []):
                yield f"{station['station']}: {caution['code']}. {caution['sentence']}"


NESTED = ("reasons", "cautions", "sums", "items")


def _values(found: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    """Yield one line per value, with the reason of those that have none."""
    for name in names:
        reason = found["reasons"].get(name, {}).get("sentence", "")
        yield f"{name:<20} {shown(found[name])}  {reason}".rstrip()


def _table(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    cells = [list(names), *([shown(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    for line in cells:
        first, *others = zip(line, widths, strict=True)
        yield "  ".join([f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in others)]).rstrip()
