"""Items made by Hypothesis: every kind and rule, with texts that formats find hard."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from exams.errors import MaterialError
from exams.interchange.checking import ANY, read_material
from exams.interchange.tree import ExchangeItem, Option, Picture, Prompt, Region
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule
from tests.factories.pictures import picture

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><title>Head</title>'
    b'<circle cx="50" cy="40" r="9"/></svg>'
)
HARD = "abcXYZ 019.,:;~=#{}[]()%*_\\/<>&\"'|-+!?`@$^…äß→±µ日\u00a0"
PICTURES = [SVG, *(picture(kind, (200, 100)) for kind in ("PNG", "JPEG", "WEBP"))]
WORDS = st.text(HARD, min_size=1, max_size=20).map(str.strip).filter(bool)
SENTENCES = st.one_of(WORDS, st.sampled_from(["What now?", "a **b** `c`", "x < 1 & y > 2", "{a} = ~b # c :: d", "T"]))
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map("\n\n".join)
STEMS = st.one_of(
    PARAGRAPHS,
    st.sampled_from(
        ["- a\n- b\n\nWhich?", "| a | b |\n| --- | --- |\n| 1 | 2 |", "> quoted\n\n1. one\n2. two", "a\\\nb"]
    ),
)
SLUGS = st.from_regex(r"[a-z]{1,6}-[0-9]{4}", fullmatch=True)
NUMBERS = st.decimals(-500, 500, places=2).map(lambda number: format(number, "f"))
WIDTHS = st.decimals(0, 20, places=2).map(lambda number: format(number, "f"))
SHARES = ["0", "5", "10", "20", "25", "33.33333", "50", "-20", "-50", "-100"]


def _options(least: int = 2, most: int = 6) -> st.SearchStrategy[tuple[Option, ...]]:
    texts = st.lists(SENTENCES.map(lambda text: " ".join(text.split())), min_size=least, max_size=most, unique=True)
    reasons = st.lists(st.one_of(st.just(""), SENTENCES), min_size=most, max_size=most)
    return st.builds(
        lambda texts, reasons: tuple(
            Option("abcdefghij"[place], text, reasons[place]) for place, text in enumerate(texts)
        ),
        texts,
        reasons,
    )


@st.composite
def items(draw: Any) -> ExchangeItem:
    """Make one item that the bank takes."""
    kind = draw(st.sampled_from(list(ItemKind)))
    rule = draw(st.sampled_from(sorted(RULES_OF_KIND[kind])))
    parts = draw(_PARTS[kind](rule))
    if kind is ItemKind.HOTSPOT or (kind is ItemKind.SINGLE_CHOICE and draw(st.booleans())):
        parts["picture"] = Picture(draw(st.sampled_from(PICTURES)), draw(WORDS), draw(st.one_of(st.just(""), WORDS)))
    return ExchangeItem(
        code=draw(st.from_regex(r"D[1-9]-[0-9]{3}", fullmatch=True)),
        kind=kind,
        scoring=rule,
        stem=draw(STEMS),
        content_area=draw(st.sampled_from(["D1", "D12"])),
        level=draw(st.sampled_from(["recall", "apply", "judge"])),
        rationale=draw(st.one_of(st.just(""), STEMS)),
        sources=tuple(draw(st.lists(SLUGS, max_size=2, unique=True))),
        enemies=tuple(draw(st.lists(st.from_regex(r"D9-[0-9]{3}", fullmatch=True), max_size=2, unique=True))),
        item_set=draw(st.sampled_from(["", "case-1"])),
        verified_on="2026-11-21",
        review_by=draw(st.sampled_from(["", "2027-11-21"])),
        **parts,
    )


def is_sound(item: ExchangeItem) -> bool:
    """Whether the bank's own reader takes it."""
    try:
        read_material(item, ANY, code="X")
    except MaterialError:
        return False
    return True


