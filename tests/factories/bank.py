"""Items with figures and of the newer types, as plain dictionaries of the material files."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><title>Head</title>'
    '<circle cx="50" cy="40" r="9"/></svg>'
)
FIGURE = {"file": "figures/head.svg", "alt": "A head from above with four marked points."}


def _item(code: str, **fields: Any) -> dict[str, Any]:
    return {
        "code": code,
        "content_area": "D1",
        "level": "apply",
        "stem": "What now?",
        "fixed_order": False,
        "rationale": "So it is.",
        "sources": ["barker-1985"],
        "enemies": [],
        "review_status": "unreviewed",
        "verified_on": date(2026, 11, 21),
        "review_by": date(2027, 11, 21),
        **fields,
    }


def options(*texts: str) -> list[dict[str, str]]:
    return [{"id": id, "text": text, "reason": "So."} for id, text in zip("abcdefgh", texts, strict=False)]


ORDERING = _item(
    "D1-101",
    type="ordering",
    options=options("Record the threshold", "Mark the vertex", "Search the hotspot"),
    key=["b", "c", "a"],
    scoring="concordant_pairs",
)
MATCHING = _item(
    "D1-102",
    type="matching",
    prompts=[{"id": "1", "text": "Chooses the dose"}, {"id": "2", "text": "Holds the coil"}],
    options=options("Technician", "Billing office", "Physician"),
    key={"1": "c", "2": "a"},
    scoring="per_pair",
)
HOTSPOT = _item(
    "D1-103",
    type="hotspot",
    figure=FIGURE,
    regions=[
        {"id": "a", "label": "Point 1", "x": 50, "y": 40},
        {"id": "b", "label": "Point 2", "x": 90, "y": 40},
        {"id": "c", "label": "Point 3", "x": 130, "y": 40},
        {"id": "d", "label": "Point 4", "x": 170, "y": 40},
    ],
    key={
        "areas": [
            {"shape": "circle", "x": 50, "y": 40, "radius": 10, "score": "1"},
            {"shape": "rect", "x": 30, "y": 20, "width": 40, "height": 40, "score": "0.5"},
            {"shape": "polygon", "points": [[0, 0], [20, 0], [10.5, 9]], "score": "0.25"},
        ]
    },
    scoring="nested_best",
)
PICTURE = _item(
    "D1-104",
    type="single_choice",
    figure={**FIGURE, "caption": "A coil on a head."},
    options=options("Too far back", "Too far in front", "Tilted", "Off the scalp"),
    key=["a"],
    scoring="match_correct",
)

SHORT_TEXT = _item(
    "D1-105",
    type="short_text",
    stem="Which muscle is watched for the motor threshold? Its name or the abbreviation.",
    key={"texts": ["abductor pollicis brevis", "APB"]},
    scoring="normalised_equal",
)
ESSAY = _item(
    "D1-106",
    type="essay",
    stem="A patient faints after a train. What do you do, and what do you write down?",
    key={
        "guidance": "Names who is told, and what is written.",
        "criteria": [
            {"id": "a", "text": "Stops the train and stays with the patient", "points": "2"},
            {"id": "b", "text": "Says who is told", "points": "1"},
            {"id": "c", "text": "Says what is written down", "points": "2"},
        ],
    },
    scoring="manual",
    words=60,
)
UNIT = _item(
    "D1-107",
    type="numeric",
    stem="How strong is the field under the coil? With its unit.",
    key={"value": "1.5", "tolerance": "0.1", "unit": "T"},
    scoring="unit",
    scoring_parameters={"factors": {"T": "1", "mT": "0.001"}, "decimal_comma": True},
)


def write_items(folder: Path, *items: dict[str, Any]) -> None:
    """Write items to a file of their own in `folder`, with the drawing when one shows it."""
    path = folder / "items" / "extra.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.safe_dump([deepcopy(item) for item in items], sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    if any("figure" in item for item in items):
        (path.parent / "figures").mkdir(exist_ok=True)
        (path.parent / "figures" / "head.svg").write_text(HEAD, encoding="utf-8")
