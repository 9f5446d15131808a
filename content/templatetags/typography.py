"""Typography of written material in templates."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from content.rules import typography

register = template.Library()


@register.filter
def keep_together(value: str) -> SafeString:
    """Keep numbers with their units (`content.rules.typography`), in a variable or in a `filter` block."""
    return mark_safe(typography.keep_together(conditional_escape(value)))
