"""Every check of the second reading finds the fault that was planted for it, and lets pass what only looks like it."""

from datetime import date
from pathlib import Path

import pytest

from content.proofreading import Finding, proofread
from content.reader import read_material
from tests.factories.material import FIRST_LESSON, M01, spoil, write_material

TODAY = date(2026, 11, 25)
ITEMS = "items/d1-history.yaml"
STEM = "  stem: Who?"
KEY = "- {id: a, text: One, reason: Yes.}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_material(tmp_path)


def findings(folder: Path, today: date = TODAY) -> list[Finding]:
    return list(proofread(read_material(folder), today=today).findings)


def found(folder: Path, today: date = TODAY) -> set[tuple[str, str]]:
    return {(finding.check, finding.code) for finding in findings(folder, today)}


def option(letter: str, text: str) -> str:
    return f'- {{id: {letter}, text: "{text}", reason: No.}}'


PLANTED = [
    # check, code, file, what stands there, what comes instead
    ("fda-approved", "M01-01", FIRST_LESSON, "Some **plain** text", "The device is **FDA-approved** for some text"),
    ("fda-approved", "D1-001", ITEMS, "rationale: So it is.", "rationale: The coil was approved by the FDA in 2008."),
    ("promise", "M01-01", FIRST_LESSON, "Some **plain** text", "TMS cures depression, with some text"),
    ("above", "D1-001", ITEMS, "text: Four", "text: All of the above"),
    ("above", "M01-01", FIRST_LESSON, "- text: That\n", "- text: None of the above\n"),
    ("role", "D1-001", ITEMS, KEY, "- {id: a, text: Raise the intensity by five points, reason: Yes.}"),
    ("role", "D1-001", ITEMS, KEY, "- {id: a, text: Note the signs and diagnose mania, reason: Yes.}"),
    ("role", "D1-001", ITEMS, KEY, "- {id: a, text: You clear the patient for today, reason: Yes.}"),
    ("role", "M01-01", FIRST_LESSON, "- text: This\n", "- text: Stop the medication for a day\n"),
    ("dose", "M01-01", FIRST_LESSON, "Some **plain** text", "Give 3,000 pulses of **plain** text"),
    ("dose", "M01-02", f"{M01}/02-and-another.md", "text: It always does.", "text: The answer is 120 % of MT."),
    ("negative", "D1-001", ITEMS, STEM, "  stem: Which of these is not a coil?"),
    ("negative", "D1-001", ITEMS, STEM, "  stem: All of these happened EXCEPT one. Find it."),
    ("grammar", "D1-001", ITEMS, STEM, "  stem: The part that stores the charge is an"),
    (
        "length",
        "D1-001",
        ITEMS,
        KEY,
        "- {id: a, text: A careful answer with each condition it needs, reason: Yes.}",
    ),
    ("link", "M01-01", FIRST_LESSON, "https://example.org", "https://doi.org/not-a-doi"),
    ("link", "M01-01", FIRST_LESSON, "https://example.org", "https://nowhere"),
    ("link", "barker-1985", "sources.yaml", "read: none", "read: none\n  url: https://doi.org/11.1/x"),
    ("no-summary", "M01-01", FIRST_LESSON, "```summary\npoints: [One thing to keep.]\n```\n", "The end.\n"),
]


@pytest.mark.parametrize(("check", "code", "name", "old", "new"), PLANTED)
def test_finds_the_planted_fault(folder: Path, check: str, code: str, name: str, old: str, new: str) -> None:
    if check == "link" and name == FIRST_LESSON:
        for lesson in sorted(folder.glob("courses/*/*/*.md")):
            spoil(lesson.parent, lesson.name, "https://example.org", "https://www.fda.gov")
        old = "https://www.fda.gov"
    assert (check, code) not in found(folder)
    spoil(folder, name, old, new)
    assert (check, code) in found(folder)


LOOKS_LIKE_IT = [
    ("fda-approved", FIRST_LESSON, "Some **plain** text", "The brochure says “FDA-approved”; this is **plain** text"),
    ("fda-approved", FIRST_LESSON, "Some **plain** text", "The system is cleared, not FDA-approved, in **plain** text"),
    ("fda-approved", ITEMS, "text: Four", "text: It is FDA-approved"),
    ("role", ITEMS, KEY, "- {id: a, text: Raise the intensity only when the physician orders it, reason: Yes.}"),
    ("role", ITEMS, "text: Four", "text: Raise the intensity by five points"),
    ("dose", FIRST_LESSON, "Some **plain** text", "The order says 3,000 pulses of **plain** text"),
    ("grammar", ITEMS, STEM, "  stem: Who found it, and what is it?"),
    ("negative", ITEMS, STEM, "  stem: The twitch is not seen. Which step comes next?"),
]


