import math

import pytest

from certificates.rules.guilloche import elliptic_k_and_e, field_lines, potential


@pytest.mark.parametrize(("parameter", "k", "e"), [(0.0, math.pi / 2, math.pi / 2), (0.5, 1.8540746773, 1.3506438810)])
def test_elliptic_integrals_as_in_the_tables(parameter: float, k: float, e: float) -> None:
    assert elliptic_k_and_e(parameter) == pytest.approx((k, e), abs=1e-9)


@pytest.mark.parametrize(("radius", "depth"), [(0.3, 0.2), (1.0, 0.5), (2.5, 0.9)])
def test_potential_is_the_integral_over_the_winding(radius: float, depth: float) -> None:
    """By Biot and Savart: the sum over pieces of the winding of cos(angle) / distance, one quarter of it."""
    steps = 20_000
    pieces = (math.pi * (number + 0.5) / steps for number in range(steps))
    square = radius**2 + depth**2 + 1
    total = sum(math.cos(angle) / math.sqrt(square - 2 * radius * math.cos(angle)) for angle in pieces)
    assert potential(radius, depth) == pytest.approx(total * math.pi / steps / 2, rel=1e-4)


def test_lines_are_closed_around_each_other_and_stay_in_their_half() -> None:
    lines = field_lines(count=6, points=40, depth=0.4, widest=4.0)
    widths = [max(x for x, _ in line) for line in lines]
    assert widths == sorted(widths)
    assert widths[-1] == pytest.approx(5.0, abs=0.02)
    assert all(x > 0 for line in lines for x, _ in line)


def test_upper_and_lower_half_are_mirror_images() -> None:
    [line] = field_lines(count=1, points=20, depth=0.4, widest=2.0)
    mirrored = [(x, -y) for x, y in line]
    assert sorted(map(_rounded, mirrored)) == sorted(map(_rounded, line))


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 6), round(point[1], 6) + 0.0
