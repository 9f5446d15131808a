"""Drawings and pictures of items as files. They have no public address (S-10)."""

from django.http import Http404, HttpResponse

from exams.models import ItemDrawing

# A drawing opened by itself may style itself and do nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def drawing_response(drawing: ItemDrawing | None) -> HttpResponse:
    """Return a drawing, or raise `Http404`. No header tells which one it is."""
    if drawing is None:
        raise Http404
    return HttpResponse(drawing.content, content_type=drawing.media_type, headers={"Content-Security-Policy": POLICY})
