"""The fine lines of the certificate: field lines of a figure-of-eight coil, from the formula.

Two round windings of radius 1 lie side by side, centres at x = 1 and x = -1, currents opposite. At a depth below the
coil the induced electric field runs along the vector potential A. For one winding (J. D. Jackson, Classical
Electrodynamics, 3rd ed., eq. 5.37), up to a constant,

    A(r) = sqrt(1 / r) / k * ((1 - k^2 / 2) K(k) - E(k)),    k^2 = 4 r / ((1 + r)^2 + depth^2),

with the complete elliptic integrals K and E. A field line of both windings is a curve on which
`G(distance to left) - G(distance to right)` is constant, where G is the integral of A from 0. All lines of the right
half are closed, one around the other; the left half is their mirror image.

Worked numbers: K(0) = E(0) = pi / 2 = 1.5708; for k^2 = 0.5, K = 1.85407 and E = 1.35064 (Abramowitz and Stegun,
tables 17.1 and 17.2).
"""

import math
from collections.abc import Callable

Point = tuple[float, float]
Line = tuple[Point, ...]

_TABLE_STEP = 0.01
_TABLE_REACH = 40.0
_BISECTIONS = 24


def field_lines(*, count: int, points: int, depth: float, widest: float) -> tuple[Line, ...]:
    """Return `count` closed lines of the right half, each with `points` corners, in units of the winding's radius.

    The lines cut the x axis at equal steps of the field's flux; the widest reaches x = 1 + `widest`.
    """
    flux = _flux(depth)
    inner = _extreme(flux)
    strongest, weakest = flux(inner, 0.0), flux(1.0 + widest, 0.0)
    levels = [strongest + (weakest - strongest) * (number / count) ** 1.4 for number in range(1, count + 1)]
    return tuple(_line(flux, inner, level, points) for level in levels)


def elliptic_k_and_e(parameter: float) -> tuple[float, float]:
    """Return K and E for the parameter m = k^2 in [0, 1), by the arithmetic-geometric mean (A&S 17.6)."""
    mean, geometric, difference = 1.0, math.sqrt(1.0 - parameter), math.sqrt(parameter)
    total, weight = difference * difference, 1.0
    while abs(difference) > 1e-15:
        mean, geometric, difference = (mean + geometric) / 2, math.sqrt(mean * geometric), (mean - geometric) / 2
        weight *= 2
        total += weight * difference * difference
    k = math.pi / (2 * mean)
    return k, k * (1 - total / 2)


def potential(radius: float, depth: float) -> float:
    """Return A of one winding at a distance from its axis, up to a constant."""
    if radius == 0:
        return 0.0
    parameter = 4 * radius / ((1 + radius) ** 2 + depth**2)
    k, e = elliptic_k_and_e(parameter)
    return math.sqrt(1 / radius / parameter) * ((1 - parameter / 2) * k - e)


def _flux(depth: float) -> Callable[[float, float], float]:
    """Return the function of x and y that is constant along a field line."""
    table = [0.0]
    for number in range(int(_TABLE_REACH / _TABLE_STEP)):
        table.append(table[-1] + _TABLE_STEP * potential((number + 0.5) * _TABLE_STEP, depth))

    def integral(radius: float) -> float:
        place = min(radius / _TABLE_STEP, len(table) - 2)
        whole = int(place)
        return table[whole] + (table[whole + 1] - table[whole]) * (place - whole)

    return lambda x, y: integral(math.hypot(x + 1, y)) - integral(math.hypot(x - 1, y))


def _extreme(flux: Callable[[float, float], float]) -> float:
    """Return the x in the right half around which all lines run."""
    return max((number / 200 for number in range(1, 400)), key=lambda x: flux(x, 0.0))


def _line(flux: Callable[[float, float], float], inner: float, level: float, points: int) -> Line:
    upper = [_reach(flux, inner, level, math.pi * number / (points // 2)) for number in range(points // 2 + 1)]
    lower = [(x, -y) for x, y in reversed(upper[1:-1])]
    return (*upper, *lower)


def _reach(flux: Callable[[float, float], float], inner: float, level: float, angle: float) -> Point:
    """Return the point in a direction where the flux has fallen to the level."""
    near, far = 0.0, _TABLE_REACH / 2
    for _ in range(_BISECTIONS):
        middle = (near + far) / 2
        if flux(inner + middle * math.cos(angle), middle * math.sin(angle)) > level:
            near = middle
        else:
            far = middle
    return inner + near * math.cos(angle), near * math.sin(angle)
