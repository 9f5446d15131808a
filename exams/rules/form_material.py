"""Blueprints and fixed forms as their authors write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from exams.errors import MaterialError
from exams.rules.form_need import Area, FormNeed, Span, contradiction_in
from exams.rules.item_material import ItemKind, Level, digest_of, refuse_unknown
from exams.rules.scaled_score import Scale

BLUEPRINT_KEYS = frozenset(
    {"code", "title", "version", "minutes", "pretest_count", "content_areas", "cut_score", "honour_statement"}
)
BLUEPRINT_OPTIONS = frozenset(
    {"published_items", "scored_count", "kinds", "word_limit", "key_percent", "exposure_percent", "scale", "minimums"}
)
PUBLISHED_ITEMS = ("allowed", "forbidden")
FORM_KEYS = frozenset({"code", "blueprint", "version", "items"})
SECTIONS = ("scored", "pretest")


@dataclass(frozen=True)
class AreaMinimum:
    """Points that a group of areas must reach by itself."""

    title: str
    areas: tuple[str, ...]
    points: Decimal


@dataclass(frozen=True)
class BlueprintMaterial:
    """A blueprint: what it demands of forms, minutes, and the cut (points)."""

    code: str
    title: str
    version: int
    minutes: int
    need: FormNeed
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


def read_blueprint(raw: Mapping[str, Any]) -> BlueprintMaterial:
    """Read a blueprint. Raises `MaterialError` naming the fault."""
    what = f"Blueprint {raw.get('code', '(without code)')}"
    refuse_unknown(raw, BLUEPRINT_KEYS, BLUEPRINT_OPTIONS, what)
    published = str(raw.get("published_items", "allowed"))
    if published not in PUBLISHED_ITEMS:
        raise MaterialError("unknown_word", f"{what}: published_items is allowed or forbidden, not {published}.")
    need = _read_need(raw)
    try:
        cut = Decimal(str(raw["cut_score"]["raw"]))
    except InvalidOperation as error:
        raise MaterialError("cut_unusable", f"{what}: the cut score is not a number.") from error
    if not 0 < cut <= need.length:
        raise MaterialError("cut_unusable", f"{what}: the cut score lies outside the points that can be reached.")
    if len({area.code for area in need.areas}) != len(need.areas) or int(raw["minutes"]) < 1:
        raise MaterialError("blueprint_unusable", f"{what}: an area stands twice, or there is no time.")
    if contradiction := contradiction_in(need):
        raise MaterialError("blueprint_unusable", f"{what}: {contradiction}.")
    return BlueprintMaterial(
        code=str(raw["code"]),
        title=str(raw["title"]),
        version=int(raw["version"]),
        minutes=int(raw["minutes"]),
        need=need,
        cut_raw=cut,
        cut_method=str(raw["cut_score"].get("method", "")),
        cut_note=str(raw["cut_score"].get("note", "")).strip(),
        honour_statement=str(raw["honour_statement"]).strip(),
        allows_published_items=published == "allowed",
        digest=digest_of({name: value for name, value in raw.items() if name != "version"}),
        scale=_read_scale(raw.get("scale"), what),
        minimums=tuple(_read_minimum(minimum, need.areas, what) for minimum in raw.get("minimums", [])),
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


def read_span(raw: Any) -> Span:
    """Read 5 as exactly five, [4, 6] as four to six."""
    least, most = raw if isinstance(raw, list | tuple) else (raw, raw)
    return Span(int(least), int(most))


def _read_need(raw: Mapping[str, Any]) -> FormNeed:
    areas = tuple(_read_area(area) for area in raw["content_areas"])
    return FormNeed(
        length=int(raw.get("scored_count") or sum(area.scored for area in areas)),
        areas=areas,
        pretest=int(raw["pretest_count"]),
        kinds={str(ItemKind(kind)): read_span(span) for kind, span in (raw.get("kinds") or {}).items()},
        word_limit=raw.get("word_limit"),
        key_percent=raw.get("key_percent"),
        exposure_percent=raw.get("exposure_percent"),
    )


def _read_area(raw: Mapping[str, Any]) -> Area:
    span = read_span(raw["scored"])
    levels = {str(Level(level)): read_span(wanted) for level, wanted in (raw.get("levels") or {}).items()}
    most = span.most if span.most != span.least else None
    return Area(str(raw["code"]), str(raw["title"]), span.least, most, levels)


def read_exam_form(raw: Mapping[str, Any]) -> FormMaterial:
    """Read a fixed form. Raises `MaterialError` naming the fault."""
    what = f"Form {raw.get('code', '(without code)')}"
    refuse_unknown(raw, FORM_KEYS, frozenset({"programme"}), what)
    entries = tuple(FormEntry(str(line["item"]), str(line["section"])) for line in raw["items"])
    if wrong := sorted({entry.section for entry in entries} - set(SECTIONS)):
        raise MaterialError("unknown_word", f"{what}: there is no section {', '.join(wrong)}.")
    return FormMaterial(str(raw["code"]), str(raw["blueprint"]), int(raw["version"]), entries)
