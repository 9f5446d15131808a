"""How large a drawing is, so that a page keeps its place free."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from content.models import Figure

pytestmark = pytest.mark.django_db


def figure(name: str, content: bytes) -> Figure:
    row = Figure(key=name)
    row.file.save(name, ContentFile(content))
    return row


@pytest.mark.parametrize(
    ("content", "dimensions"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 640"></svg>', (420, 640)),
        (b'<svg viewBox="0 0 420.5 640.25"></svg>', (420, 640)),
        (b"<svg></svg>", None),
    ],
)
def test_a_drawing_says_how_large_it_is(content: bytes, dimensions: tuple[int, int] | None) -> None:
    assert figure("coil.svg", content).dimensions == dimensions


def test_a_picture_says_how_large_it_is() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (32, 18)).save(picture, "PNG")
    assert figure("coil.png", picture.getvalue()).dimensions == (32, 18)


def test_what_cannot_be_measured_has_no_size() -> None:
    assert figure("coil.png", b"no picture").dimensions is None
