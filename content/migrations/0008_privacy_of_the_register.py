"""Says on the privacy page what the life of a certificate and the public log store and show."""

from django.db import migrations

from content.migrations._privacy_page import adding

STORED = (
    "<ul><li>If another name was asked for your certificate: the name, the reason and the explanation, who asked and "
    "when, who proposed and confirmed it, or why it was declined. Documents are looked at and not stored.</li>"
    "<li>If your certificate was held back before it was issued, suspended or put back into force: when, by whom and "
    "why, with a note for the registrars.</li></ul>"
)
SHOWN = (
    "<p>A certificate can also be suspended or replaced. While it is suspended, a check shows since when, the reason and "
    "the public text of the registrar. Of one that was issued again with another name, a check shows the old name and "
    "the day on which it was replaced, and neither the new name nor the new number: only you can give them on.</p>"
    "<p>Whoever asked to be told of changes also gets a mail when the certificate is suspended, comes back into force "
    "or is replaced.</p>"
    "<p>That a certificate was issued, suspended, given back, replaced or revoked also stands in a public log that "
    "anybody may copy. An entry holds the checksums of badge and PDF, what happened and the day; no name, number or "
    "address. Only who has the file can tell that an entry is about it.</p>"
)
WHO = (
    "<ul><li>Registrars see requests for another name, notes of suspensions, and who is held back and why. You see "
    "your own requests and what everybody sees.</li></ul>"
)
HOW_LONG = (
    "<p>Requests for another name, suspensions and holds are kept as long as the certificate. Entries of the public log "
    "are never removed, here or where others copied them. An address that is told of changes is also removed 30 "
    "days after the certificate was replaced.</p>"
)
ADDITIONS = (
    ("What is stored about trainees", STORED),
    ("What a public check shows", SHOWN),
    ("Who sees what", WHO),
    ("How long it stays", HOW_LONG),
)
add_to_pages = adding(*ADDITIONS)


class Migration(migrations.Migration):
    dependencies = [("content", "0007_privacy_of_watches")]
    operations = [migrations.RunPython(add_to_pages, migrations.RunPython.noop)]
