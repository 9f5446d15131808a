"""Assembly of forms: every form meets every demand, and a refusal is right. Expectations by enumeration."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.assembly import assemble
from exams.rules.assembly_facts import Family, Objective, Order, PoolItem
from exams.rules.form_need import Area, FormNeed, Span, contradiction_in

SEED = "5e" * 16
BOTH = frozenset({"scored", "pretest"})


def faults(form: list[tuple[PoolItem, str]], order: Order) -> list[str]:
    """Check one form against its order item by item, without any of the code under test."""
    found = [*count_faults(form, order.need), *limit_faults([item for item, _ in form], order.need)]
    if len({item.code for item, _ in form}) < len(form):
        found.append("twice")
    if any(section not in item.sections or item.capped for item, section in form):
        found.append("not allowed")
    if any(one.code in other.enemies or other.code in one.enemies for (one, _), (other, _) in combinations(form, 2)):
        found.append("enemies")
    chosen = {item.code: section for item, section in form}
    for one, other in combinations([item for item in order.pool if item.set_code], 2):
        if one.set_code == other.set_code and chosen.get(one.code) != chosen.get(other.code):
            found.append("sets")
    if order.overlap is not None and any(len(seen & chosen.keys()) > order.overlap for seen in order.seen):
        found.append("overlap")
    return found


def count_faults(form, need: FormNeed) -> list[str]:
    found = []
    scored = [item for item, section in form if section == "scored"]
    if (len(scored), len(form) - len(scored)) != (need.length, need.pretest):
        found.append("length")
    if any(item.area not in {area.code for area in need.areas} for item, _ in form):
        found.append("foreign area")
    for area in need.areas:
        inside = [item for item in scored if item.area == area.code]
        if not area.scored <= len(inside) <= (area.scored if area.most is None else area.most):
            found.append("area")
        for level, span in area.levels.items():
            if not span.least <= sum(item.level == level for item in inside) <= span.most:
                found.append("level")
    for kind, span in need.kinds.items():
        if not span.least <= sum(item.kind == kind for item in scored) <= span.most:
            found.append("kind")
    return found


def limit_faults(items: list[PoolItem], need: FormNeed) -> list[str]:
    found = []
    if need.word_limit is not None and sum(item.words for item in items) > need.word_limit:
        found.append("words")
    keys = [item.key_place for item in items if item.key_place]
    if need.key_percent is not None and any(100 * keys.count(key) > need.key_percent * len(keys) for key in keys):
        found.append("key balance")
    return found


def taken(order: Order, form) -> list[tuple[PoolItem, str]]:
    items = {item.code: item for item in order.pool}
    return [(items[place.code], place.section) for place in form]


def is_possible(order: Order) -> bool:
    """Try every form that the pool allows."""
    for choice in product(("", "scored", "pretest"), repeat=len(order.pool)):
        form = [(item, section) for item, section in zip(order.pool, choice, strict=True) if section]
        if len(form) == order.need.length + order.need.pretest and not faults(form, order):
            return True
    return False


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Draw small orders of which many are just possible and many just not."""
    size = draw(st.integers(3, 6))
    codes = [f"I{number}" for number in range(size)]
    pool = tuple(
        PoolItem(
            code=code,
            area=draw(st.sampled_from(["A", "A", "B", "B", "C"])),
            level=draw(st.sampled_from(["recall", "judge"])),
            kind=draw(st.sampled_from(["single", "numeric"])),
            words=draw(st.integers(1, 9)),
            key_place=draw(st.sampled_from(["", "a", "b"])),
            enemies=frozenset(draw(st.sets(st.sampled_from([c for c in codes if c != code]), max_size=1))),
            set_code=draw(st.sampled_from(["", "", "", "S"])),
            sections=draw(st.sampled_from([BOTH, BOTH, frozenset({"scored"}), frozenset({"pretest"})])),
            capped=draw(st.sampled_from([False] * 5 + [True])),
        )
        for code in codes
    )
    in_a, in_b = draw(st.integers(0, 2)), draw(st.integers(0, 1))
    levels = draw(st.sampled_from([{}, {"judge": Span(0, 1)}, {"recall": Span(1, 2), "judge": Span(0, 2)}]))
    most = draw(st.sampled_from([None, in_a + 1]))
    length = in_a + in_b + (draw(st.integers(0, 1)) if most else 0)
    need = FormNeed(
        length=max(1, length),
        areas=(Area("A", "First", in_a, most, levels), Area("B", "Second", in_b, in_b + 1)),
        pretest=draw(st.integers(0, 2)),
        kinds=draw(st.sampled_from([{}, {"numeric": Span(1, 2)}])),
        word_limit=draw(st.sampled_from([None, 12, 20])),
        key_percent=draw(st.sampled_from([None, 50, 60])),
    )
    seen = (frozenset(codes[:3]), frozenset(codes[2:5]))
    return Order(need, pool, SEED, overlap=draw(st.sampled_from([None, 0, 1])), seen=seen)


