"""What a desk needs of a database, as models, and one model of the shop's own.

Values are JSON text, written and read by ``deskcore.wire``.
"""

from __future__ import annotations

from django.db import models


class DeskEvent(models.Model):
    """The truth: append-only. The constraint lets one writer through; the other one's transaction is undone."""

    stream = models.CharField(max_length=200)
    seq = models.PositiveIntegerField()
    body = models.TextField()

    class Meta:
        """One event for each place in a stream."""

        constraints = (models.UniqueConstraint(fields=["stream", "seq"], name="one_event_a_place"),)
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.stream}/{self.seq}"


class DeskState(models.Model):
    """What a stream adds up to, and when its timer rings. A cache: ``desk.replay`` makes it again."""

    stream = models.CharField(max_length=200, primary_key=True)
    body = models.TextField()
    due_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.stream)


class DeskMessage(models.Model):
    """What people are to be told, stored with what it follows from, sent after the commit."""

    key = models.CharField(max_length=300, unique=True)
    body = models.TextField()
    sent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.key)


class Order(models.Model):
    """The shop's own: what somebody bought."""

    what = models.CharField(max_length=100)
    ticket = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.what} {self.ticket}"


class Wish(models.Model):
    """A command that is to be carried out once the transaction is committed, by a host with a database of its own."""

    id = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    command = models.TextField()
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.id)
