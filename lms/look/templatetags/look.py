"""The motifs of the look as template tags: the pulse train, the threshold line, the mark."""

from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm

register = template.Library()

SCALE_WIDTH = 600


@register.inclusion_tag("look/train.html")
def train(done: int, total: int, noun: str = "lessons") -> dict[str, Any]:
    """Draw progress as ticks, `done` of `total` filled, with the numbers in words below."""
    return {"ticks": [index < done for index in range(total)], "done": done, "total": total, "noun": noun}


@register.inclusion_tag("look/threshold_line.html")
def threshold_line(
    value: Decimal | float, threshold: Decimal | float, maximum: Decimal | float, unit: str = "", label: str = "needed"
) -> dict[str, Any]:
    """Draw a value against the line that it has to reach, on a scale from 0 to `maximum` (same unit)."""
    top = float(maximum) or 1.0
    line_at = SCALE_WIDTH * min(float(threshold) / top, 1.0)
    return {
        "width": SCALE_WIDTH,
        "value_width": round(SCALE_WIDTH * min(float(value) / top, 1.0), 1),
        "line_at": round(line_at, 1),
        "label_anchor": "end" if line_at > SCALE_WIDTH * 0.6 else "start",
        "label_at": round(line_at + (-8 if line_at > SCALE_WIDTH * 0.6 else 8), 1),
        "value": value,
        "threshold": threshold,
        "maximum": maximum,
        "unit": unit,
        "label": label,
    }


@register.inclusion_tag("look/icon.html")
def icon(name: str) -> dict[str, Any]:
    """Draw one of the few symbols: tick, cross, clock, question, stop. Decoration only: words stand beside it."""
    return {"name": name}


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """Take the placeholder texts off a library's form: they repeat the label and vanish on typing."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name: "Maya Lindqvist" is "ML"."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
