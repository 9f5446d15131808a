"""A small material folder that is right in every way, for tests to spoil in one place."""

from functools import cache
from pathlib import Path

from content.reader import Material, read_material

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "material"

SOURCES = """\
- key: barker-1985
  citation: Barker AT, Jalinous R, Freeston IL. Lancet 1985;325:1106-1107.
  read: none
"""
GLOSSARY = """\
- key: mso
  term: MSO
  also: [maximum stimulator output]
  definition: How far the stimulator is turned up.
  sources: [barker-1985]
  lesson: M01-01
- key: sheffield
  term: Sheffield
  definition: A town.
  sources: [barker-1985]
"""
COURSE = """\
code: tms-technician
title: TMS technician
summary: What a technician needs to know.
curriculum_version: "2026.1"
modules: [m01-history, m02-physics]
"""
MODULE = """\
code: {code}
title: {title}
area: history
content_areas: [D1]
summary: A short one.
objectives: [Recall one thing]
prerequisites: [{prerequisites}]
review_status: unreviewed
verified_on: 2026-11-21
review_by: 2027-11-21
"""
LESSON = """\
---
code: {code}
title: What a pulse is
minutes: 12
sources: [barker-1985]
verified_on: 2026-11-21
review_by: 2027-11-21
---
## A coil and a current

Some **plain** text with a [link](https://example.org).

```fact
text: The first painless stimulation was reported in 1985.
sources: [barker-1985]
certainty: established
```

| Year | What |
| --- | --- |
| 1985 | *Sheffield* |

### Closer

- one
- two

```callout
kind: safety
title: The coil touches the scalp
text: It always does.
```
```figure
file: figures/coil.svg
alt: Two loops side by side.
caption: A coil from above.
```
```steps
title: Finding the vertex
steps:
  - text: Measure.
    why: To know.
  - text: Mark.
```
```case
title: Three hours of sleep
text: A story.
question: What do you do?
answer: Call.
```
```question
stem: Which one?
type: single_choice
options:
  - text: This
    correct: true
    reason: Because.
  - text: That
    reason: Because not.
```
```question
stem: How much is 52 × 1.2?
type: numeric
answer: "62.4"
tolerance: "0.1"
unit: "% MSO"
reason: Multiply.
```
```summary
points: [One thing to keep.]
```
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Coil</title><circle r="1"/></svg>'
ITEMS = """\
- code: D1-001
  content_area: D1
  level: recall
  type: single_choice
  stem: Who?
  options:
    - {id: a, text: One, reason: Yes.}
    - {id: b, text: Two, reason: No.}
    - {id: c, text: Three, reason: No.}
    - {id: d, text: Four, reason: No.}
  key: [a]
  scoring: match_correct
  fixed_order: false
  rationale: So it is.
  sources: [barker-1985]
  enemies: []
  review_status: unreviewed
  verified_on: 2026-11-21
  review_by: 2027-11-21
- code: D1-002
  content_area: D1
  level: apply
  type: numeric
  stem: How much?
  key: {value: "56.4", tolerance: "0.1", unit: "% MSO"}
  scoring: tolerance_absolute
  fixed_order: false
  rationale: So it is.
  sources: [barker-1985]
  enemies: []
  review_status: unreviewed
  verified_on: 2026-11-21
  review_by: 2027-11-21
"""
BLUEPRINT = """\
code: written
title: Written exam
version: 1
minutes: 75
pretest_count: 1
content_areas:
  - {code: D1, title: History, scored: 1}
cut_score: {raw: 1, method: provisional, note: A guess.}
honour_statement: I do this alone.
"""
EXAM_FORM = """\
code: written-A
programme: tms-technician
blueprint: written
version: 1
items:
  - {item: D1-001, section: scored}
  - {item: D1-002, section: pretest}
"""
PRACTICAL = """\
code: practical
title: Practical
version: 1
programme: tms-technician
entrustment_levels:
  - {level: 1, label: Observes, anchor: Watches.}
  - {level: 2, label: Acts, anchor: Does.}
passing_level: 2
quick_phrases: [Calm]
stations:
  - code: P01
    title: Identity
    task: Check.
    setting: A room.
    minutes: 10
    physician_required: false
    criteria:
      - {code: P01-1, text: Uses two identifiers, critical: false}
    critical_failures:
      - {code: P01-C1, text: Treats the wrong patient}
    sources: [barker-1985]
"""

M01 = "courses/tms-technician/m01-history"
M02 = "courses/tms-technician/m02-physics"
FIRST_LESSON = f"{M01}/01-what-a-pulse-is.md"

FILES = {
    "sources.yaml": SOURCES,
    "glossary.yaml": GLOSSARY,
    "courses/tms-technician/course.yaml": COURSE,
    f"{M01}/module.yaml": MODULE.format(code="M01", title="History", prerequisites=""),
    FIRST_LESSON: LESSON.format(code="M01-01"),
    f"{M01}/02-and-another.md": LESSON.format(code="M01-02"),
    f"{M01}/figures/coil.svg": SVG,
    f"{M02}/module.yaml": MODULE.format(code="M02", title="Physics", prerequisites="M01"),
    f"{M02}/01-a-third.md": LESSON.format(code="M02-01"),
    f"{M02}/figures/coil.svg": SVG,
    "items/d1-history.yaml": ITEMS,
    "blueprints/written.yaml": BLUEPRINT,
    "exam_forms/written-a.yaml": EXAM_FORM,
    "practicals/practical.yaml": PRACTICAL,
}


@cache
def shipped_material() -> Material:
    """Read the material that ships, once: it takes seconds."""
    return read_material(SHIPPED)


def write_material(root: Path) -> Path:
    """Write the folder and return it."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def spoil(root: Path, name: str, old: str, new: str) -> None:
    """Replace the first `old` of one file by `new`; the text must be there."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} does not stand in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
