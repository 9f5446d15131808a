"""Puts a privacy page with a true text about this software beneath the home page; editors change it in the CMS."""

import json
import uuid

from django.db import migrations
from django.utils import timezone
from wagtail.models import Page as Tree

TITLE = "Privacy"
LEAD = "What this site stores about you, who sees it, how long it stays, and what a public check shows."
TEXT = [
    ("heading", "What is stored about everybody with an account"),
    (
        "text",
        "<ul><li>Your name, email address, time zone, and your roles with the days they began and ended.</li>"
        "<li>Your password as a hash that cannot be turned back, and your second factor if you set one up.</li>"
        "<li>While you are signed in: which browser you use and your network address, so that you can see your "
        "sessions under Account and end them.</li>"
        "<li>What you did here that matters to others, with its time: the audit trail. It names you by a number, not "
        "by name, and cannot be changed.</li></ul>",
    ),
    ("heading", "What is stored about trainees"),
    (
        "text",
        "<ul><li>Your application: the pathway, the answers you gave, and the decision with its reason. That you are "
        "18 or older is stored as a yes; no date of birth is asked. You state whether you can do the tasks; no "
        "diagnosis is asked.</li>"
        "<li>Which lessons you completed and when, and which one you opened last. Answers to practice questions are not stored.</li>"
        "<li>Each exam attempt: every answer with the time it reached us and the time your device claimed, flags, "
        "when you began and ended, when you went on at another device, and the result.</li>"
        "<li>Each practical: who assessed you, when and where, every entry with its time, the signed record, and "
        "your answer to it.</li>"
        "<li>Your certificates: number, name as issued, what was assessed, and the signed file.</li></ul>",
    ),
    ("heading", "What is stored about assessors and staff"),
    (
        "text",
        "<ul><li>What you entered in checklists, your signatures with their times, and what entitled you to assess.</li>"
        "<li>Relationships that you declared and that keep you from assessing somebody.</li>"
        "<li>Your decisions: admissions, planned practicals, revocations, granted and ended roles.</li></ul>",
    ),
    ("heading", "What a public check shows"),
    (
        "text",
        "<p>Anybody who has the number of a certificate, or its PDF, can check it without an account. The answer "
        "shows the holder’s name, the credential and programme, the issuer, the day of issue and the end of validity, "
        "the number, what was assessed, and whether it is valid or revoked. For a revoked one it also shows the day, "
        "the reason and the public text of the registrar. It shows no address, no exam points and no answers. There "
        "is no public list of holders.</p>",
    ),
    ("heading", "What is stored about people who check a certificate"),
    (
        "text",
        "<p>Nothing about the check itself: neither who checked nor which certificate. A PDF that you drop is read "
        "and forgotten; it is not stored. To keep the check quick for everybody, requests are counted for a "
        "minute under a scrambled form of your network address.</p>",
    ),
    ("heading", "Who sees what"),
    (
        "text",
        "<ul><li>You see your own data.</li>"
        "<li>Registrars see applications, exam results, practical records and certificates. Exam administrators see "
        "exam results and practical records. Both see the audit trail.</li>"
        "<li>Assessors see the trainees whom they assess, and the records that they signed.</li>"
        "<li>Editors and item authors see no data about trainees.</li>"
        "<li>Employers see what a public check shows, and nothing else.</li></ul>"
        "<p>The pages load nothing from other hosts and count no visitors.</p>",
    ),
    ("heading", "How long it stays"),
    (
        "text",
        "<p>Exam answers, results, signed practical records, certificates, revocations and the audit trail are "
        "evidence: they are kept for as long as this site runs, and the software refuses to change or remove them. "
        "Accounts, applications and course progress are kept until the organisation removes them on request; nothing "
        "of it is removed by itself. Browser and network address go within two days after you were last here.</p>",
    ),
    ("heading", "Cookies and what stays in your browser"),
    (
        "text",
        "<ul><li>A session cookie while you are signed in. It goes when you close the browser.</li>"
        "<li>A cookie that protects forms from other sites, for one year.</li>"
        "<li>A cookie that carries a message to the next page.</li>"
        "<li>A cookie with the time zone of your browser, so that times are shown on your clock, for one year.</li>"
        "<li>Answers of an exam or entries of a checklist that have not reached us yet wait in your browser, and are "
        "removed when they have. Whether you use letter keys in the exam is kept there too.</li></ul>"
        "<p>None of them follows you to other sites.</p>",
    ),
    ("heading", "What is logged"),
    (
        "text",
        "<p>The server writes a line when something fails or is refused: the time, what happened, the address of the "
        "page, and a random number of the request. It writes no answers, passwords or network addresses. To stop "
        "guessing of passwords, failed tries are counted for some minutes by network address and email address. "
        "Whoever runs the machines may keep logs of their own in front of this site.</p>",
    ),
    ("heading", "No patient data"),
    (
        "text",
        "<p>Nothing about patients belongs here. Fields for remarks say so, and look for what resembles a "
        "patient’s details.</p>",
    ),
]


def create_privacy_page(apps, schema_editor):
    Page = apps.get_model("wagtailcore.Page")
    PrivacyPage = apps.get_model("content.PrivacyPage")
    home = apps.get_model("content.HomePage").objects.order_by("path").first()
    if (
        home is None
        or PrivacyPage.objects.exists()
        or Page.objects.filter(url_path=f"{home.url_path}privacy/").exists()
    ):
        return
    ContentType = apps.get_model("contenttypes.ContentType")
    kind, _ = ContentType.objects.get_or_create(model="privacypage", app_label="content")
    last = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).order_by("path").last()
    path = Tree(path=last.path)._inc_path() if last else Tree._get_path(home.path, home.depth + 1, 1)
    now = timezone.now()
    PrivacyPage.objects.create(
        title=TITLE,
        draft_title=TITLE,
        slug="privacy",
        lead=LEAD,
        body=json.dumps([{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in TEXT]),
        content_type=kind,
        locale_id=home.locale_id,
        path=path,
        depth=home.depth + 1,
        numchild=0,
        url_path=f"{home.url_path}privacy/",
        show_in_menus=False,
        search_description=LEAD,
        first_published_at=now,
        last_published_at=now,
    )
    Page.objects.filter(pk=home.pk).update(numchild=home.numchild + 1)


def remove_privacy_page(apps, schema_editor):
    apps.get_model("content.PrivacyPage").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("content", "0003_privacy_page")]
    operations = [migrations.RunPython(create_privacy_page, remove_privacy_page)]
