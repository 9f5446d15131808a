"""The makers: what they compute is right, what they draw is sound, the same input gives the same bytes."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from content.drawing import draw
from content.drawing.canvas import Canvas, DrawingError
from content.drawing.catalogue import Entry, read_catalogue
from content.drawing.makers import MAKERS
from content.reader.drawings import problem_of_drawing
from content.reader.faults import FaultList

GALLERY = Path(__file__).parent / "gallery.yaml"
ENTRIES = [entry for entry, _ in read_catalogue(GALLERY, FaultList())]
SVG = "{http://www.w3.org/2000/svg}"


def facts_of(maker: str, **arguments: object) -> dict:
    return draw(Entry(file="a.svg", maker=maker, title="A drawing", arguments=arguments)).facts


def svg_of(maker: str, **arguments: object) -> ElementTree.Element:
    return ElementTree.fromstring(draw(Entry(file="a.svg", maker=maker, title="A drawing", arguments=arguments)).svg)  # noqa: S314 - our own drawing


def refused(maker: str, **arguments: object) -> str:
    with pytest.raises(DrawingError) as caught:
        draw(Entry(file="a.svg", maker=maker, title="A drawing", arguments=arguments))
    return str(caught.value)


def test_the_gallery_shows_every_maker() -> None:
    assert {entry.maker for entry in ENTRIES} == set(MAKERS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_each_drawing_is_sound_and_says_nothing_but_its_title(entry: Entry, tmp_path: Path) -> None:
    path = tmp_path / entry.file
    path.write_text(draw(entry).svg)
    assert problem_of_drawing(path) is None
    root = ElementTree.fromstring(path.read_text())  # noqa: S314 - our own drawing
    assert root.findtext(f"{SVG}title") == entry.title
    assert root.find(f"{SVG}desc") is None
    assert entry.file.removesuffix(".svg") not in path.read_text()


def test_another_process_draws_the_same_bytes() -> None:
    code = (
        "import sys; from pathlib import Path; from hashlib import sha256; from content.drawing.catalogue import *\n"
        "entries = read_catalogue(Path(sys.argv[1]), FaultList())\n"
        "print(sha256(''.join(draw(entry).svg for entry, _ in entries).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, str(GALLERY)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_counts_the_responses_that_reach_the_threshold() -> None:
    facts = facts_of("mep_traces", seed=1, amplitudes=[70, 20, 90, 30, 62, 12])
    assert (facts["reached"], facts["count"]) == (3, 6)
    assert facts["amplitudes"] == pytest.approx([70, 20, 90, 30, 62, 12], abs=4)


def test_the_drawn_waves_are_as_high_as_the_facts_say() -> None:
    arguments = {"seed": 5, "amplitudes": [120, 30]}
    facts, root = facts_of("mep_traces", **arguments), svg_of("mep_traces", **arguments)
    paths = [path.get("d") for path in root.iter(f"{SVG}path")]
    scale_bar = [float(part) for part in re.findall(r"[\d.]+", paths[-1])]
    fifty = abs(scale_bar[3] - scale_bar[1])
    for way, amplitude in zip(paths[:2], facts["amplitudes"], strict=True):
        ups = [float(part) for part in re.findall(r"[\d.]+", way)][1::2][40:]  # from 15 ms after the pulse
        assert (max(ups) - min(ups)) / fifty * 50 == pytest.approx(amplitude, abs=0.5)


def test_draws_amplitudes_from_a_seed_that_can_be_judged() -> None:
    for seed in range(30):
        facts = facts_of("mep_traces", seed=seed, count=8)
        assert all(abs(value - 50) >= 8 for value in facts["amplitudes"])
    assert facts_of("mep_traces", seed=1, count=8) != facts_of("mep_traces", seed=2, count=8)


def test_refuses_responses_that_nobody_could_judge() -> None:
    assert "too near to 50" in refused("mep_traces", seed=1, amplitudes=[51, 90])


def test_a_tensed_muscle_is_restless_before_the_pulse_and_a_resting_one_is_not() -> None:
    arguments = {"seed": 3, "amplitudes": [90, 20, 100, 70], "tensed": [3]}
    facts, root = facts_of("mep_traces", **arguments), svg_of("mep_traces", **arguments)
    assert (facts["tensed"], facts["reached"], facts["reached_at_rest"]) == ([3], 3, 2)
    before = []  # the range of each line up to 1 ms before the pulse
    for path in list(root.iter(f"{SVG}path"))[:4]:
        heights = [float(part) for part in re.findall(r"[\d.]+", path.get("d"))][1::2][:9]
        before.append(max(heights) - min(heights))
    # Two columns: the sweeps are drawn 1, 3, 2, 4.
    assert before[1] > 2 * max(before[0], before[2], before[3])


def test_refuses_to_tense_a_sweep_that_is_not_there() -> None:
    assert "no sweep 5" in refused("mep_traces", seed=3, amplitudes=[90, 20], tensed=[5])


TEN_HERTZ = {"label": "A", "frequency": 10, "train_seconds": 4, "gap_seconds": 26, "trains": 75}
SHORT_GAP = {**TEN_HERTZ, "gap_seconds": 11}
THETA = {"label": "C", "frequency": 5, "pulses_per_burst": 3, "train_seconds": 2, "gap_seconds": 8, "trains": 20}


@pytest.mark.parametrize(
    ("row", "per_train", "pulses", "minutes", "whole"),
    [
        (TEN_HERTZ, 40, 3000, 37.07, 37.5),  # 75 × 30 s = 2250 s, less 26
        (SHORT_GAP, 40, 3000, 18.57, 18.75),  # 75 × 15 s = 1125 s, less 11
        (THETA, 30, 600, 3.2, 3.33),  # 20 × 10 s = 200 s, less 8
    ],
)
def test_counts_pulses_and_minutes(row: dict, per_train: int, pulses: int, minutes: float, whole: float) -> None:
    assert facts_of("pulse_trains", rows=[row], seconds=2)["rows"] == [
        {
            "label": row["label"],
            "pulses_per_train": per_train,
            "pulses": pulses,
            "minutes": minutes,
            "minutes_with_last_gap": whole,
        }
    ]


def test_facts_of_a_single_row_can_be_held_against_a_key() -> None:
    one = {"label": "A", "frequency": 5, "train_seconds": 3, "gap_seconds": 5, "trains": 50}
    assert facts_of("pulse_trains", rows=[one], seconds=12)["pulses"] == 5 * 3 * 50
    assert "pulses" not in facts_of("pulse_trains", rows=[one, {**one, "label": "B"}], seconds=12)


def test_pulses_stand_where_time_says() -> None:
    root = svg_of("pulse_trains", rows=[THETA], seconds=1)
    pulses = [float(line.get("x1", "")) for line in root.iter(f"{SVG}line") if "f-cop" in line.get("class", "")]
    assert len(pulses) == 15
    # 408 units are one second: bursts every 200 ms, pulses in them every 20 ms.
    assert pulses[1] - pulses[0] == pytest.approx(408 * 0.02, abs=0.11)
    assert pulses[3] - pulses[0] == pytest.approx(408 * 0.2, abs=0.11)


def test_f3_lies_between_f7_and_fz_and_the_patients_left_is_on_the_left() -> None:
    sites = facts_of("scalp_from_above", sites=["F3", "F4", "F7", "Fz", "Cz"])["sites"]
    assert sites["F3"] == pytest.approx([(a + b) / 2 for a, b in zip(sites["F7"], sites["Fz"], strict=True)], abs=0.11)
    assert sites["F3"][0] < sites["Cz"][0] < sites["F4"][0]
    assert sites["F3"][1] < sites["Cz"][1]  # the nose is at the top


def test_marks_keep_their_distance_in_centimetres() -> None:
    marks = [
        {"at": {"site": "Cz", "front": 6}, "label": "A"},
        {"at": {"site": "Cz", "front": 3, "left": 4}, "label": "B"},
    ]
    assert facts_of("scalp_from_above", marks=marks)["cm_from_cz"] == {"A": 6.0, "B": 5.0}


def test_percent_along_the_tape_become_centimetres() -> None:
    marks = [{"percent": 50, "label": "A"}, {"percent": 30, "label": "B"}]
    facts = facts_of("scalp_profile", marks=marks, nasion_inion_cm=36)
    assert facts["cm_from_nasion"] == {"A": 18.0, "B": 10.8}


def test_a_tilted_coil_leaves_a_gap_at_its_centre() -> None:
    facts = facts_of("coil_on_head", coils=[{"label": "A", "tilt": 15}, {"label": "B", "gap_mm": 5}], view="edge")
    assert facts["A"]["gap_at_centre_mm"] == 2.8  # 78 / cos 15° − 78
    assert facts["B"]["gap_at_centre_mm"] == 5.0


def test_finds_where_console_and_order_differ() -> None:
    settings = [{"label": "Trains", "value": "75"}, {"label": "Intensity", "value": "120", "unit": "% MT"}]
    order = [
        {"label": "Trains", "text": "75"},
        {"label": "Intensity", "text": "110 % MT"},
        {"label": "Target", "text": "F3"},
    ]
    assert facts_of("console", settings=settings, order=order) == {
        "compared": ["Trains", "Intensity"],
        "different": ["Intensity"],
    }


def test_papers_know_their_empty_fields() -> None:
    rows = [{"label": "Date", "text": "2026-11-23"}, {"label": "Signed"}]
    assert facts_of("session_note", rows=rows) == facts_of("order_sheet", rows=rows) == {"empty": ["Signed"]}
    assert facts_of("device_log", columns=["Date", "Who"], widths=[1, 1], rows=[["x", "y"], ["x", ""]]) == {
        "rows_with_gaps": [2]
    }
    questions = [{"text": "One", "answer": "yes"}, {"text": "Two", "answer": "no"}, {"text": "Three"}]
    assert facts_of("screening_form", questions=questions) == {"yes": [1], "open": [3]}


def test_scores_are_held_against_their_lines() -> None:
    arguments = {"scale": "PHQ-9", "highest": 27, "lines": [{"value": 5, "label": "Below 5"}]}
    facts = facts_of("score_chart", scores=[20, 15, None, 8, 4], **arguments)
    assert facts == {"first": 20, "last": 4, "drop_percent": 80.0, "first_week_below": {"Below 5": 4}}
    assert "scores between 0 and 27" in refused("score_chart", scores=[20, 28], **arguments)


def test_the_week_of_the_first_response_depends_on_the_share_asked_for() -> None:
    # Half of 30 is 15, and 30 % less than 30 is 21: both limits count as reached when they are met.
    scores = [30, 29, None, 22, 21, 15, 24]
    arguments = {"scale": "Y-BOCS", "highest": 40, "scores": scores}
    weeks = [
        facts_of("score_chart", response_percent=percent, **arguments)["first_response_week"]
        for percent in (30, 50, 60)
    ]
    assert weeks == [4, 5, None]


def slot(column: int, start: str, end: str, text: str, **more: object) -> dict:
    return {"column": column, "start": start, "end": end, "text": text, **more}


def test_a_schedule_knows_overlaps_and_free_time() -> None:
    slots = [slot(1, "08:00", "09:00", "A"), slot(1, "08:30", "09:30", "B"), slot(2, "08:30", "09:00", "C")]
    slots += [slot(2, "09:00", "10:00", "Free", free=True)]
    facts = facts_of("schedule_grid", columns=["One", "Two"], start="08:00", end="10:00", slots=slots)
    assert facts == {"overlaps": [["A", "B"]], "free_minutes": {"One": 0, "Two": 90}}


def test_blocks_fit_into_unbroken_gaps_only() -> None:
    # Column 1 has gaps of 50, 75 and 30 minutes: 1, 2 and 0 blocks of 35. Column 2 has 4 hours: 6 blocks of 35.
    slots = [slot(1, "08:00", "08:55", "A"), slot(1, "09:45", "10:20", "B"), slot(1, "08:10", "08:50", "C")]
    slots += [slot(1, "11:35", "12:00", "D"), slot(1, "12:00", "12:30", "Free", free=True)]
    slots += [slot(2, "08:30", "12:30", "Free", free=True), slot(2, "08:00", "08:30", "E")]
    arguments = {"columns": ["One", "Two"], "start": "08:00", "end": "12:30", "slots": slots}
    assert facts_of("schedule_grid", block_minutes=35, **arguments)["blocks_that_fit"] == 3 + 6
    assert "blocks_that_fit" not in facts_of("schedule_grid", **arguments)


def test_gaps_between_events() -> None:
    events = [{"at": 0, "text": "A"}, {"at": 4, "text": "B"}, {"at": 10, "text": "C"}]
    assert facts_of("session_time_line", events=events, length=12) == {"times": [0, 4, 10], "gaps": [4, 6]}
    assert "order of time" in refused("session_time_line", events=events[::-1], length=12)


DAY = {"start": "08:00", "end": "09:00"}
LONG = "A very unfortunately long text"
WRONG = [
    ("nobody", {}, "there is no maker"),
    ("console", {"settings": [], "colour": "red"}, "colour"),
    ("console", {"settings": [{"label": "A"}]}, "settings.0.value"),
    ("scalp_from_above", {"sites": ["F33"]}, "not a known site"),
    ("device_log", {"columns": ["A"], "widths": [1], "rows": [["a", "b"]]}, "one cell per column"),
    ("schedule_grid", {**DAY, "columns": ["A"], "slots": [slot(2, "08:00", "09:00", "x")]}, "no column 2"),
    ("schedule_grid", {**DAY, "columns": list("ABCDE"), "slots": [slot(1, "08:00", "08:20", LONG)]}, "does not fit"),
]


@pytest.mark.parametrize(("maker", "arguments", "words"), WRONG)
def test_says_what_is_wrong_with_the_arguments(maker: str, arguments: dict, words: str) -> None:
    assert words in refused(maker, **arguments)


def test_words_may_not_leave_the_sheet_or_lie_on_each_other() -> None:
    with pytest.raises(DrawingError, match="do not fit their line"):
        Canvas("A").text((300, 20), "These are far too many words")
    canvas = Canvas("A")
    canvas.text((10, 20), "One")
    canvas.text((20, 24), "Two")
    with pytest.raises(DrawingError, match="lie on each other"):
        canvas.finish(100, {})
