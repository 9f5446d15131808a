"""Says on the privacy page what is stored of assessors, and of people who ask to be told about a certificate."""

from django.db import migrations

from content.migrations._privacy_page import adding

STORED = (
    "<ul><li>Of people who assess: what they are qualified for, from which day to which, their training and yearly "
    "calibration, and who recorded it. Where they signed with a passkey, its answer is kept with the record; it holds "
    "nothing of a finger or a face.</li></ul>"
)
SHOWN = (
    "<p>Whoever relies on a certificate can ask to be told by mail when it is revoked or ends, without an account. The "
    "address and the certificate are stored from the request on, and used for nothing else. The holder sees how "
    "many are told, and not who. Each mail has a link that ends it and removes the address at once.</p>"
)
HOW_LONG = (
    "<p>An address that nobody confirmed is removed after 7 days, and every address 30 days after the certificate was "
    "revoked.</p>"
)
ADDITIONS = (
    ("What is stored about trainees", STORED),
    ("What a public check shows", SHOWN),
    ("How long it stays", HOW_LONG),
)
add_to_pages = adding(*ADDITIONS)


class Migration(migrations.Migration):
    dependencies = [("content", "0006_privacy_of_exams")]
    operations = [migrations.RunPython(add_to_pages, migrations.RunPython.noop)]
