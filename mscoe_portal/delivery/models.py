import random

from django.db import models


class GenerationQuerySet(models.QuerySet):
    def move(self):
        """Declare every finished page out of date: what they are made with (code, templates, styles) may be new."""
        # Never 0, which stands for "unknown".
        self.update(token=random.randint(1, 2**62))  # noqa: S311 - no secret


class Generation(models.Model):
    """The one row whose token says which state of the public site is current.

    Triggers of the database give it a new random token in the transaction of the change itself (`triggers.py`).
    Random, not counted: a database that is restored from a backup never meets a token of the time after the backup.
    """

    token = models.BigIntegerField(default=0)

    objects = GenerationQuerySet.as_manager()

    def __str__(self):
        return str(self.token)