@st.composite
def _choices(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    options = draw(_options())
    ids = [option.id for option in options]
    most = 1 if rule is ScoringRule.MATCH_CORRECT else len(ids)
    key = tuple(sorted(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=most, unique=True))))
    parameters: dict[str, Any] = {}
    if rule is ScoringRule.QTI_MAP_RESPONSE:
        parameters = {"mapping": {i: draw(st.sampled_from(["1", "0.5", "2"])) if i in key else "-1" for i in ids}}
        if draw(st.booleans()):
            parameters |= {"lower_bound": "0", "default": "-0.5"}
    elif rule is ScoringRule.FRACTIONS_SUM:
        whole = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667"}[len(key)]
        wrong = draw(st.sampled_from(["0", "-50", "-100"]))
        parameters = {"fractions": {i: whole if i in key else wrong for i in ids}}
    return {"options": options, "key": key, "parameters": parameters, "fixed_order": draw(st.booleans())}


@st.composite
def _order(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    options = draw(_options(3))
    key = draw(st.permutations([option.id for option in options]).filter(lambda ids: list(ids) != sorted(ids)))
    return {"options": options, "key": tuple(key)}


@st.composite
def _pairs(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    options = draw(_options(2, 5))
    texts = draw(st.lists(SENTENCES.map(lambda text: " ".join(text.split())), min_size=2, max_size=4, unique=True))
    prompts = tuple(Prompt(str(number), text) for number, text in enumerate(texts, start=1))
    ids = st.sampled_from([option.id for option in options])
    return {
        "options": options,
        "prompts": prompts,
        "key": {prompt.id: draw(ids) for prompt in prompts},
        "fixed_order": draw(st.booleans()),
    }


@st.composite
def _number(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    unit = draw(st.sampled_from(["", "% MSO", "mm", "V/m"])) or ("T" if rule is ScoringRule.UNIT else "")
    key = {"value": draw(NUMBERS), "tolerance": draw(WIDTHS), "unit": unit}
    parameters: dict[str, Any] = {"decimal_comma": True} if draw(st.booleans()) else {}
    if rule is ScoringRule.UNIT:
        parameters["factors"] = {unit: "1", "k": draw(st.sampled_from(["1000", "0.001", "8", "3"]))}
    elif rule is ScoringRule.BANDS:
        value = Decimal(key["value"])
        bands = [(Decimal(1), "1"), (Decimal(3), "0.5"), (Decimal("7.5"), "0.25")][: draw(st.integers(1, 3))]
        parameters["bands"] = [
            {"low": str(value - width), "high": str(value + width), "score": score} for width, score in bands
        ]
    return {"key": key, "parameters": parameters}


@st.composite
def _place(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    areas = [
        {"shape": "circle", "x": "50", "y": "40", "radius": "10", "score": "1"},
        {"shape": "rect", "x": "30", "y": "20.5", "width": "40", "height": "40", "score": "0.5"},
        {"shape": "polygon", "points": [["0", "0"], ["20", "0"], ["10.5", "9"]], "score": "0.25"},
    ][: draw(st.integers(1, 3))]
    upper = "1.5" if len(areas) > 1 else "1"
    parameters = {"upper_bound": upper} if rule is ScoringRule.QTI_MAP_RESPONSE_POINT else {}
    regions = (Region("a", draw(WORDS), "50", "40"), Region("b", "Elsewhere on it", "120", "40"))
    return {"key": {"areas": areas}, "parameters": parameters, "regions": regions}


@st.composite
def _text(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    texts = st.lists(SENTENCES.map(lambda text: " ".join(text.split())), min_size=1, max_size=3, unique=True)
    return {"key": {"texts": draw(texts)}}


@st.composite
def _essay(draw: Any, rule: ScoringRule) -> dict[str, Any]:
    rows = draw(st.lists(SENTENCES.map(lambda t: " ".join(t.replace("|", "").split()) or "x"), min_size=1, max_size=3))
    criteria = [{"id": "abc"[place], "text": text, "points": "1.5"} for place, text in enumerate(rows)]
    return {"key": {"guidance": draw(STEMS), "criteria": criteria}, "words": draw(st.sampled_from([0, 60]))}


_PARTS = {
    ItemKind.SINGLE_CHOICE: _choices,
    ItemKind.MULTIPLE_RESPONSE: _choices,
    ItemKind.ORDERING: _order,
    ItemKind.MATCHING: _pairs,
    ItemKind.NUMERIC: _number,
    ItemKind.HOTSPOT: _place,
    ItemKind.SHORT_TEXT: _text,
    ItemKind.ESSAY: _essay,
}
