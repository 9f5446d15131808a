"""Blueprints and fixed forms as their authors write them, and whether a form keeps to its blueprint."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from exams.errors import MaterialError
from exams.rules.item_material import digest_of, refuse_unknown
from exams.rules.scaled_score import Scale

BLUEPRINT_KEYS = frozenset(
    {"code", "title", "version", "minutes", "pretest_count", "content_areas", "cut_score", "honour_statement"}
)
PUBLISHED_ITEMS = ("allowed", "forbidden")
FORM_KEYS = frozenset({"code", "blueprint", "version", "items"})
SECTIONS = ("scored", "pretest")


@dataclass(frozen=True)
class Area:
    """A content area and how many scored items of it a form holds."""

    code: str
    title: str
    scored: int


@dataclass(frozen=True)
class AreaMinimum:
    """Points that a group of areas must reach by itself."""

    title: str
    areas: tuple[str, ...]
    points: Decimal


@dataclass(frozen=True)
class BlueprintMaterial:
    """A blueprint: areas, minutes, how many pretest items, and the cut (points)."""

    code: str
    title: str
    version: int
    minutes: int
    pretest_count: int
    areas: tuple[Area, ...]
    cut_raw: Decimal
    cut_method: str
    cut_note: str
    honour_statement: str
    allows_published_items: bool
    digest: str
    scale: Scale | None = None
    minimums: tuple[AreaMinimum, ...] = ()


@dataclass(frozen=True)
class FormEntry:
    """One line of a form: item code and section."""

    item: str
    section: str


@dataclass(frozen=True)
class FormMaterial:
    """A fixed form: its items in order."""

    code: str
    blueprint: str
    version: int
    entries: tuple[FormEntry, ...]


@dataclass(frozen=True)
class PlacedItem:
    """What the check of a form needs to know of one item in it."""

    code: str
    content_area: str
    section: str
    enemies: frozenset[str]
    is_published: bool = False


def read_blueprint(raw: Mapping[str, Any]) -> BlueprintMaterial:
    """Read a blueprint. Raises `MaterialError` naming the fault."""
    what = f"Blueprint {raw.get('code', '(without code)')}"
    refuse_unknown(raw, BLUEPRINT_KEYS, frozenset({"published_items", "scale", "minimums"}), what)
    published = str(raw.get("published_items", "allowed"))
    if published not in PUBLISHED_ITEMS:
        raise MaterialError("unknown_word", f"{what}: published_items is allowed or forbidden, not {published}.")
    areas = tuple(Area(str(a["code"]), str(a["title"]), int(a["scored"])) for a in raw["content_areas"])
    try:
        cut = Decimal(str(raw["cut_score"]["raw"]))
    except InvalidOperation as error:
        raise MaterialError("cut_unusable", f"{what}: the cut score is not a number.") from error
    if not 0 < cut <= sum(area.scored for area in areas):
        raise MaterialError("cut_unusable", f"{what}: the cut score lies outside the points that can be reached.")
    if len({area.code for area in areas}) != len(areas) or int(raw["minutes"]) < 1:
        raise MaterialError("blueprint_unusable", f"{what}: an area stands twice, or there is no time.")
    return BlueprintMaterial(
        code=str(raw["code"]),
        title=str(raw["title"]),
        version=int(raw["version"]),
        minutes=int(raw["minutes"]),
        pretest_count=int(raw["pretest_count"]),
        areas=areas,
        cut_raw=cut,
        cut_method=str(raw["cut_score"].get("method", "")),
        cut_note=str(raw["cut_score"].get("note", "")).strip(),
        honour_statement=str(raw["honour_statement"]).strip(),
        allows_published_items=published == "allowed",
        digest=digest_of({name: value for name, value in raw.items() if name != "version"}),
        scale=_read_scale(raw.get("scale"), what),
        minimums=tuple(_read_minimum(minimum, areas, what) for minimum in raw.get("minimums", [])),
    )


def _read_scale(raw: Any, what: str) -> Scale | None:
    """Read the scale of a blueprint; without one, results are told in points."""
    if raw is None:
        return None
    refuse_unknown(raw, frozenset({"lowest", "cut", "highest"}), frozenset(), f"{what}, scale")
    try:
        return Scale(int(raw["lowest"]), int(raw["cut"]), int(raw["highest"]))
    except ValueError as error:
        raise MaterialError("scale_unusable", f"{what}: {error}") from error


def _read_minimum(raw: Mapping[str, Any], areas: tuple[Area, ...], what: str) -> AreaMinimum:
    """Read points that some areas must reach by themselves; they can be reached, and the areas are the blueprint's."""
    refuse_unknown(raw, frozenset({"title", "areas", "points"}), frozenset(), f"{what}, minimum")
    scored = {area.code: area.scored for area in areas}
    codes = tuple(str(code) for code in raw["areas"])
    if not codes or set(codes) - scored.keys() or len(set(codes)) != len(codes):
        raise MaterialError("minimum_unusable", f"{what}: a minimum names areas of the blueprint, each once.")
    try:
        points = Decimal(str(raw["points"]))
    except InvalidOperation as error:
        raise MaterialError("minimum_unusable", f"{what}: a minimum is a number of points.") from error
    if not 0 < points <= sum(scored[code] for code in codes):
        raise MaterialError("minimum_unusable", f"{what}: a minimum lies outside the points that can be reached.")
    return AreaMinimum(str(raw["title"]), codes, points)


def read_exam_form(raw: Mapping[str, Any]) -> FormMaterial:
    """Read a fixed form. Raises `MaterialError` naming the fault."""
    what = f"Form {raw.get('code', '(without code)')}"
    refuse_unknown(raw, FORM_KEYS, frozenset({"programme"}), what)
    entries = tuple(FormEntry(str(line["item"]), str(line["section"])) for line in raw["items"])
    if wrong := sorted({entry.section for entry in entries} - set(SECTIONS)):
        raise MaterialError("unknown_word", f"{what}: there is no section {', '.join(wrong)}.")
    return FormMaterial(str(raw["code"]), str(raw["blueprint"]), int(raw["version"]), entries)


def form_faults(
    items: list[PlacedItem], areas: list[Area], pretest_count: int, *, allows_published: bool = True
) -> list[str]:
    """Say where a form does not keep to its blueprint; an empty list means that it does.

    Source: exams.md 1.1 (enemies), 1.2 (counts by area, pretest items apart).
    """
    faults = [f"{code} stands {count} times" for code, count in Counter(i.code for i in items).items() if count > 1]
    scored = Counter(item.content_area for item in items if item.section == "scored")
    faults += [
        f"{area.code} has {scored[area.code]} scored items, not {area.scored}"
        for area in areas
        if scored[area.code] != area.scored
    ]
    faults += [f"{code} is not an area of the blueprint" for code in sorted(set(scored) - {a.code for a in areas})]
    tried = sum(item.section == "pretest" for item in items)
    if tried != pretest_count:
        faults.append(f"it has {tried} pretest items, not {pretest_count}")
    published = sorted(item.code for item in items if item.is_published)
    if published and not allows_published:
        faults.append(f"its blueprint forbids published items, which anybody can read: {', '.join(published)}")
    codes = {item.code for item in items}
    pairs = {tuple(sorted((item.code, enemy))) for item in items for enemy in item.enemies & codes}
    return faults + [f"{one} and {other} must not share a form" for one, other in sorted(pairs)]