@settings(max_examples=100, deadline=None)
@given(orders())
def test_a_form_is_right_and_a_refusal_too(order):
    result = assemble(order)
    assert result.succeeded == is_possible(order)
    if result.succeeded:
        assert faults(taken(order, result.forms[0]), order) == []
        assert not result.shortages
    else:
        assert result.shortages
        assert all(shortage.sentence.endswith(".") and shortage.lacks > 0 for shortage in result.shortages)


def bank(per_cell: int = 6, **changes) -> tuple[PoolItem, ...]:
    """Two areas with two levels each, keys spread evenly."""
    return tuple(
        PoolItem(f"{area}-{level}-{number}", area, level, "single", 10 + number, "abcd"[number % 4], **changes)
        for area in ("D1", "D7")
        for level in ("recall", "judge")
        for number in range(per_cell)
    )


NEED = FormNeed(
    length=8,
    areas=(
        Area("D1", "History", 3, None, {"recall": Span(1, 1), "judge": Span(2, 2)}),
        Area("D7", "Safety", 5, None, {"recall": Span(2, 2), "judge": Span(3, 3)}),
    ),
    pretest=3,
    key_percent=40,
)


def change(pool, wanted, **changes):
    return tuple(replace(item, **changes) if wanted(item) else item for item in pool)


def report(order: Order) -> list[tuple[Family, int, str]]:
    result = assemble(order)
    assert not result.succeeded
    return [(shortage.family, shortage.lacks, shortage.sentence) for shortage in result.shortages]


def test_a_level_that_the_bank_does_not_hold():
    pool = tuple(item for item in bank() if (item.area, item.level) != ("D7", "judge") or item.code.endswith("-0"))
    assert report(Order(NEED, pool, SEED)) == [
        (Family.LEVEL, 2, "Content area D7, judge: 3 asked, 1 in the bank, which leaves 2 items too few.")
    ]


def test_an_area_without_levels():
    need = FormNeed(4, (Area("D1", "History", 4),))
    pool = tuple(item for item in bank(1) if item.area == "D1")
    assert report(Order(need, pool, SEED)) == [
        (Family.AREA, 2, "Content area D1: 4 asked, 2 in the bank, which leaves 2 items too few.")
    ]


def test_items_that_the_cap_keeps_away():
    pool = change(bank(), lambda i: i.area == "D7" and i.level == "judge" and i.code[-1] in "012345"[1:], capped=True)
    assert report(Order(NEED, pool, SEED)) == [
        (Family.EXPOSURE, 2, "Content area D7, judge: 3 asked, 1 available after exposure cap.")
    ]


def test_pretest_items_that_are_not_there():
    pool = change(bank(), lambda item: item.code != "D1-judge-0", sections=frozenset({"scored"}))
    assert report(Order(NEED, pool, SEED)) == [
        (Family.PRETEST, 2, "Pretest items: 3 asked, 2 items too few beside the scored ones.")
    ]


