"""The secure bank as files: figures, the newer types, published or not, reviews, folders of the operator's own."""

from datetime import date
from operator import itemgetter
from pathlib import Path

import pytest
import yaml

from content.reader import MaterialFaults, read_material
from content.reader.item_shapes import SCORING
from exams.rules.item_kinds import RULES_OF_KIND
from exams.rules.item_material import read_item
from tests.factories.bank import ESSAY, HOTSPOT, MATCHING, ORDERING, PICTURE, SHORT_TEXT, UNIT, write_items
from tests.factories.material import FIRST_LESSON, M01, SVG, spoil, write_material

ITEMS = "items/d1-history.yaml"
FIGURE = "items/figures/head.svg"
FIGURE_WITH_KEY = {"file": "figures/head.svg", "alt": "A hand with electrodes over the APB."}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_material(tmp_path / "shipped")


def faults_of(folder: Path, *additions: Path) -> list[str]:
    with pytest.raises(MaterialFaults) as caught:
        read_material(folder, additions)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "item", [ORDERING, MATCHING, HOTSPOT, PICTURE, SHORT_TEXT, ESSAY, UNIT], ids=itemgetter("type")
)
def test_reads_each_type_back_as_written(folder: Path, item: dict) -> None:
    write_items(folder, item)
    assert next(found.plain() for found in read_material(folder).items if found.code == item["code"]) == item


def test_gives_the_bytes_of_the_drawing(folder: Path) -> None:
    write_items(folder, PICTURE)
    bank = read_material(folder).banks[0]
    drawings = {item.code: bank.drawing_of(item) for item in bank.items}
    assert drawings[PICTURE["code"]] == (folder / FIGURE).read_bytes()
    assert drawings["D1-001"] is None


def changed(item: dict, **changes: object) -> dict:
    return {name: value for name, value in {**item, **changes}.items() if value is not None}


def area(**changes: object) -> dict:
    return {"areas": [{"shape": "circle", "x": 50, "y": 40, "radius": 10, "score": "1", **changes}]}


def rubric(*points: str) -> dict:
    return {"guidance": "x", "criteria": [{"id": "a", "text": "Tells", "points": worth} for worth in points]}


def numeric(scoring: str, **parameters: object) -> dict:
    return changed(UNIT, scoring=scoring, scoring_parameters=parameters or None)


def boxes(scoring: str, **parameters: object) -> dict:
    item = changed(PICTURE, type="multiple_response", figure=None, key=["a", "b"], scoring=scoring)
    return changed(item, scoring_parameters=parameters or None)


FULL_BAND = {"low": "1", "high": "2", "score": "1"}
GOOD = [
    boxes("per_option"),
    boxes("qti_map_response", mapping={"a": "1", "b": "0.5", "d": "-1"}, default="-0.5", lower_bound="0"),
    boxes("fractions_sum", fractions={"a": "66.66667", "b": "33.33333", "c": "-100"}),
    numeric("tolerance_relative_percent"),
    numeric("tolerance_absolute", decimal_comma=True),
    numeric("bands", bands=[FULL_BAND, {"low": "0", "high": "3", "score": "0.5"}]),
    changed(ORDERING, scoring="positions"),
    changed(HOTSPOT, scoring="qti_map_response_point", scoring_parameters={"upper_bound": "1", "default": "-0.5"}),
    changed(SHORT_TEXT, scoring="wildcard", key={"texts": ["*pollicis*"]}),
]


@pytest.mark.parametrize("item", GOOD, ids=itemgetter("scoring"))
def test_every_rule_can_be_written_and_the_key_earns_the_full_point(folder: Path, item: dict) -> None:
    write_items(folder, item)
    bank = read_material(folder).banks[0]
    found = next(found for found in bank.items if found.code == item["code"])
    assert found.plain() == item
    assert read_item(found.plain(), bank.drawing_of(found)).scoring == item["scoring"]


def test_reader_and_exam_know_the_same_rules() -> None:
    assert {kind.value: {rule.value for rule in rules} for kind, rules in RULES_OF_KIND.items()} == SCORING


