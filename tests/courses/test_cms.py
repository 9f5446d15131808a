"""The other roads to a lesson: editor, preview, search, history, copies. Only editors may walk them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from content.models import Source, Term
from courses.models import Enrolment, LessonPage
from lms.accounts.models import User
from tests.factories.courses import make_course

ClientFor = Callable[[User], Client]


@pytest.fixture
def lesson(enrolment: Enrolment) -> LessonPage:
    make_course(enrolment.programme, lessons=(1,))
    return LessonPage.objects.get()


def roads(lesson: LessonPage) -> list[str]:
    revision = lesson.latest_revision_id
    return [
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]),
        reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]),
        reverse("wagtailadmin_pages:preview_on_edit", args=[lesson.pk]),
        reverse("wagtailadmin_pages:history", args=[lesson.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[lesson.pk, revision]),
        reverse("wagtailadmin_pages:revisions_compare", args=[lesson.pk, "earliest", revision]),
        reverse("wagtailadmin_pages:copy", args=[lesson.pk]),
        reverse("wagtailadmin_pages:search") + "?q=CANARY",
        reverse("wagtailadmin_choose_page"),
    ]


@pytest.mark.parametrize("who", ["trainee", "instructor", "item_author", "exam_admin", "registrar"])
def test_nobody_but_editors_reaches_a_lesson_through_the_cms(
    lesson: LessonPage, who: str, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))
    for road in roads(lesson):
        page = client.get(road)
        assert page.status_code in {302, 403}, road
        assert b"CANARY-BODY" not in page.content


def test_strangers_do_not_either(lesson: LessonPage) -> None:
    assert {Client().get(road).status_code for road in roads(lesson)} == {302}


def test_an_editor_edits_and_previews(lesson: LessonPage, editor: User, client_for: ClientFor) -> None:
    client = client_for(editor)
    for road in roads(lesson):
        assert client.get(road).status_code == 200, road
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]))
    assert b"CANARY-BODY" in draft.content


def test_an_editor_looks_after_sources_files_and_the_organisation(editor: User, client_for: ClientFor) -> None:
    client = client_for(editor)
    source = Source.objects.create(key="x-2000", citation="X.")
    for road in (
        reverse("wagtailsnippets_content_source:edit", args=[source.pk]),
        reverse("wagtailsnippets_content_figure:list"),
        reverse("wagtailsnippets_content_recording:add"),
    ):
        assert client.get(road).status_code == 200, road
    word = {"key": "mso", "name": "MSO", "also": '["percent"]', "definition": "How far it is turned up."}
    road = reverse("wagtailsnippets_content_term:add")
    assert client.post(road, {**word, "also": '"percent"'}).status_code == 200
    assert not Term.objects.exists()
    assert client.post(road, word).status_code == 302
    assert Term.objects.get().names == ("MSO", "percent")
    settings = client.get(reverse("wagtailsettings:edit", args=["content", "organisationsettings"]), follow=True)
    assert settings.status_code == 200


@pytest.mark.django_db
def test_lesson_bodies_stay_out_of_the_search_index() -> None:
    indexed = {field.field_name for field in LessonPage.get_search_fields()}
    assert "body" not in indexed
