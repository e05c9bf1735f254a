"""The app, as ``INSTALLED_APPS`` names it: ``examples.django_desk.apps.Tickets``."""

from __future__ import annotations

from django.apps import AppConfig


class Tickets(AppConfig):
    """Tables of a desk, and of what this shop sells."""

    name = "examples.django_desk"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
