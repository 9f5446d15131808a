"""The glossary, the bibliography and the search: what they show, what they never show, and what it costs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains
from wagtail.models import Page, PageViewRestriction

from content.models import ArticlePage, HomePage, PrivacyPage, Source, Term
from courses.models import CoursePage, Enrolment, LessonPage, ModulePage, Programme
from tests.conftest import make_programme
from tests.factories.courses import make_course
from tests.factories.exams import item_material, make_exam

pytestmark = pytest.mark.django_db

PAGES = ["/glossary/", "/bibliography/", "/search/?q=pulse"]


@pytest.fixture(scope="module")
def pages(standing: None) -> None:
    make_course(make_programme(), lessons=(2, 1))


@pytest.fixture
def programme(pages: None, db: None) -> Programme:
    """The programme whose pages stand for all tests here."""
    return Programme.objects.get()


@pytest.fixture
def course(enrolment: Enrolment) -> CoursePage:
    return enrolment.programme.course_page


@pytest.fixture
def work() -> Source:
    return Source.objects.create(
        key="huang-2005", citation="Huang YZ. Theta burst.", url="https://doi.org/10.1/x", read="abstract"
    )


@pytest.fixture
def word(work: Source) -> Term:
    term = Term.objects.create(
        key="mso",
        name="MSO",
        also=["maximum stimulator output"],
        definition="How far <this> is turned up.",
        lesson_code="M01-02",
    )
    term.sources.add(work)
    return term


def cite(code: str, source: Source) -> LessonPage:
    """Let a lesson cite a work."""
    lesson = LessonPage.objects.get(code=code)
    lesson.sources = [source]
    lesson.save_revision().publish()
    return lesson


def results(client: Client, query: str) -> str:
    """What a search shows between its form and the footer."""
    page = client.get("/search/", {"q": query})
    assert page.status_code == 200
    return page.content.decode().partition("</form>")[2].partition("<footer")[0]


def finds(client: Client, query: str) -> bool:
    return '<li class="hit">' in results(client, query)


def test_the_glossary_shows_a_word_with_its_lesson_and_source(client: Client, course: CoursePage, word: Term) -> None:
    page = client.get("/glossary/")
    assertContains(page, 'id="mso"')
    assertContains(page, "also maximum stimulator output")
    assertContains(page, "How far &lt;this&gt; is turned up.")
    assertContains(page, '<a href="/tms-technician/m01/m01-02/">M01-02 Lesson M01-02</a>', html=True)
    assertContains(page, '<a href="/bibliography/#huang-2005">huang-2005</a>', html=True)


def test_words_stand_by_the_alphabet_whatever_their_capitals(client: Client) -> None:
    for name in ("sham", "Émile", "F3", "510(k)", "Drift"):
        Term.objects.create(key=name.strip("()É").lower().replace("(", ""), name=name, definition="A word.")
    page = client.get("/glossary/").content.decode()
    places = [page.index(f"<dt>{name}") for name in ("510(k)", "Drift", "Émile", "F3", "sham")]
    assert places == sorted(places)
    assert 'href="#letter-e"' in page


def test_the_glossary_is_narrowed_by_a_get_form(client: Client, word: Term) -> None:
    Term.objects.create(key="sham", name="Sham", definition="Almost no field.")
    page = client.get("/glossary/", {"q": "STIMULATOR"})
    assertContains(page, "1 of 2 words")
    assertContains(page, 'id="mso"')
    assertNotContains(page, 'id="sham"')
    assertContains(client.get("/glossary/", {"q": "zzz"}), "No word fits.")
    assertContains(client.get("/glossary/", {"q": "a&b"}), 'href="/search/?q=a%26b"')


def test_pages_without_any_material_say_so(client: Client) -> None:
    assertContains(client.get("/glossary/"), "There are no words yet.")
    assertContains(client.get("/bibliography/"), "Nothing is cited yet.")


def test_the_bibliography_shows_what_was_read_and_who_cites_it(
    client: Client, course: CoursePage, work: Source, word: Term
) -> None:
    cite("M02-01", work)
    page = client.get("/bibliography/")
    assertContains(page, 'id="huang-2005"')
    assertContains(page, "Read: abstract.")
    assertContains(page, 'href="https://doi.org/10.1/x"')
    assertContains(page, '<a href="/tms-technician/m02/m02-01/">M02-01 Lesson M02-01</a>', html=True)
    assertContains(page, '<a href="/glossary/#mso">MSO</a>', html=True)
    Source.objects.update(read="none")
    assertContains(client.get("/bibliography/"), "Not read: cited from knowledge.")


def test_a_work_that_only_exam_items_cite_stays_out(client: Client, course: CoursePage, work: Source) -> None:
    make_exam(2, items=[item_material("D1-900", sources=["huang-2005"])])
    assertNotContains(client.get("/bibliography/"), "Huang")
    assert not finds(client, "Huang")


@pytest.mark.parametrize("level", ["lesson", "module", "course"])
def test_lessons_that_are_not_public_are_not_named(
    client: Client, course: CoursePage, work: Source, word: Term, level: str
) -> None:
    lesson = cite("M01-02", work)
    assertContains(client.get("/bibliography/"), "Lesson M01-02")
    levels = {"lesson": lesson, "module": lesson.get_parent(), "course": course}
    Page.objects.get(pk=levels[level].pk).specific.unpublish()
    for address in ("/bibliography/", "/glossary/"):
        assertNotContains(client.get(address), "Lesson M01-02")


def test_the_search_finds_each_kind_of_public_page(
    client: Client, course: CoursePage, word: Term, work: Source
) -> None:
    HomePage.objects.update(lead="Beginning xylophone.")
    PrivacyPage.objects.update(lead="Balafon.")
    CoursePage.objects.update(summary="<p>All about <b>marimbas</b>.</p>")
    ModulePage.objects.filter(code="M02").update(summary="<p>Glockenspiel.</p>")
    text = {"type": "text", "value": "<p>A vibraphone has bars.</p>"}
    HomePage.objects.get().add_child(instance=ArticlePage(title="News", slug="news", body=json.dumps([text])))
    for query, address in {
        "xylophone": "/",
        "balafon": PrivacyPage.objects.get().address,
        "marimba": "/tms-technician/",
        "glocken": "/tms-technician/#m02",
        "vibraphone": "/news/",
        "maximum output": "/glossary/#mso",
        "huang": "/bibliography/#huang-2005",
    }.items():
        assert f'href="{address}"' in results(client, query), query
    assert "<mark>vibraphone</mark>" in results(client, "VIBRAPHONE")
    assertContains(client.get("/tms-technician/"), 'id="m02"')


def test_a_word_by_its_own_name_comes_first(client: Client, course: CoursePage, word: Term) -> None:
    Term.objects.create(key="amt", name="A maximum stimulator output of some kind", definition="Other.")
    found = results(client, "maximum stimulator output")
    assert found.index("#mso") < found.index("#amt")


def test_the_search_finds_nothing_that_is_private(
    client: Client, course: CoursePage, enrolment: Enrolment, word: Term
) -> None:
    make_exam(2, items=[item_material("D1-900", stem="What does a zither weigh?", rationale="Because of dulcimers.")])
    enrolment.person.full_name = "Ada Balalaika"
    enrolment.person.save()
    draft = HomePage.objects.get().add_child(instance=ArticlePage(title="Mandolin", slug="mandolin", live=False))
    assert "CANARY-BODY" in str(LessonPage.objects.get(code="M01-01").body)
    assert not draft.live
    for query in ("CANARY", "CANARY-BODY", "zither", "dulcimers", "Balalaika", "ada.trainee", "mandolin", "D1-900"):
        assert not finds(client, query), query
        assert not finds(Client(), query)
    client.force_login(enrolment.person)
    assert not finds(client, "CANARY-BODY")


def test_a_page_that_is_withdrawn_or_closed_is_not_found(client: Client, course: CoursePage) -> None:
    article = HomePage.objects.get().add_child(instance=ArticlePage(title="Mandolin", slug="mandolin"))
    article.add_child(instance=ArticlePage(title="Ukulele", slug="ukulele"))
    assert finds(client, "mandolin")
    assert finds(client, "ukulele")
    restriction = PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    assert not finds(client, "mandolin")
    assert not finds(client, "ukulele")
    restriction.delete()
    article.unpublish()
    assert not finds(client, "mandolin")
    assert finds(client, "module 1")
    course.unpublish()
    assert not finds(client, "module 1")


def test_pages_of_another_tree_are_not_found(client: Client) -> None:
    other = Page.objects.get(depth=1).add_child(instance=HomePage(title="Elsewhere", slug="other"))
    other.add_child(instance=ArticlePage(title="Elsewhere too", slug="elsewhere"))
    assert not finds(client, "elsewhere")


def test_the_search_helps_before_and_after(client: Client) -> None:
    assertContains(client.get("/search/"), "Type one or more words.")
    nothing = results(client, "<zzz>")
    assert "&lt;zzz&gt;" in nothing
    assert 'href="/glossary/"' in nothing
    assert 'href="/bibliography/"' in nothing
    assert client.get("/search/", {"q": "\x00 \ud7ff" + "x" * 5000}).status_code == 200


def test_many_hits_are_cut_and_counted(client: Client) -> None:
    for number in range(60):
        Term.objects.create(key=f"w{number}", name=f"Word {number}", definition="Alike.")
    found = results(client, "alike")
    assert found.count('<li class="hit">') == 50
    assert "60 results" in found


@pytest.mark.parametrize("address", PAGES)
def test_they_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_every_page_leads_to_them(client: Client) -> None:
    page = client.get("/")
    for address in ("/glossary/", "/bibliography/", "/search/"):
        assertContains(page, f'href="{address}"')


# Each: site, restrictions, courses, modules, lessons, words and their sources; then works and who cites them (not
# for the glossary), for the search also home page, articles and privacy page.
QUERIES = [("/glossary/", 7), ("/bibliography/", 9), ("/search/?q=word", 14)]


@pytest.mark.parametrize(("address", "queries"), QUERIES)
def test_they_cost_the_same_for_few_and_for_many(
    client: Client,
    course: CoursePage,
    word: Term,
    django_assert_num_queries: Callable[..., Any],
    address: str,
    queries: int,
) -> None:
    cite("M01-01", word.sources.get())
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    for number in range(20):
        source = Source.objects.create(key=f"s{number}", citation=f"Work {number}.")
        Term.objects.create(key=f"w{number}", name=f"Word {number}", definition="Alike.").sources.add(source)
        HomePage.objects.get().add_child(instance=ArticlePage(title=f"Word {number}", slug=f"a{number}"))
        cite("M01-01", source)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
