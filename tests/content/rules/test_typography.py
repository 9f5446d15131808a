import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules.typography import keep_text_together, keep_together


def shown(html: str) -> str:
    """Make what is kept together visible."""
    return keep_together(html).replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("120 % of the threshold at 10 Hz", "120_% of the threshold at 10_Hz"),
        ("moved by 1 cm, never 5.5\ncm.", "moved by 1_cm, never 5.5_cm."),
        ("40 s on, 25 min in all, 50 µV or 50 μV", "40_s on, 25_min in all, 50_µV or 50_μV"),
        ("3 to 5 mm, 100 V/m, 1.5 T, 30 kT/s, 6 cm²", "3 to 5_mm, 100_V/m, 1.5_T, 30_kT/s, 6_cm²"),
        ("at 37 °C and 112 dB(A)", "at 37_°C and 112_dB(A)"),
        ("<strong>120</strong> % and 10 <em>Hz</em>", "<strong>120</strong>_% and 10_<em>Hz</em>"),
        ("aged ≥ 18 years, p &lt; 0.05, ± 2", "aged ≥_18_years, p &lt;_0.05, ±_2"),
        ("on 26 November 2026", "on 26_November 2026"),
        ("under 21 CFR 882.5805", "under 21_CFR 882.5805"),
    ],
)
def test_what_belongs_together_stays_on_one_line(written: str, kept: str) -> None:
    assert shown(written) == kept


@pytest.mark.parametrize(
    "left",
    [
        "3 pulses and 2 coils",
        "5 should, 4 has, 2 minutes, 7 mild, 1 at a time",
        '<img alt="10 Hz" src="/a 1 cm.svg">',
        "<code>10 Hz</code>",
        "in 2026 May was warm",
        "Hz 10, % 5",
    ],
)
def test_everything_else_is_left_as_it_is(left: str) -> None:
    assert keep_together(left) == left


@given(st.text())
def test_plain_text_keeps_its_signs(text: str) -> None:
    assert "".join(keep_text_together(text).split()) == "".join(text.split())


def test_plain_text_has_no_tags() -> None:
    assert keep_text_together("a < 10 Hz & b > 5 %") == "a <\u00a010\u00a0Hz & b >\u00a05\u00a0%"


@given(st.text(alphabet="0123 19%HzcmsV<>/&;lt\n\u00a0pMay"))
def test_only_white_space_changes_and_only_once(text: str) -> None:
    once = keep_together(text)
    assert "".join(once.split()) == "".join(text.split())
    assert keep_together(once) == once