@pytest.mark.parametrize(("check", "name", "old", "new"), LOOKS_LIKE_IT)
def test_lets_pass_what_only_looks_like_it(folder: Path, check: str, name: str, old: str, new: str) -> None:
    spoil(folder, name, old, new)
    assert check not in {finding for finding, _ in found(folder)}


def test_finds_a_lesson_without_practice(folder: Path) -> None:
    path = folder / FIRST_LESSON
    before, _, rest = path.read_text().partition("```question")
    path.write_text(before + "```summary" + rest.partition("```summary")[2])
    assert ("nothing-to-do", "M01-01") in found(folder)


def lesson_of(words: int, sentence: str) -> str:
    """Return running text of about so many words."""
    return " ".join([sentence] * (words // len(sentence.split()) + 1))


@pytest.mark.parametrize(("words", "is_found"), [(200, True), (900, False), (1600, True)])
def test_measures_the_length_of_a_lesson(folder: Path, words: int, is_found: bool) -> None:
    spoil(folder, FIRST_LESSON, "Some **plain** text", f"{lesson_of(words, 'We hold the coil on the head.')} Some text")
    assert (("lesson-length", "M01-01") in found(folder)) == is_found


def test_measures_how_hard_a_lesson_reads(folder: Path) -> None:
    easy = lesson_of(800, "We hold the coil on the head.")
    hard = lesson_of(
        800,
        "Neuromodulatory interventions necessitate individualised electrophysiological characterisation of "
        "corticospinal excitability preceding administration of therapeutically intended repetitive stimulation",
    )
    spoil(folder, FIRST_LESSON, "Some **plain** text", f"{easy} Some text")
    assert ("reading-level", "M01-01") not in found(folder)
    spoil(folder, FIRST_LESSON, easy, hard)
    assert ("reading-level", "M01-01") in found(folder)


def test_wants_lessons_questions_cases_and_misconceptions_in_a_module(folder: Path) -> None:
    assert {check for check, code in found(folder) if code == "M01"} == {
        "module-size",
        "module-questions",
        "module-misconception",
    }
    spoil(folder, FIRST_LESSON, "kind: safety", "kind: misconception")
    assert ("module-misconception", "M01") not in found(folder)
    for name in (FIRST_LESSON, f"{M01}/02-and-another.md"):
        path = folder / name
        before, _, rest = path.read_text().partition("```case")
        path.write_text(before + rest.partition("```\n")[2])
    assert ("module-case", "M01") in found(folder)


def test_finds_near_duplicates_unless_they_are_enemies(folder: Path) -> None:
    text = (folder / ITEMS).read_text()
    first = text[: text.index("- code: D1-002")].replace(STEM, "  stem: Who showed the first painless pulse?")
    third = first.replace("D1-001", "D1-003").replace("first painless", "painless first")
    (folder / ITEMS).write_text(first + text[text.index("- code: D1-002") :] + third)
    assert ("near-duplicate", "D1-003") in found(folder)
    spoil(folder, ITEMS, "enemies: []", "enemies: [D1-003]")
    assert ("near-duplicate", "D1-003") not in found(folder)


def test_finds_practice_that_gives_a_secure_item_away(folder: Path) -> None:
    assert "practice-is-secure" not in {check for check, _ in found(folder)}
    spoil(folder, FIRST_LESSON, "stem: Which one?", "stem: Who?")
    spoil(folder, FIRST_LESSON, "  - text: This\n", "  - text: One\n")
    spoil(
        folder,
        FIRST_LESSON,
        "  - text: That\n    reason: Because not.\n",
        "".join(f"  - text: {text}\n    reason: Because not.\n" for text in ("Two", "Three", "Four")),
    )
    assert ("practice-is-secure", "M01-01") in found(folder)


def write_bank(folder: Path, keys: str, lengths: str = "") -> None:
    """Write one item for each letter of `keys`; the option at the same place of `lengths` is the longest."""
    text = (folder / ITEMS).read_text()
    first = text[: text.index("- code: D1-002")]
    many = []
    for number, key in enumerate(keys):
        item = first.replace("D1-001", f"D1-{number + 100}").replace("key: [a]", f"key: [{key}]")
        item = item.replace(STEM, f"  stem: {'abcdefgh'[number % 8] * 9} {number} {'stuvwxyz'[number // 8] * 9}?")
        for place, letter in enumerate("abcd"):
            length = 9 if lengths and lengths[number] == letter else 5 + (place + number) % 4
            word = ("One", "Two", "Three", "Four")[place]
            item = item.replace(f"text: {word},", f"text: {letter * length},")
        many.append(item)
    (folder / ITEMS).write_text(text + "".join(many))


def test_finds_keys_that_like_one_place(folder: Path) -> None:
    write_bank(folder, "abcd" * 10)
    assert ("key-position", "bank") not in found(folder)
    write_bank(folder, "")
    write_material(folder)
    write_bank(folder, "c" * 20 + "abcd" * 5)
    assert ("key-position", "bank") in found(folder)


def test_finds_keys_that_are_the_longest_option(folder: Path) -> None:
    keys = "abcd" * 10
    write_bank(folder, keys, lengths="bcda" * 10)
    fair = {check for check, _ in found(folder)}
    write_material(folder)
    write_bank(folder, keys, lengths=keys)
    assert "key-length" in {check for check, _ in found(folder)}
    assert "key-position" not in fair


def test_a_small_bank_is_not_judged_for_bias(folder: Path) -> None:
    write_bank(folder, "c" * 15)
    assert "key-position" not in {check for check, _ in found(folder)}


def test_most_wrong_options_absolute_and_the_key_not(folder: Path) -> None:
    spoil(folder, ITEMS, option("b", "Two").replace('"', ""), option("b", "It always works"))
    assert ("absolute", "D1-001") not in found(folder)
    spoil(folder, ITEMS, option("c", "Three").replace('"', ""), option("c", "It never fails"))
    assert ("absolute", "D1-001") in found(folder)
    spoil(folder, ITEMS, KEY, "- {id: a, text: It always clicks, reason: Yes.}")
    assert ("absolute", "D1-001") not in found(folder)


def test_a_bank_must_feed_three_forms_in_every_area_and_level(folder: Path) -> None:
    messages = [finding.message for finding in findings(folder) if finding.check == "bank-size"]
    assert messages == ["D1: 2 items, 3 forms need 3"]
    spoil(
        folder,
        "blueprints/written.yaml",
        "title: History, scored: 1}",
        "title: History, scored: 1, levels: {recall: 1, apply: 0, judge: 0}}",
    )
    messages = [finding.message for finding in findings(folder) if finding.check == "bank-size"]
    assert "D1 recall: 1 items, 3 forms need 3" in messages


def test_a_day_of_review_that_has_come_is_found(folder: Path) -> None:
    assert "review-overdue" not in {check for check, _ in found(folder, date(2027, 11, 20))}
    overdue = {code for check, code in found(folder, date(2027, 11, 21)) if check == "review-overdue"}
    assert overdue == {"M01-01", "M01-02", "M02-01", "D1-001", "D1-002"}


TOPICS = """\
- topic: The first pulse
  taught_in: [{lesson: M01-01, screen: A coil and a current}]
"""


def test_a_topic_must_be_where_it_is_said_to_be(folder: Path) -> None:
    (folder / "topics.yaml").write_text(TOPICS)
    assert "topic" not in {check for check, _ in found(folder)}
    spoil(folder, "topics.yaml", "A coil and a current", "A coil without a current")
    assert ("topic", "M01-01") in found(folder)
    spoil(folder, "topics.yaml", "M01-01", "M01-09")
    assert ("topic", "M01-09") in found(folder)


def test_what_was_accepted_with_a_reason_is_left_out_and_stale_acceptances_are_named(folder: Path) -> None:
    spoil(folder, FIRST_LESSON, "Some **plain** text", "TMS cures depression, with some text")
    assert ("promise", "M01-01") in found(folder)
    (folder / "accepted.yaml").write_text("- {check: promise, code: M01-01, reason: A headline of the time.}\n")
    assert ("promise", "M01-01") not in found(folder)
    spoil(folder, FIRST_LESSON, "TMS cures depression, with some text", "Some text")
    stale = [finding for finding in findings(folder) if finding.file == "accepted.yaml"]
    assert [finding.code for finding in stale] == ["M01-01"]


def test_counts_what_there_is(folder: Path) -> None:
    counts = proofread(read_material(folder), today=TODAY).counts
    rows = [(row.code, row.lessons, row.minutes, row.figures, row.questions) for row in counts.modules]
    assert rows == [("M01", 2, 24, 2, 4), ("M02", 1, 12, 1, 2)]
    assert [(row.code, row.by_level, row.figures) for row in counts.areas] == [("D1", (1, 1, 0), 0)]
    assert counts.kinds == (("numeric", 1), ("single_choice", 1))
    assert counts.positions == (1, 0, 0, 0)
    assert counts.facts == (("established", 3),)
    assert any(line.startswith("Bank: 2 items (recall 1, apply 1, judge 0)") for line in counts.lines())