POLYGON = {"areas": [{"shape": "polygon", "points": [[0, 0], [9, 9]], "score": "1"}]}
WRONG = [
    (changed(ORDERING, key=["a", "b", "c"]), "right order already"),
    (changed(ORDERING, key=["b", "a"]), "lists all option ids"),
    (changed(ORDERING, key=["b", "c", "c"]), "more than once"),
    (changed(ORDERING, fixed_order=True), "`fixed_order`"),
    (changed(ORDERING, scoring="all_or_nothing"), "does not fit"),
    (changed(ORDERING, options=ORDERING["options"][:2]), "3 to 6 options"),
    (changed(ORDERING, prompts=MATCHING["prompts"]), "`prompts` belongs to"),
    (changed(MATCHING, prompts=None), "`prompts` belongs to"),
    (changed(MATCHING, key={"1": "c"}), "every prompt"),
    (changed(MATCHING, key={"1": "c", "2": "a", "3": "a"}), "every prompt"),
    (changed(MATCHING, key={"1": "c", "2": "h"}), "do not exist: h"),
    (changed(MATCHING, key={"1": "c", "2": "c"}), "same option as key"),
    (changed(MATCHING, key=["c", "a"]), "gives each prompt its option"),
    (changed(HOTSPOT, figure=None), "needs a `figure`"),
    (changed(HOTSPOT, regions=None), "`regions` belongs to"),
    (changed(HOTSPOT, regions=HOTSPOT["regions"][:3]), "`regions` has too few"),
    (changed(HOTSPOT, options=ORDERING["options"]), "`options` do not belong"),
    (changed(HOTSPOT, key=area(score="0.5")), '`score: "1"`'),
    (changed(HOTSPOT, key=area(score="1.5")), "at most 1"),
    (changed(HOTSPOT, key=area(radius=41)), "an area lies outside the drawing, which is 200 wide and 100 high"),
    (changed(HOTSPOT, key=area(x=190)), "one region at least"),
    (changed(HOTSPOT, key=area(radius=-1)), "`radius`"),
    (changed(HOTSPOT, key=POLYGON), "`points` has too few"),
    (changed(HOTSPOT, key=["a"]), "has `areas`"),
    (changed(SHORT_TEXT, key={"texts": ["**"]}), "takes every answer"),
    (changed(SHORT_TEXT, key={"texts": ["APB", "apb"]}), "more than once"),
    (changed(SHORT_TEXT, key=rubric("1")), "lists `texts`"),
    (changed(SHORT_TEXT, figure=FIGURE_WITH_KEY), "tells the key: APB"),
    (changed(SHORT_TEXT, options=ORDERING["options"]), "`options` do not belong"),
    (changed(ESSAY, key={"texts": ["x"]}), "`guidance`"),
    (changed(ESSAY, key={"guidance": "x"}), "`criteria`"),
    (changed(ESSAY, key=rubric("0.25")), "in halves"),
    (changed(ESSAY, key=rubric("0")), "more than 0"),
    (changed(ESSAY, key=rubric("10.5")), "at most 10"),
    (changed(ESSAY, key=rubric("1", "2")), "more than once"),
    (changed(ESSAY, words=5), "`words`"),
    (changed(SHORT_TEXT, words=50), "`words` belongs to"),
    (changed(ESSAY, scoring="wildcard"), "does not fit"),
    (boxes("qti_map_response"), "needs `scoring_parameters` with mapping"),
    (boxes("qti_map_response", mapping={"a": "1", "c": "1"}), "the options that add something in `mapping`"),
    (boxes("qti_map_response", mapping={"a": "1", "b": "1", "h": "-1"}), "do not exist: h"),
    (boxes("qti_map_response", mapping={"a": "1", "b": "1"}, upper_bound="0"), "`upper_bound`"),
    (boxes("fractions_sum", fractions={"a": "50", "b": "40"}), "make 90 %"),
    (boxes("all_or_nothing", fractions={"a": "50", "b": "50"}), "does not belong to `scoring: all_or_nothing`"),
    (numeric("unit", factors={"mT": "0.001", "G": "0.0001"}), "the unit of the key needs the factor 1"),
    (numeric("unit", factors={"T": "1", "t": "1"}), "differ in case"),
    (numeric("unit", factors={"T": "1", "mT": "0"}), "more than 0"),
    (numeric("bands", bands=[{**FULL_BAND, "low": "1.6"}]), "lies in no band"),
    (numeric("bands", bands=[{**FULL_BAND, "low": "3"}]), "`low` lies above"),
    (changed(HOTSPOT, scoring="qti_map_response_point"), "needs `scoring_parameters` with upper_bound"),
    (changed(PICTURE, figure={"file": "figures/head.svg", "alt": " "}), "`alt` is empty"),
    (changed(PICTURE, figure={"file": "figures/gone.svg", "alt": "A head."}), "`gone.svg` is missing"),
    (changed(PICTURE, figure={"file": "../head.svg", "alt": "A head."}), "`file`"),
    (changed(PICTURE, figure={"file": "figures/head.svg", "alt": "The coil is  Too far BACK."}), "tells the key"),
    (changed(PICTURE, reviews=[{"name": "Rae", "role": "physician"}]), "`reviewed_on` is missing"),
    (changed(PICTURE, review_status="reviewed"), "`reviewed` needs an entry"),
]


