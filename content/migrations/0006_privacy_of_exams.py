"""Says on the privacy page what exams store since its text was written: accommodations, sessions, signals of browsers."""

from django.db import migrations

from content.migrations._privacy_page import adding

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
add_to_pages = adding(*ADDITIONS)


class Migration(migrations.Migration):
    dependencies = [("content", "0005_glossary"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(add_to_pages, migrations.RunPython.noop)]
