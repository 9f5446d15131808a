"""Loading course material into rows and pages."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.models import Figure, Source, Term
from content.reader import read_material
from courses.loading import LoadReport, load_courses
from courses.models import CoursePage, LessonPage, ModulePage, Programme, outline_of
from courses.rendering import render_body
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.material import FIRST_LESSON, M01, SVG, spoil, write_material

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_material(tmp_path)


def load(folder: Path) -> LoadReport:
    return load_courses(read_material(folder))


def test_makes_the_programme_its_pages_sources_and_figures(folder: Path) -> None:
    report = load(folder)
    course = CoursePage.objects.get()
    modules = outline_of(Programme.objects.get(code="tms-technician"))
    assert course.address == "/tms-technician/"
    assert [[lesson.code for lesson in module.lessons] for module in modules] == [["M01-01", "M01-02"], ["M02-01"]]
    assert (Source.objects.count(), Figure.objects.count()) == (1, 2)
    assert report.did_something
    assert not report.left


def test_a_second_run_changes_nothing(folder: Path) -> None:
    load(folder)
    revisions = list(LessonPage.objects.values_list("latest_revision_id", flat=True))
    report = load(folder)
    assert not report.did_something
    assert list(LessonPage.objects.values_list("latest_revision_id", flat=True)) == revisions


def test_a_lesson_shows_every_kind_of_block(folder: Path) -> None:
    load(folder)
    html = render_body(LessonPage.objects.get(code="M01-01"))
    figure = Figure.objects.get(key=f"{M01}/figures/coil.svg")
    for part in (
        '<h2 id="a-coil-and-a-current">A coil and a current</h2>',
        "Some <strong>plain</strong> text",
        "<em>Sheffield</em>",
        "The first painless stimulation",
        'class="callout__kind">Safety',
        f'src="/course-files/{figure.digest}/" alt="Two loops side by side."',
        "Finding the vertex",
        "Show an answer",
        "Check answer",
        'inputmode="decimal"',
        "One thing to keep.",
        'id="source-barker-1985"',
    ):
        assert part in html


def test_a_lesson_keeps_numbers_and_units_on_one_line(folder: Path) -> None:
    spoil(folder, FIRST_LESSON, "Some **plain** text", "At 120 % and 10 Hz, some **plain** text")
    load(folder)
    html = render_body(LessonPage.objects.get(code="M01-01"))
    assert "At 120\u00a0% and 10\u00a0Hz, some" in html


def test_a_changed_file_changes_its_page_only(folder: Path) -> None:
    load(folder)
    spoil(folder, FIRST_LESSON, "title: What a pulse is", "title: What one pulse is")
    report = load(folder)
    assert (report.created, report.changed) == ([], [FIRST_LESSON])
    assert LessonPage.objects.get(code="M01-01").title == "What one pulse is"


def test_a_changed_figure_gets_another_address(folder: Path) -> None:
    load(folder)
    before = Figure.objects.get(key=f"{M01}/figures/coil.svg").digest
    (folder / M01 / "figures" / "coil.svg").write_text(SVG.replace('r="1"', 'r="2"'))
    assert load(folder).changed == [f"file {M01}/figures/coil.svg"]
    assert Figure.objects.get(key=f"{M01}/figures/coil.svg").digest != before


def test_a_lesson_edited_in_the_cms_is_left_alone_and_reported(folder: Path) -> None:
    load(folder)
    lesson = LessonPage.objects.get(code="M01-01")
    lesson.title = "Edited by hand"
    lesson.save_revision().publish()
    spoil(folder, FIRST_LESSON, "title: What a pulse is", "title: From the file")
    assert load(folder).left == [f"{FIRST_LESSON}: edited in the CMS since the last load"]
    assert LessonPage.objects.get(code="M01-01").title == "Edited by hand"


def test_an_edited_lesson_is_reported_whether_its_file_changed_or_not(folder: Path) -> None:
    load(folder)
    LessonPage.objects.get(code="M01-01").save_revision().publish()
    assert load(folder).left == [f"{FIRST_LESSON}: edited in the CMS since the last load"]


def test_a_draft_by_an_editor_is_left_alone_too(folder: Path) -> None:
    load(folder)
    lesson = LessonPage.objects.get(code="M01-01")
    lesson.title = "A draft"
    lesson.save_revision()
    spoil(folder, FIRST_LESSON, "title: What a pulse is", "title: From the file")
    assert load(folder).left


def test_an_edited_source_is_left_alone(folder: Path) -> None:
    load(folder)
    Source.objects.update(citation="Edited.")
    spoil(folder, "sources.yaml", "read: none", "read: full")
    assert load(folder).left == ["source barker-1985: edited in the CMS since the last load"]
    assert Source.objects.get().citation == "Edited."


def test_words_are_loaded_with_their_sources_and_lesson(folder: Path) -> None:
    load(folder)
    term = Term.objects.get(key="mso")
    assert (term.name, term.also, term.lesson_code) == ("MSO", ["maximum stimulator output"], "M01-01")
    assert [source.key for source in term.sources.all()] == ["barker-1985"]


def test_a_changed_word_is_changed_and_nothing_else(folder: Path) -> None:
    load(folder)
    spoil(folder, "glossary.yaml", "A town.", "A town in England.")
    report = load(folder)
    assert (report.created, report.changed, report.left) == ([], ["term sheffield"], [])
    assert Term.objects.get(key="sheffield").definition == "A town in England."


def test_an_edited_word_is_left_alone(folder: Path) -> None:
    load(folder)
    Term.objects.filter(key="sheffield").update(definition="Edited.")
    assert not load(folder).did_something
    spoil(folder, "glossary.yaml", "A town.", "A town in England.")
    assert load(folder).left == ["term sheffield: edited in the CMS since the last load"]
    assert Term.objects.get(key="sheffield").definition == "Edited."


def test_a_word_that_left_the_file_is_reported_and_kept(folder: Path) -> None:
    Term.objects.create(key="ours", name="Ours", definition="Made in the CMS.")
    load(folder)
    file = folder / "glossary.yaml"
    file.write_text(file.read_text().partition("- key: sheffield")[0])
    assert load(folder).left == ["term sheffield: no longer in the file, still in the glossary"]
    assert Term.objects.filter(key__in=["sheffield", "ours"]).count() == 2


def test_a_lesson_lists_the_words_that_it_teaches_or_uses(folder: Path) -> None:
    load(folder)
    html = render_body(LessonPage.objects.get(code="M01-01"))
    assert "Words in this lesson (2)" in html
    assert '<a href="/glossary/#mso">MSO</a>' in html
    assert '<a href="/glossary/#sheffield">Sheffield</a>' in html
    assert 'href="/bibliography/"' in html


def test_lessons_follow_the_order_of_the_files(folder: Path) -> None:
    load(folder)
    first, second = folder / M01 / "01-what-a-pulse-is.md", folder / M01 / "02-and-another.md"
    first.rename(folder / M01 / "02-what-a-pulse-is.md")
    second.rename(folder / M01 / "01-and-another.md")
    load(folder)
    modules = outline_of(Programme.objects.get())
    assert [lesson.code for lesson in modules[0].lessons] == ["M01-02", "M01-01"]


def test_modules_follow_the_order_of_the_course(folder: Path) -> None:
    load(folder)
    spoil(folder, "courses/tms-technician/course.yaml", "[m01-history, m02-physics]", "[m02-physics, m01-history]")
    load(folder)
    assert [module.code for module in outline_of(Programme.objects.get())] == ["M02", "M01"]


def test_a_lesson_whose_file_is_gone_is_reported_and_kept(folder: Path) -> None:
    load(folder)
    (folder / M01 / "02-and-another.md").unlink()
    assert load(folder).left == [f"{M01}/02-and-another.md: the file is gone, its page is still there"]
    assert LessonPage.objects.filter(code="M01-02").live().exists()


def test_prerequisites_reach_the_page(folder: Path) -> None:
    load(folder)
    assert ModulePage.objects.get(code="M02").prerequisites == ["M01"]


def test_the_command_records_one_event_and_none_without_a_change(folder: Path) -> None:
    call_command("load_material", folder)
    call_command("load_material", folder)
    assert Event.objects.filter(verb=Verb.MATERIAL_LOADED).count() == 1


def test_the_command_loads_nothing_from_faulty_material(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "sources.yaml", "read: none", "read: maybe")
    spoil(folder, FIRST_LESSON, "minutes: 12", "minutes: many")
    with pytest.raises(CommandError) as failed:
        call_command("load_material", folder)
    told = capsys.readouterr().err
    assert failed.value.returncode == 1
    assert "sources.yaml:3: " in told
    assert f"{FIRST_LESSON}:4: " in told
    assert not CoursePage.objects.exists()
    assert not Source.objects.exists()
