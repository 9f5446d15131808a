"""Says on the privacy page what exams store since its text was written: accommodations, sessions, signals of browsers.

An organisation may have rewritten its page. So each addition goes behind its heading where that still stands, and to
the end of the page where it does not; nothing that is there is changed. A draft that waits gets the same.
"""

import json
import uuid

from django.db import migrations

STORED = (
    "<ul><li>Accommodations, if you have any: more time, breaks, large print, a separate room or a reader, from which "
    "day to which, who granted it and when, and on what it rests: a document that was seen and given back, an earlier "
    "grant, the language of the exam, or a conversation. This can say something about your health. So no diagnosis is "
    "asked for, no document is stored, and the audit trail holds only that something was granted or ended.</li>"
    "<li>Exam sessions: in which one you have or had a seat, when and where, when you were admitted and by whom, or "
    "that you did not come. Mails tell you of your seats and practicals; they go to your address and, with a calendar "
    "file, to the calendar that you use.</li>"
    "<li>What people who run an exam did about your attempt, such as a pause or more time, with their notes.</li>"
    "<li>While an exam runs, signals of your browser: that you left the exam window or full screen, copied or pasted, "
    "came back after a lost connection, went on at another device, or that the network address or browser changed, "
    "not what they are. They decide nothing by themselves.</li></ul>"
)
WHO = (
    "<ul><li>Exam administrators see the accommodations of everybody, and you see your own. Who plans "
    "your practical, assesses you or supervises your exam sees what has to be prepared, and not what it rests on.</li>"
    "<li>Registrars see who has which seat. Invigilators see the candidates of their own sessions, how far each is, and "
    "the signals of their browsers; they see no questions and no answers.</li></ul>"
)
HOW_LONG = (
    "<p>Signals of browsers are removed after 90 days. Accommodations, also ended ones, stay with the exams in which "
    "they were used: they show why an attempt had its time. Seats and what invigilators did stay as long as the "
    "attempt.</p>"
)
ADDITIONS = (
    ("What is stored about trainees", STORED),
    ("Who sees what", WHO),
    ("How long it stays", HOW_LONG),
)


def add(blocks):
    """Put each addition at the end of the section of its heading, or of the page."""
    blocks = list(blocks)
    for heading, text in ADDITIONS:
        titles = [number for number, block in enumerate(blocks) if block.get("type") == "heading"]
        own = next((number for number in titles if blocks[number].get("value") == heading), None)
        new = [{"type": "text", "value": text, "id": str(uuid.uuid4())}]
        if own is None:
            new.insert(0, {"type": "heading", "value": heading, "id": str(uuid.uuid4())})
            place = len(blocks)
        else:
            place = next((number for number in titles if number > own), len(blocks))
        blocks[place:place] = new
    return blocks


def add_to_pages(apps, schema_editor):
    drafts = []
    PrivacyPage = apps.get_model("content.PrivacyPage")
    for page in PrivacyPage.objects.all():
        page.body = json.dumps(add(page.body.raw_data))
        page.save(update_fields=["body"])
        drafts.append(page.latest_revision_id)
    # Earlier revisions stay as they are: they show what people could read then.
    for revision in apps.get_model("wagtailcore.Revision").objects.filter(pk__in=drafts):
        revision.content["body"] = json.dumps(add(json.loads(revision.content["body"])))
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("content", "0005_glossary"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(add_to_pages, migrations.RunPython.noop)]
