"""What editors do to pages in the CMS leaves an event of ours, with the person who did it."""

import importlib
import json
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from certificates.watching import CONFIRM_WITHIN, KEPT_AFTER_REVOCATION
from content.models import ArticlePage, HomePage, OrganisationSettings, PrivacyPage
from courses.models import Enrolment, LessonPage
from exams.actions import presence
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.actions import first_fault
from lms.audit.models import Event
from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture
def article() -> ArticlePage:
    """A page that nobody has published in the CMS yet."""
    page = ArticlePage(title="About us", slug="about", live=False)
    HomePage.objects.get().add_child(instance=page)
    page.save_revision()
    return page


def events(page: Page) -> list[tuple[str, str]]:
    found = Event.objects.filter(target_type="wagtailcore.page", target_id=str(page.pk)).order_by("sequence")
    return list(found.values_list("verb", "actor"))


def publish(client: Client, page: ArticlePage) -> None:
    fields = {"title": page.title, "slug": page.slug, "lead": "", "action-publish": "1", "comments-TOTAL_FORMS": "0"}
    fields |= {"comments-INITIAL_FORMS": "0", "body-count": "0"}
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields)
    assert answer.status_code == 302


def test_publishing_and_unpublishing_name_the_editor(article, editor, client_for):
    client = client_for(editor)
    publish(client, article)
    client.post(reverse("wagtailadmin_pages:unpublish", args=[article.pk]))
    who = str(editor.public_id)
    assert events(article) == [("page.published", who), ("page.unpublished", who)]
    assert first_fault() is None


def test_whoever_publishes_is_named_not_whoever_wrote(article, editor, make_person, client_for):
    writer = make_person("Wanda Writer", Role.EDITOR)
    article.save_revision(user=writer)
    publish(client_for(editor), article)
    assert events(article) == [("page.published", str(editor.public_id))]


def test_a_lesson_too(enrolment: Enrolment, editor: User, client_for: ClientFor) -> None:
    make_course(enrolment.programme, lessons=(1,))
    lesson = LessonPage.objects.get()
    client_for(editor).post(reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]))
    [event] = Event.objects.filter(verb="page.unpublished")
    assert (event.target_id, event.data) == (str(lesson.pk), {"kind": "lessonpage"})


def test_the_trail_shows_it_in_words(article, editor, registrar, client_for):
    publish(client_for(editor), article)
    page = client_for(registrar).get("/audit/").content.decode()
    assert "<strong>Edda Editor</strong> published a page" in page


# The privacy page

SECTIONS = (
    "What is stored about trainees",
    "Who sees what",
    "How long it stays",
    "Cookies and what stays in your browser",
)


def test_everybody_finds_the_privacy_page_in_the_footer(client: Client) -> None:
    assert '<a href="/privacy/">Privacy</a>' in client.get("/verify/").content.decode()
    page = client.get("/privacy/").content.decode()
    assert "<h1>Privacy</h1>" in page
    assert "What a public check shows" in page


def test_it_names_whom_to_ask(client: Client) -> None:
    assert "has not entered its name and address here yet" in client.get("/privacy/").content.decode()
    OrganisationSettings.objects.create(
        site=Site.objects.get(is_default_site=True), name="Example Society", contact_email="privacy@example.org"
    )
    page = client.get("/privacy/").content.decode()
    assert "Example Society operates this site" in page
    assert '<a href="mailto:privacy@example.org">' in page


def test_an_editor_changes_it_and_nobody_makes_a_second_one(editor: User, client_for: ClientFor) -> None:
    page = PrivacyPage.objects.get()
    client = client_for(editor)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    add = reverse("wagtailadmin_pages:add", args=["content", "privacypage", page.get_parent().pk])
    assert client.get(add).status_code in (302, 403)


def test_unpublished_it_is_not_linked(client: Client) -> None:
    client.get("/verify/")
    PrivacyPage.objects.get().unpublish()
    assert ">Privacy</a>" not in client.get("/verify/").content.decode()


def test_the_footer_costs_no_query_while_it_is_kept(client: Client, django_assert_num_queries) -> None:
    client.get("/verify/")
    with django_assert_num_queries(0):
        client.get("/verify/")


