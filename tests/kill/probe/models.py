"""What the probe's jobs leave behind."""

from django.db import models


class Done(models.Model):
    """The result of one job: there must be one each, however often the job was begun."""

    number = models.IntegerField(unique=True)

    def __str__(self) -> str:
        return str(self.number)


class Run(models.Model):
    """One start of one job."""

    number = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.number)
