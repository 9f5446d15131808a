"""The reader of the course material: what it understands, and every fault it must report."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.reader import Fault, MaterialFaults, read_material
from tests.factories.material import FILES, FIRST_LESSON, M01, shipped_material, spoil, write_material

# Each example reads a whole folder; `HYPOTHESIS_PROFILE=thorough` tries more of them.
EXAMPLES = {"full": 50, "thorough": 1000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 15)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_material(tmp_path)


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(MaterialFaults) as caught:
        read_material(folder)
    return [str(fault) for fault in caught.value.faults]


def line_of(text: str, wanted: str) -> int:
    return text.split("\n").index(wanted) + 1


def test_reads_a_right_folder(folder: Path) -> None:
    material = read_material(folder)
    assert [module.head.code for module in material.courses[0].modules] == ["M01", "M02"]
    assert [lesson.head.code for lesson in material.courses[0].modules[0].lessons] == ["M01-01", "M01-02"]
    assert material.courses[0].modules[0].lessons[0].slug == "what-a-pulse-is"


def test_cuts_a_lesson_into_blocks_in_order(folder: Path) -> None:
    blocks = read_material(folder).courses[0].modules[0].lessons[0].blocks
    kinds = "heading text fact table text callout figure steps case question question summary"
    assert [block.kind for block in blocks] == kinds.split()


def test_knows_the_line_of_each_block(folder: Path) -> None:
    blocks = read_material(folder).courses[0].modules[0].lessons[0].blocks
    lines = FILES[FIRST_LESSON].split("\n")
    assert [lines[block.line - 1] for block in blocks if block.kind == "fact"] == ["```fact"]


def test_gives_items_as_the_plain_dictionaries_of_the_file(folder: Path) -> None:
    first, second = read_material(folder).items
    assert first.plain()["options"][1] == {"id": "b", "text": "Two", "reason": "No."}
    assert second.plain()["key"] == {"value": "56.4", "tolerance": "0.1", "unit": "% MSO"}
    assert "options" not in second.plain()


def test_the_material_that_ships_is_right() -> None:
    material = shipped_material()
    assert {course.head.code for course in material.courses} == {"tms-technician"}
    assert len(material.items) >= 90


SPOILED = [
    # file, what stands there, what comes instead, line (or None: where the new text stands), words of the fault
    ("sources.yaml", "read: none", "read: maybe", 3, "read"),
    ("sources.yaml", "  read: none", "  read: none\n  colour: red", 4, "unknown key `colour`"),
    ("sources.yaml", "  read: none\n", "", 1, "`read` is missing"),
    ("glossary.yaml", "  definition: A town.\n", "", 7, "`definition` is missing"),
    ("glossary.yaml", "  definition: A town.", "  definition: A town.\n  colour: red", 10, "unknown key `colour`"),
    ("glossary.yaml", "sources: [barker-1985]", "sources: [nobody-1999]", 1, "unknown source"),
    ("glossary.yaml", "lesson: M01-01", "lesson: M09-09", 1, "there is no lesson `M09-09`"),
    ("glossary.yaml", "key: sheffield", "key: mso", 7, "the term key `mso` is used twice"),
    ("glossary.yaml", "term: Sheffield", "term: Maximum Stimulator Output", 7, "stands in the glossary twice"),
    ("glossary.yaml", "A town.\n  sources: [barker-1985]\n", "A town.\n", 7, "needs `sources` or the `lesson`"),
    (FIRST_LESSON, "minutes: 12", 'minutes: "12"', 4, "`minutes` must be a whole number"),
    (FIRST_LESSON, "minutes: 12", "minutes: 0", 4, "minutes"),
    (FIRST_LESSON, "sources: [barker-1985]", "sources: [nobody-1999]", 1, "unknown source `nobody-1999`"),
    (FIRST_LESSON, "sources: [barker-1985]\ncert", "sources: [nobody-1999]\ncert", 13, "unknown source"),
    (FIRST_LESSON, "review_by: 2027-11-21", "review_by: 2026-11-20", 2, "later than `verified_on`"),
    (FIRST_LESSON, "review_by: 2027-11-21", "review_by: 2027-02-30", 7, "not a day of the calendar"),
    (FIRST_LESSON, "    reason: Because not.\n", "", None, "`reason` is missing"),
    (FIRST_LESSON, "| Year | What |", "| Year | |", None, "a column of the table has no heading"),
    (
        FIRST_LESSON,
        "    reason: Because not.",
        "    reason: Because not.\n    correct: true",
        None,
        "exactly one correct",
    ),
    (FIRST_LESSON, "    correct: true\n", "", None, "this one has 0"),
    (FIRST_LESSON, "alt: Two loops side by side.\n", "", None, "`alt` is missing"),
    (FIRST_LESSON, "figures/coil.svg", "figures/gone.svg", None, "`gone.svg` is missing"),
    (FIRST_LESSON, "figures/coil.svg", "../../secret.svg", None, "`file`"),
    (FIRST_LESSON, "```callout", "```calout", None, "unknown block `calout`"),
    (FIRST_LESSON, "### Closer", "# Closer", None, "level 2"),
    (FIRST_LESSON, "Some **plain** text", "Some <b>plain</b> text", None, "raw HTML"),
    (FIRST_LESSON, "text: It always does.", "text: It <script>x</script> does.", None, "raw HTML"),
    (FIRST_LESSON, "Some **plain**", "![coil](x.png)", None, "figure block"),
    (FIRST_LESSON, "https://example.org", "javascript:alert(1)", None, "a link that is not understood"),
    (FIRST_LESSON, "https://example.org", "/etc/passwd", None, "links begin with"),
    (FIRST_LESSON, 'answer: "62.4"', "answer: 62.4", None, "`answer` must be text"),
    (FIRST_LESSON, 'tolerance: "0.1"', 'tolerance: "-1"', None, "cannot be negative"),
    (FIRST_LESSON, "---\ncode", "code", 1, "front matter"),
    (FIRST_LESSON, "## A coil and a current", "", None, "begin with a heading"),
    (f"{M01}/02-and-another.md", "code: M01-02", "code: M01-01", 2, "used twice"),
    (FIRST_LESSON, "code: M01-01", "code: M07-01", 2, "must begin with M01-"),
    (FIRST_LESSON, "kind: safety", "kind: safety\nkind: note", None, "stands here twice"),
    (FIRST_LESSON, "text: It always does.", "text: &a It\ntitle2: *a", None, "anchors"),
    (FIRST_LESSON, "text: It always does.", "text: !!python/name:os.system x", None, "tags"),
    (FIRST_LESSON, "text: It always does.", "text: [", None, "not readable as YAML"),
    ("courses/tms-technician/course.yaml", "m02-physics", "m03-gone", 1, "no module folder `m03-gone`"),
    (f"{M01}/module.yaml", "prerequisites: []", "prerequisites: [M01]", 1, "its own prerequisite"),
    (f"{M01}/figures/coil.svg", "<circle", "<script/><circle", None, "holds <script>"),
    (f"{M01}/figures/coil.svg", "<circle", "<circle onload='x'", None, "attribute onload"),
    (f"{M01}/figures/coil.svg", "<svg", "<!DOCTYPE svg><svg", None, "outside itself"),
    (f"{M01}/figures/coil.svg", "</svg>", "", None, "not well-formed"),
    ("items/d1-history.yaml", "key: [a]", "key: [a, b]", 1, "exactly one key"),
    ("items/d1-history.yaml", "key: [a]", "key: [e]", 1, "do not exist: e"),
    ("items/d1-history.yaml", "enemies: []", "enemies: [D9-999]", 1, "does not exist"),
    ("items/d1-history.yaml", "scoring: match_correct", "scoring: all_or_nothing", 1, "does not fit"),
    ("items/d1-history.yaml", "code: D1-002", "code: D1-001", 20, "used twice"),
    ("items/d1-history.yaml", "id: b", "id: c", 1, "a, b, c"),
    ("blueprints/written.yaml", "raw: 1", "raw: 2", 1, "above the 1 scored"),
    ("exam_forms/written-a.yaml", "section: pretest", "section: scored", 1, "2 scored items"),
    ("exam_forms/written-a.yaml", "D1-002", "D1-009", 1, "no item `D1-009`"),
    (
        "blueprints/written.yaml",
        "scored: 1}",
        "scored: 1, levels: {recall: 1, apply: 1, judge: 0}}",
        None,
        "do not add up to its 1 scored",
    ),
    ("practicals/practical.yaml", "passing_level: 2", "passing_level: 5", 1, "not one of the levels"),
    ("practicals/practical.yaml", "programme: tms-technician", "programme: other", 1, "no course `other`"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "words"), SPOILED)
def test_reports_each_fault_with_its_line(
    folder: Path, name: str, old: str, new: str, line: int | None, words: str
) -> None:
    spoil(folder, name, old, new)
    faults = faults_of(folder)
    shown = f"{name}:{line}: " if line else name.rpartition("/figures/")[0]
    assert any(fault.startswith(shown) and words in fault for fault in faults), faults


def test_text_that_yaml_would_take_for_something_else_stays_text(folder: Path) -> None:
    spoil(folder, FIRST_LESSON, "title: What a pulse is", "title: no")
    assert read_material(folder).courses[0].modules[0].lessons[0].head.title == "no"


def test_points_at_the_line_inside_a_block(folder: Path) -> None:
    spoil(folder, FIRST_LESSON, "certainty: established", "certainty: sure")
    line = line_of((folder / FIRST_LESSON).read_text(), "certainty: sure")
    assert faults_of(folder)[0].startswith(f"{FIRST_LESSON}:{line}: `certainty`")


def test_reports_all_faults_at_once(folder: Path) -> None:
    spoil(folder, "sources.yaml", "read: none", "read: maybe")
    spoil(folder, FIRST_LESSON, "minutes: 12", "minutes: many")
    spoil(folder, "items/d1-history.yaml", "level: recall", "level: guess")
    named = {fault.partition(":")[0] for fault in faults_of(folder)}
    assert {"sources.yaml", FIRST_LESSON, "items/d1-history.yaml"} <= named


def test_a_form_keeps_to_the_levels_of_its_blueprint(folder: Path) -> None:
    spoil(folder, "blueprints/written.yaml", "scored: 1}", "scored: 1, levels: {recall: 1, apply: 0, judge: 0}}")
    read_material(folder)
    spoil(folder, "blueprints/written.yaml", "recall: 1, apply: 0", "recall: 0, apply: 1")
    faults = faults_of(folder)
    assert "exam_forms/written-a.yaml:1: D1 has 1 scored items to recall, the blueprint asks for 0" in faults
    assert "exam_forms/written-a.yaml:1: D1 has 0 scored items to apply, the blueprint asks for 1" in faults


def test_enemies_may_not_share_a_form(folder: Path) -> None:
    spoil(folder, "items/d1-history.yaml", "enemies: []", "enemies: [D1-002]")
    assert "D1-001 and its enemy D1-002 share this form" in faults_of(folder)[0]


def test_a_gap_in_the_numbers_of_lessons_is_a_fault(folder: Path) -> None:
    (folder / M01 / "02-and-another.md").rename(folder / M01 / "03-and-another.md")
    assert "this should be 02" in faults_of(folder)[0]


def test_files_without_a_place_are_faults(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    (folder / M01 / "draft.md").write_text("x")
    assert [fault.rpartition(": ")[2] for fault in faults_of(folder)] == [
        "this file or folder has no place in a module",
        "this file or folder has no place here",
    ]


def test_a_folder_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere") == [".:1: there is no such material folder"]


BROKEN = [b"\xff\xfe\x00", b"\x00", b"", b"- [" * 5000, b'"\\UFFFFFFFF"', b"%YAML 1." + b"9" * 5000]
PIECES = ["[", "{", "- ", "&a *a", "```", "\n---\n", "!!set", ": ", "|", '"\\ud800"']


@pytest.mark.parametrize("content", BROKEN)
@pytest.mark.parametrize("name", ["sources.yaml", FIRST_LESSON, f"{M01}/module.yaml"])
def test_broken_files_are_faults_of_that_file(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert any(fault.startswith(f"{name}:") for fault in faults_of(folder))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_never_raises_anything_but_faults(folder: Path, data: st.DataObject) -> None:
    """Any file, cut and filled with anything, is either read or reported."""
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    piece = data.draw(st.one_of(st.text(max_size=30), st.sampled_from(PIECES)))
    (folder / name).write_bytes((text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass"))
    faults = read_or_faults(folder)
    (folder / name).write_text(text, encoding="utf-8")
    assert all(fault.line >= 1 and fault.message for fault in faults)


def read_or_faults(folder: Path) -> list[Fault]:
    try:
        read_material(folder)
    except MaterialFaults as caught:
        return caught.faults
    return []
