"""A stored analysis as tables for files: unrounded, missing values empty, their reasons beside the form's figures.

What single options earned stays on the page of the item, where it is noted who saw the key.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exams.analysis_reading import shown_flags
from exams.models import FormAnalysis
from exams.table_files import Row

FORM = ("n", "k", "mean", "sd", "sd_sample", "kr20", "kr21", "alpha", "sem")
DECISION = ("cut", "passed", "conditional_sem")
METHODS = ("peng_subkoviak", "peng_subkoviak_kr20", "huynh", "livingston_lewis")
OF_METHOD = ("accuracy", "p_o", "p_c", "kappa", "false_pass", "false_fail")
ITEM = ("item", "position", "section", "version", "n", "omitted", "not_reached", "p", "r", "r_corrected")
MORE_OF_ITEM = ("r_corrected_se", "d_upper_lower", "alpha_if_deleted")
TIMES = ("median", "p90")


def item_table(analysis: FormAnalysis) -> Iterator[Row]:
    """Yield a head and one row for each item."""
    columns = (*ITEM, *MORE_OF_ITEM)
    yield (*columns, *(f"seconds_{name}" for name in TIMES), "flags")
    for item in analysis.figures["items"]:
        times = item.get("time") or {}
        flags = "; ".join(flag["code"] for flag in shown_flags(item))
        yield (*(item[name] for name in columns), *(times.get(name) for name in TIMES), flags)


def form_table(analysis: FormAnalysis) -> Iterator[Row]:
    """Yield a head and one row for each statistic of the form, with the reason of a missing one."""
    yield ("statistic", "value", "reason")
    yield ("persons", analysis.persons, None)
    yield ("window", analysis.window, None)
    yield from _values(analysis.figures, FORM, "")
    decision = analysis.figures["decision"] or {}
    yield from _values(decision, DECISION, "")
    for method in METHODS:
        yield from _values(decision.get(method, {}), OF_METHOD, f"{method}.")


def _values(found: Mapping[str, Any], names: Sequence[str], prefix: str) -> Iterator[Row]:
    for name in names:
        if name in found:
            reason = found["reasons"].get(name, {}).get("sentence")
            yield (f"{prefix}{name}", found[name], reason)
