"""The clocks of the world by their names, as people choose one."""

import zoneinfo

AREAS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


def zones_by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every zone named after a place, grouped by area, as choices of a select box."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        area, _, place = name.partition("/")
        if area in AREAS:
            areas.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return list(areas.items())


def zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the browser's own, UTC and every zone named after a place, as choices of a select box."""
    return [("", "As my browser’s clock"), ("UTC", "UTC"), *zones_by_area()]
