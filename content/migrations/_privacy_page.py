"""Adding to the privacy page in a migration.

An organisation may have rewritten its page. So each addition goes behind its heading where that still stands, and to
the end of the page where it does not; nothing that is there is changed. A draft that waits gets the same.
"""

import json
import uuid


def add(blocks, additions):
    """Put each addition, a heading and its text, at the end of the section of its heading, or of the page."""
    blocks = list(blocks)
    for heading, text in additions:
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


def adding(*additions):
    """Return the function of a migration that makes these additions to every privacy page and its newest draft."""

    def add_to_pages(apps, schema_editor):
        drafts = []
        for page in apps.get_model("content.PrivacyPage").objects.all():
            page.body = json.dumps(add(page.body.raw_data, additions))
            page.save(update_fields=["body"])
            drafts.append(page.latest_revision_id)
        # Earlier revisions stay as they are: they show what people could read then.
        for revision in apps.get_model("wagtailcore.Revision").objects.filter(pk__in=drafts):
            revision.content["body"] = json.dumps(add(json.loads(revision.content["body"]), additions))
            revision.save(update_fields=["content"])

    return add_to_pages
