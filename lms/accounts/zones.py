"""Time zones to choose from."""

import zoneinfo

ZONE_AREAS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


def zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the browser's own, UTC and every zone named after a place, grouped by area, as choices of a select box."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        area, _, place = name.partition("/")
        if area in ZONE_AREAS:
            areas.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [("", "As my browser’s clock"), ("UTC", "UTC"), *areas.items()]
