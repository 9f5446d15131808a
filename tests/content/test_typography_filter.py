"""The filter that keeps numbers with their units in templates."""

import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ text|keep_together }}", "&lt;b&gt;10\u00a0Hz&lt;/b&gt; &amp; more"),
        (
            "{% filter keep_together %}<b>10 Hz</b> {{ text }}{% endfilter %}",
            "<b>10\u00a0Hz</b> &lt;b&gt;10\u00a0Hz&lt;/b&gt; &amp; more",
        ),
    ],
)
def test_text_is_escaped_and_markup_is_left(template: str, shown: str) -> None:
    rendered = Template("{% load typography %}" + template).render(Context({"text": "<b>10 Hz</b> & more"}))
    assert rendered == shown
