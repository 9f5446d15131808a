"""The classical analysis once more: plain loops over persons, exact fractions, Python's own statistics.

Cells are an option, None for omitted, "NR" for not reached. A statistic that does not exist is None. Keys are the right
options, or what each option earns.
"""

import statistics
from fractions import Fraction
from math import sqrt


def points(cell, keys):
    if isinstance(keys, dict):
        return Fraction(keys.get(cell, 0))
    return int(cell is not None and cell != "NR" and cell in keys)


def correlation(first, second):
    if len(first) < 2 or len(set(first)) < 2 or len(set(second)) < 2:
        return None
    return statistics.correlation(list(map(float, first)), list(map(float, second)))


def alpha(columns):
    """Cronbach's alpha of a list of columns of whole points, exactly."""
    k = len(columns)
    totals = [sum(row) for row in zip(*columns, strict=True)]
    if k < 2 or not totals or len(set(totals)) < 2:
        return None
    spread = statistics.pvariance(map(Fraction, totals))
    return float(Fraction(k, k - 1) * (1 - sum(statistics.pvariance(map(Fraction, c)) for c in columns) / spread))


def upper_lower(right, totals):
    """D by dealing shares of persons one by one, from either end."""
    n = len(totals)
    if n < 2 or len(set(totals)) < 2:
        return None
    group = Fraction(27, 100) * n

    def mean_right(order):
        left, found = group, Fraction(0)
        for score in order:
            members = [r for r, t in zip(right, totals, strict=True) if t == score]
            taken = min(left, Fraction(len(members)))
            found += taken * Fraction(sum(members), len(members))
            left -= taken
        return found / group

    scores = sorted(set(totals))
    return float(mean_right(scores[::-1]) - mean_right(scores))


def item_statistics(rows, keys, scored, column):
    """Describe one item as a dictionary."""
    counted = [i for i, yes in enumerate(scored) if yes]
    totals = [sum(points(row[i], keys[i]) for i in counted) for row in rows]
    reached = [place for place, row in enumerate(rows) if row[column] != "NR"]
    right = [points(rows[place][column], keys[column]) for place in reached]
    total = [totals[place] for place in reached]
    rest = [t - r if scored[column] else t for t, r in zip(total, right, strict=True)]
    cells = [rows[place][column] for place in reached]
    others = [[points(row[i], keys[i]) for row in rows] for i in counted if i != column]
    r_corrected = correlation(right, rest)
    return {
        "n": len(reached),
        "p": sum(right) / len(right) if right else None,
        "r": correlation(right, total),
        "r_corrected": r_corrected,
        "r_corrected_se": None if r_corrected is None else (1 - r_corrected**2) / sqrt(len(right)),
        "d_upper_lower": upper_lower(right, total),
        "alpha_if_deleted": alpha(others) if scored[column] else None,
        "options": {
            option: {
                "n": sum(cell == option for cell in cells),
                "mean_rest": statistics.fmean([x for x, c in zip(rest, cells, strict=True) if c == option])
                if option in cells
                else None,
                "r_rest": correlation([int(cell == option) for cell in cells], rest),
            }
            for option in {*cells, None}
        },
    }