def test_it_says_what_exams_store_where_it_belongs(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    stored, who, how_long, rest = (page.index(f">{heading}</h2>") for heading in SECTIONS)
    assert stored < page.index("no diagnosis is asked for") < who
    assert stored < page.index("Exam sessions: in which one you have or had a seat") < who
    assert who < page.index("Exam administrators see the accommodations of everybody") < how_long
    assert how_long < page.index(f"Signals of browsers are removed after {presence.KEPT.days} days") < rest


def test_it_says_what_is_stored_of_whoever_asks_to_be_told(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    how_long, rest = (page.index(f">{heading}</h2>") for heading in SECTIONS[2:])
    assert page.index(">What a public check shows</h2>") < page.index("can ask to be told by mail when it is revoked")
    removed = f"removed after {CONFIRM_WITHIN.days} days, and every address {KEPT_AFTER_REVOCATION.days} days after"
    assert how_long < page.index(removed) < rest


def test_it_says_what_the_register_and_its_log_hold(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    stored, who, how_long, rest = (page.index(f">{heading}</h2>") for heading in SECTIONS)
    assert stored < page.index("If another name was asked for your certificate") < who
    assert who < page.index("Registrars see requests for another name") < how_long
    assert how_long < page.index("Entries of the public log are never removed") < rest
    assert f"removed {KEPT_AFTER_REVOCATION.days} days after the certificate was replaced" in page
    shown = page.index(">What a public check shows</h2>")
    assert shown < page.index("While it is suspended, a check shows") < page.index("stands in a public log")


def test_a_privacy_page_of_the_organisations_own_keeps_every_word(client: Client, editor: User) -> None:
    page = PrivacyPage.objects.get()
    script = importlib.import_module("content.migrations.0006_privacy_of_exams")
    own = [{"type": "heading", "value": "Who sees what", "id": "1"}, {"type": "text", "value": "<p>We.</p>", "id": "2"}]
    page.body = json.dumps(own)
    page.save_revision(user=editor)
    page.save()
    script.add_to_pages(apps, None)
    for found in (PrivacyPage.objects.get(), PrivacyPage.objects.get().get_latest_revision_as_object()):
        blocks = [(block["type"], block["value"]) for block in found.body.raw_data]
        assert blocks[:3] == [("heading", "Who sees what"), ("text", "<p>We.</p>"), ("text", script.WHO)]
        assert [value for kind, value in blocks if kind == "heading"][1:] == [
            "What is stored about trainees",
            "How long it stays",
        ]
        assert len(blocks) == 7


def test_the_tree_of_pages_is_sound(db: None) -> None:
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_site_that_has_pages_already_gets_it_beside_them(enrolment: Enrolment) -> None:
    make_course(enrolment.programme, lessons=(1,))
    PrivacyPage.objects.get().delete()
    script = importlib.import_module("content.migrations.0004_privacy_text")
    for _ in range(2):  # a second time changes nothing
        script.create_privacy_page(apps, None)
    assert PrivacyPage.objects.get().get_parent().specific == HomePage.objects.get()
    assert Page.find_problems() == ([], [], [], [], [])


# Its statements against the code


def text() -> str:
    return str(PrivacyPage.objects.get().body)


def test_every_cookie_of_the_site_is_named(client, trainee, settings):
    client.force_login(trainee)
    client.get("/home/")
    client.get("/courses/apply/")
    known = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "time_zone"}
    assert set(client.cookies) <= known
    words = ("A session cookie", "protects forms", "a message to the next page", "the time zone of your browser")
    assert all(word in text() for word in words)


def test_a_check_leaves_no_row_behind(client: Client) -> None:
    def rows() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = rows()
    client.get("/verify/", {"number": "TMS-AAAAA-BBBBB-CCCCC-DD"}, follow=True)
    client.post("/verify/", {"file": SimpleUploadedFile("certificate.pdf", b"%PDF-1.7 nothing")})
    assert rows() == before
    assert "neither who checked nor which certificate" in text()


def test_pages_ask_no_other_host(client: Client) -> None:
    policy = client.get("/privacy/")["Content-Security-Policy"]
    assert "http" not in policy
    assert "load nothing from other hosts" in text()
