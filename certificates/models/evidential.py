"""Rows that are evidence."""

from typing import NoReturn

from django.db import models


class Evidential(models.Model):
    """A row that is evidence: saved once, never removed. Triggers in the database say the same."""

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Insert only, so that a change fails here with a plain message."""
        if not self._state.adding:
            raise TypeError(f"A {self._meta.verbose_name} is evidence and cannot be changed.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Refuse."""
        raise TypeError(f"A {self._meta.verbose_name} is evidence and cannot be deleted.")