def test_words_that_do_not_fit():
    """The eleven shortest items have 10 to 12 words each: 4 × 10 + 4 × 11 + 3 × 12 = 120, if no demand minds."""
    need = replace(NEED, key_percent=None, word_limit=118)
    ((family, lacks, sentence),) = report(Order(need, bank(), SEED))
    assert (family, lacks) == (Family.WORDS, 2)
    assert sentence == "Words: at most 118 asked, 2 more would be needed."


def test_enemies_that_leave_too_few():
    codes = [item.code for item in bank() if item.code.startswith("D7-judge")]
    pool = change(bank(3), lambda item: item.code == codes[0], enemies=frozenset({codes[1]}))
    assert report(Order(replace(NEED, key_percent=None), pool, SEED)) == [
        (Family.ENEMIES, 1, f"Enemies: {codes[0]} and {codes[1]} would both be needed on one form.")
    ]


def test_a_set_that_would_have_to_be_split():
    pool = change(bank(3), lambda item: item.area == "D7" and item.level == "recall", set_code="CASE")
    ((family, lacks, sentence),) = report(Order(replace(NEED, key_percent=None), pool, SEED))
    assert (family, lacks) == (Family.SETS, 1)
    assert sentence == "Set CASE travels together, and would have to be split by 1 item."


def test_kinds_that_the_bank_does_not_hold():
    need = replace(NEED, kinds={"short_text": Span(2, 4)})
    assert report(Order(need, bank(), SEED)) == [
        (Family.KIND, 2, "Kind short text: 2 to 4 asked, which the other demands miss by 2.")
    ]


def test_keys_that_lean_to_one_place():
    pool = change(bank(), lambda item: True, key_place="c")
    ((family, lacks, sentence),) = report(Order(NEED, pool, SEED))
    assert family is Family.KEY_BALANCE
    # All eleven keys are at C, 40 % of eleven are 4.4.
    assert lacks == 7
    assert sentence == "Keys at C: at most 40 % of the single-choice items asked, 7 items more would be needed."


def test_a_form_seen_before():
    seen = (frozenset(item.code for item in bank() if item.area == "D7"),)
    ((family, lacks, sentence),) = report(Order(NEED, bank(), SEED, overlap=3, seen=seen))
    assert (family, lacks) == (Family.OVERLAP, 2)
    assert sentence == "Overlap with a form seen before: at most 3 asked, 2 items more would be needed."


def test_parallel_forms_share_no_more_than_asked_and_differ_little():
    order = Order(NEED, bank(8), SEED, forms=3, overlap=2, objective=Objective.ALIKE)
    result = assemble(order)
    forms = [taken(order, form) for form in result.forms]
    assert [faults(form, order) for form in forms] == [[], [], []]
    codes = [{item.code for item, _ in form} for form in forms]
    assert max(len(one & other) for one, other in combinations(codes, 2)) <= 2
    words = [sum(item.words for item, _ in form) for form in forms]
    assert max(words) - min(words) <= 4


def test_parallel_forms_that_the_bank_cannot_feed():
    """Cell D7 judge has six items, three forms without overlap need nine: three are lacking at least."""
    found = report(Order(replace(NEED, pretest=0), bank(6), SEED, forms=3, overlap=0))
    assert sum(lacks for _, lacks, _ in found) >= 3
    assert {family for family, _, _ in found} <= {Family.LEVEL, Family.OVERLAP}


def test_equal_seeds_give_equal_forms_and_others_differ():
    forms = [assemble(Order(NEED, bank(), seed)).forms for seed in (SEED, SEED, "00" * 16)]
    assert forms[0] == forms[1] != forms[2]


