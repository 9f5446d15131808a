"""The body of a lesson as HTML, made once for each revision and kept (see `RenderedLesson`)."""

import hashlib
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from content.rules.typography import keep_together
from courses.models import LessonPage, RenderedLesson
from courses.reference import words_in_lesson


def body_html(lesson: LessonPage) -> SafeString:
    """Return the body of a live lesson: one query when it was rendered before by the same templates."""
    kept = RenderedLesson.objects.filter(pk=lesson.pk).first()
    if kept and (kept.revision, kept.renderer) == (lesson.live_revision_id, renderer_digest()):
        return mark_safe(kept.html)
    html = render_body(lesson)
    made = {"revision": lesson.live_revision_id, "renderer": renderer_digest(), "html": html}
    RenderedLesson.objects.update_or_create(pk=lesson.pk, defaults=made)
    return html


def render_body(lesson: LessonPage) -> SafeString:
    """Render the blocks, the words of the glossary and the sources of a lesson, published or draft."""
    addresses = lesson.block_addresses
    blocks = [child.render({**addresses, "block_id": child.id}) for child in lesson.body]
    words = words_in_lesson(lesson.code, blocks)
    parts = {"blocks": blocks, "words": words, "sources": list(lesson.sources.all())}
    return mark_safe(keep_together(render_to_string("courses/_lesson_body.html", parts)))


@cache
def renderer_digest() -> str:
    """Return a digest of everything that shapes the HTML, so that a new version of the product renders anew."""
    base = Path(__file__).resolve().parent
    folders = [base.parent / "content" / "templates" / "content" / "blocks", base / "templates" / "courses"]
    files = sorted(path for folder in folders for path in folder.glob("*.html"))
    digest = hashlib.sha256()
    code = [Path(__file__), base / "reference.py", base.parent / "content" / "blocks.py"]
    rules = [base.parent / "content" / "rules" / name for name in ("glossary.py", "typography.py")]
    for path in [*files, *code, *rules]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