@pytest.mark.parametrize(("item", "words"), WRONG)
def test_refuses_what_does_not_fit(folder: Path, item: dict, words: str) -> None:
    write_items(folder, item)
    faults = faults_of(folder)
    assert any(words in fault for fault in faults), faults


def test_an_alt_text_that_names_all_options_tells_nothing(folder: Path) -> None:
    alt = "Four arrows: too far back, too far in front, tilted, off the scalp."
    write_items(folder, changed(PICTURE, figure={"file": "figures/head.svg", "alt": alt}))
    read_material(folder)


def test_an_alt_text_must_not_tell_the_number_of_the_key(folder: Path) -> None:
    numeric = yaml.safe_load((folder / ITEMS).read_text())[1]
    figure = {"file": "figures/head.svg", "alt": "A scale that reads 56.4 % MSO."}
    write_items(folder, {**numeric, "code": "D1-003", "figure": figure})
    assert any("tells the key: 56.4 % MSO" in fault for fault in faults_of(folder))


def test_a_figure_that_no_item_shows_is_a_fault(folder: Path) -> None:
    write_items(folder, PICTURE)
    (folder / "items/figures/spare.svg").write_text(SVG)
    assert faults_of(folder) == ["items/figures/spare.svg:1: no item shows this figure"]


def test_a_figure_is_not_called_unused_because_its_item_has_another_fault(folder: Path) -> None:
    write_items(folder, changed(PICTURE, level="guess"))
    assert len(faults_of(folder)) == 1


def test_item_figures_are_held_to_the_same_as_lesson_figures(folder: Path) -> None:
    write_items(folder, PICTURE)
    spoil(folder, FIGURE, "<circle", "<script/><circle")
    assert any("holds <script>" in fault for fault in faults_of(folder))


def test_the_drawing_of_a_hotspot_begins_at_0_0(folder: Path) -> None:
    write_items(folder, HOTSPOT)
    spoil(folder, FIGURE, "0 0 200 100", "-10 0 200 100")
    assert any("must begin at 0 0" in fault for fault in faults_of(folder))


def test_other_files_have_no_place_among_the_items(folder: Path) -> None:
    (folder / "items/notes.txt").write_text("x")
    assert faults_of(folder) == ["items/notes.txt:1: this file or folder has no place among the items"]


def test_only_bank_yaml_makes_a_bank_published(folder: Path) -> None:
    assert not read_material(folder).banks[0].published
    (folder / "items/bank.yaml").write_text("published: true\nnote: Open source.\n")
    material = read_material(folder)
    assert material.banks[0].published
    assert [item.code for item in material.items] == ["D1-001", "D1-002"]


