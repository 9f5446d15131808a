"""Files of lessons. They live in the private storage; a view that checks permission hands them out."""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Any

from django.core.files.images import get_image_dimensions
from django.core.files.storage import Storage, storages
from django.core.validators import FileExtensionValidator
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

CONTENT_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
VIEW_BOX = re.compile(rb'viewBox="0 0 (\d+)(?:\.\d+)? (\d+)')
HEAD_BYTES = 4096  # a drawing says how large it is at its beginning


def private_storage() -> Storage:
    """Return the storage that has no address of its own (S-29)."""
    return storages["private"]


class LessonFile(models.Model):
    """What figures and recordings share: a name, the file, and its digest, by which it is served and cached."""

    key = models.CharField(max_length=200, unique=True, help_text="Where it comes from, such as m01-history/coil.svg.")
    digest = models.CharField(max_length=64, db_index=True, editable=False)

    class Meta:
        """By key."""

        abstract = True
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the digest in step with the file."""
        with self.file.open("rb") as stream:  # type: ignore[attr-defined] # each kind has its own file field
            self.digest = hashlib.sha256(stream.read()).hexdigest()
            stream.seek(0)
            super().save(*args, **kwargs)

    @property
    def content_type(self) -> str:
        """The media type, from the ending of the file's name."""
        suffix = PurePosixPath(self.file.name).suffix.lower()  # type: ignore[attr-defined]
        return CONTENT_TYPES.get(suffix, "application/octet-stream")


@register_snippet
class Figure(LessonFile):
    """A drawing of a lesson. Its description stands where it is used."""

    file = models.FileField(
        upload_to="figures/",
        storage=private_storage,
        max_length=255,
        validators=[FileExtensionValidator(["svg", "png", "jpg", "webp"])],
    )

    panels = [FieldPanel("key"), FieldPanel("file")]

    @property
    def dimensions(self) -> tuple[int, int] | None:
        """Width and height, so that a page keeps the place free while the file is on its way; None when unknown."""
        with self.file.open("rb") as stream:
            if self.content_type == "image/svg+xml":
                found = VIEW_BOX.search(stream.read(HEAD_BYTES))
                return (int(found[1]), int(found[2])) if found else None
            width, height = get_image_dimensions(stream)
            return (width, height) if width and height else None


@register_snippet
class Recording(LessonFile):
    """A sound or film of a lesson. Its transcript stands where it is used."""

    file = models.FileField(
        upload_to="recordings/",
        storage=private_storage,
        max_length=255,
        validators=[FileExtensionValidator(["mp3", "m4a", "ogg", "mp4", "webm"])],
    )

    panels = [FieldPanel("key"), FieldPanel("file")]

    @property
    def is_video(self) -> bool:
        """Say whether there is something to see."""
        return self.content_type.startswith("video/")
