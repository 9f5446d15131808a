"""Everything that a pack holds, by the name of its file."""

import re
from collections.abc import Callable

from django.template.loader import render_to_string

from exams.analysis_reading import read_analysis
from exams.analysis_tables import form_table, item_table
from exams.models import Exam, ExamForm, FormAnalysis, FormKind
from exams.rendering import render_analysis
from exams.rules.year_report import COLUMNS, FEWEST, measures
from exams.table_files import csv_of
from exams.year_pack import gaps, records
from exams.year_pack.files import as_json
from exams.year_pack.gaps import Gap
from exams.year_report import years_of

README = "README.md"
UNDEFINED = "undefined.csv"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

Analyse = Callable[[ExamForm], FormAnalysis]


def files_of(exam: Exam, year: int, *, analyse: Analyse, issuer: str) -> dict[str, bytes]:
    """Return the files; `analyse` gives the analysis of a form over the year."""
    span = records.Span(year)
    files, missing = _programme(exam, year)
    for part, said in (_forms(exam, span, analyse, issuer), _decisions(exam, span)):
        files |= part
        missing += said
    files[UNDEFINED] = csv_of([gaps.COLUMNS, *sorted(missing)])
    facts = {"exam": exam, "year": year, "issuer": issuer, "names": sorted(files), "fewest": FEWEST}
    files[README] = render_to_string("exams/print/evidence.md", facts).encode()
    return files


def _programme(exam: Exam, year: int) -> tuple[dict[str, bytes], list[Gap]]:
    file = "programme.csv"
    rows = [row for found in years_of(exam) if found.year == year for row in measures(found)]
    missing: list[Gap] = []
    if not rows:
        missing.append((file, "all", "no_results", "No result of the year is out."))
    for _, measure, area, n, value, _ in rows:
        if value == "":
            name = f"{measure} {area}".strip()
            code, words = ("too_few", f"Hidden: it would tell about fewer than {FEWEST} persons.")
            missing.append((file, name, *((code, words) if n else ("nobody", "There was nobody to count."))))
    return {file: csv_of([COLUMNS, *rows])}, missing


def _forms(exam: Exam, span: records.Span, analyse: Analyse, issuer: str) -> tuple[dict[str, bytes], list[Gap]]:
    files: dict[str, bytes] = {}
    missing: list[Gap] = []
    single = 0
    for form in records.forms_given(exam, span):
        if form.kind == FormKind.PER_ATTEMPT:
            single += 1
            continue
        folder = f"forms/{_name(form)}"
        analysis = analyse(form)
        if analysis.persons < FEWEST:
            words = f"Fewer than {FEWEST} first attempts: the figures would tell about single persons."
            missing.append((folder, "analysis", "too_few", words))
            continue
        files[f"{folder}/analysis.pdf"] = render_analysis(read_analysis(analysis), issuer=issuer)
        files[f"{folder}/form.csv"] = csv_of(form_table(analysis))
        files[f"{folder}/items.csv"] = csv_of(item_table(analysis))
        missing += gaps.gaps_of(folder, analysis.figures)
    if single:
        words = f"{single} forms were made for one attempt each; a form that one person took has no analysis."
        missing.append(("forms", "forms made for one attempt", "one_person", words))
    return files, missing


def _name(found: object) -> str:
    """Return a name for a file: "written-a version 2" is `written-a-version-2`."""
    return UNSAFE.sub("-", str(found)).strip("-.")


def _decisions(exam: Exam, span: records.Span) -> tuple[dict[str, bytes], list[Gap]]:
    blueprints = records.blueprints_of(exam, span)
    files = {f"blueprints/{_name(each)}.json": as_json(records.blueprint_record(each)) for each in blueprints}
    panels = records.panel_records(exam, span)
    files |= {f"panels/panel-{number}.json": as_json(panel) for number, panel in enumerate(panels, start=1)}
    appeals, few_appeals = records.appeals(exam, span)
    marking, few_marks = records.marking(exam, span)
    files |= {
        "rules/policy.json": as_json(records.policy_record(exam)),
        "rules/policy-changes.csv": csv_of(records.policy_changes(exam, span)),
        "rules/cut-scores.json": as_json(records.cut_records(blueprints)),
        "key-changes.csv": csv_of(records.key_changes(exam, span)),
        "appeals.csv": csv_of(appeals),
        "rater-agreement.json": as_json(marking),
    }
    missing = [*few_appeals, *few_marks, *records.policy_gaps(exam, span)]
    if not panels:
        missing.append(
            ("panels", "panels", "none", "No panel on a form of this exam was opened by the end of the year.")
        )
    return files, missing
