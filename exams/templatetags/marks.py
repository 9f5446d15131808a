"""Points, and shares in percent, as people read them."""

from decimal import Decimal
from fractions import Fraction

from django import template

from exams.score_report import plain

register = template.Library()


@register.filter
def points(number: Decimal) -> str:
    """Write points as the score report does, never rounded up: 5.40 is "5.4", 34.6666 is "34.66"."""
    return plain(number)


@register.filter
def percent(share: Fraction | Decimal) -> str:
    """Write a share without needless zeros, rounded to a tenth of a percent: 2/3 is "66.7 %", 0.10 is "10 %"."""
    tenths = round(Fraction(share) * 1000)
    whole, rest = divmod(abs(tenths), 10)
    return f"{'−' if tenths < 0 else ''}{whole}{f'.{rest}' if rest else ''} %"


@register.filter
def signed_percent(share: Fraction | Decimal) -> str:
    """Write a difference with its sign: 1/20 is "+5 %"."""
    return ("+" if round(Fraction(share) * 1000) > 0 else "") + percent(share)