def test_pretest_items_stand_evenly_and_never_last():
    need = replace(NEED, pretest=4)
    stretches = Counter()
    for number in range(30):
        sections = [place.section for place in assemble(Order(need, bank(), f"{number:032x}")).forms[0]]
        assert sections[-1] == "scored"
        # Four pretest items among eight scored ones: one in each quarter, that is before the 2nd, 4th, 6th, 8th.
        behind = [sections[:at].count("scored") for at, section in enumerate(sections) if section == "pretest"]
        assert [count // 2 for count in behind] == [0, 1, 2, 3]
        stretches.update(behind)
    assert set(stretches) == set(range(8))


def test_a_set_stands_together():
    pool = change(bank(), lambda item: item.code in ("D7-recall-1", "D7-recall-2"), set_code="CASE")
    for number in range(20):
        codes = [place.code for place in assemble(Order(NEED, pool, f"{number:032x}")).forms[0]]
        if "D7-recall-1" in codes:
            assert abs(codes.index("D7-recall-1") - codes.index("D7-recall-2")) == 1


def test_a_hundred_forms_use_the_bank_evenly():
    """Six items a cell, of which 1 to 3 are scored: with random weights each comes up about as often as the others."""
    need = replace(NEED, pretest=0, key_percent=None)
    orders = [Order(need, bank(), f"{number:032x}", forms=1) for number in range(100)]
    given_out = Counter(place.code for order in orders for place in assemble(order).forms[0])
    for cell, asked in {"D1-recall": 1, "D1-judge": 2, "D7-recall": 2, "D7-judge": 3}.items():
        shares = [given_out[f"{cell}-{number}"] / 100 for number in range(6)]
        assert sum(shares) == pytest.approx(asked)
        # Four standard errors of a binomial share at n = 100.
        assert max(abs(share - asked / 6) for share in shares) < 4 * (asked / 6 * (1 - asked / 6) / 100) ** 0.5


def test_a_chain_of_forms_keeps_within_the_overlap():
    seen: tuple[frozenset[str], ...] = ()
    for number in range(40):
        (form,) = assemble(Order(NEED, bank(), f"{number:032x}", overlap=6, seen=seen[-2:])).forms
        codes = frozenset(place.code for place in form)
        assert all(len(codes & earlier) <= 6 for earlier in seen[-2:])
        seen = (*seen, codes)
    assert len(set(seen)) > 30


def test_the_solver_is_loaded_by_the_first_form_only():
    check = "import sys, exams.rules.assembly; sys.exit(len({'scipy', 'numpy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_items_given_out_often_weigh_against_themselves():
    often = {f"D7-judge-{number}" for number in range(3)}
    pool = change(bank(), lambda item: item.code in often, exposure=0.6)
    orders = [Order(replace(NEED, key_percent=None), pool, f"{number:032x}") for number in range(40)]
    counted = Counter(
        place.code
        for o in orders
        for place in assemble(o).forms[0]
        if (place.code in often and place.section == "scored")
    )
    assert sum(counted.values()) < 40 * 3 / 2 * 0.6


@pytest.mark.parametrize(
    ("need", "word"),
    [
        (FormNeed(1, (Area("A", "x", 1, None, {"recall": Span(2, 2)}),)), "levels of A"),
        (
            FormNeed(2, (Area("A", "x", 2, None, dict.fromkeys(("recall", "apply", "judge"), Span(0, 0))),)),
            "levels of A",
        ),
        (FormNeed(1, (Area("A", "x", 0, 1, {"recall": Span(1, 1)}), Area("B", "y", 1))), "content areas"),
        (FormNeed(3, (Area("A", "x", 1, 2),)), "content areas"),
        (FormNeed(1, (Area("A", "x", 1),), kinds={"numeric": Span(2, 3)}), "kinds"),
        (FormNeed(1, (Area("A", "x", 1),), kinds={"numeric": Span(1, 0)}), "range"),
    ],
)
def test_demands_that_contradict_each_other(need, word):
    assert word in contradiction_in(need)
    assert contradiction_in(FormNeed(2, (Area("A", "x", 1, 3, {"recall": Span(1, 1)}),))) == ""