def test_reads_a_private_folder_together_with_the_shipped_one(folder: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    write_items(private, PICTURE, HOTSPOT)
    (folder / "items/bank.yaml").write_text("published: true\nnote: Open source.\n")
    banks = read_material(folder, [private]).banks
    assert [(bank.published, [item.code for item in bank.items]) for bank in banks] == [
        (True, ["D1-001", "D1-002"]),
        (False, [PICTURE["code"], HOTSPOT["code"]]),
    ]


def test_codes_are_unique_over_all_folders_and_faults_name_the_folder(folder: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    write_items(private, changed(PICTURE, code="D1-001"))
    assert faults_of(folder, private) == [f"{private}/items/extra.yaml:1: the item code `D1-001` is used twice"]


def test_sources_are_shared_by_all_folders(folder: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    write_items(private, changed(PICTURE, sources=["own-2026"]))
    assert faults_of(folder, private) == [f"{private}/items/extra.yaml:1: unknown source `own-2026`"]
    own = private / "sources.yaml"
    own.write_text((folder / "sources.yaml").read_text() + "- {key: own-2026, citation: Ours., read: full}\n")
    read_material(folder, [private])
    own.write_text(own.read_text().replace("read: none", "read: full"))
    assert faults_of(folder, private) == [
        f"{private}/sources.yaml:1: the source `barker-1985` stands elsewhere with other words"
    ]


def test_a_private_folder_holds_no_courses_and_must_exist(folder: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    assert faults_of(folder, private) == [f"{private}:1: there is no such material folder"]
    (private / "courses").mkdir(parents=True)
    assert "holds no courses" in faults_of(folder, private)[0]


REVIEW = "reviews:\n  - {{name: {name}, role: {role}, reviewed_on: 2026-12-01, scope: {scope}}}\n"


def review_lessons(folder: Path, **review: str) -> None:
    for lesson in (FIRST_LESSON, f"{M01}/02-and-another.md"):
        spoil(folder, lesson, "minutes: 12\n", f"minutes: 12\nauthors: [A. Writer]\n{REVIEW.format(**review)}")


def test_a_module_is_reviewed_when_a_physician_read_every_lesson(folder: Path) -> None:
    spoil(folder, f"{M01}/module.yaml", "review_status: unreviewed", "review_status: reviewed")
    assert len([fault for fault in faults_of(folder) if "no physician's medical review" in fault]) == 2
    review_lessons(folder, name="R. Reader", role="physician", scope="medical")
    assert read_material(folder).courses[0].modules[0].head.review_status == "reviewed"


@pytest.mark.parametrize(
    ("review", "words"),
    [
        ({"name": "R. Reader", "role": "educator", "scope": "medical"}, "needs `role: physician`"),
        ({"name": "R. Reader", "role": "physician", "scope": "language"}, "no physician's medical review"),
        ({"name": "a.  writer", "role": "physician", "scope": "medical"}, "is an author"),
    ],
)
def test_not_every_review_makes_a_module_reviewed(folder: Path, review: dict, words: str) -> None:
    spoil(folder, f"{M01}/module.yaml", "review_status: unreviewed", "review_status: reviewed")
    review_lessons(folder, **review)
    assert any(words in fault for fault in faults_of(folder))


def test_reviews_need_authors(folder: Path) -> None:
    spoil(
        folder,
        FIRST_LESSON,
        "minutes: 12\n",
        "minutes: 12\n" + REVIEW.format(name="R", role="physician", scope="medical"),
    )
    assert any("need `authors`" in fault for fault in faults_of(folder))


def test_an_item_is_reviewed_when_a_physician_read_it(folder: Path) -> None:
    review = {"name": "R. Reader", "role": "physician", "reviewed_on": date(2026, 12, 1), "scope": "medical"}
    write_items(folder, changed(PICTURE, review_status="reviewed", authors=["A. Writer"], reviews=[review]))
    item = next(item for item in read_material(folder).items if item.code == PICTURE["code"])
    assert item.medically_reviewed
