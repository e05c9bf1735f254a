"""A Django with one database, for the tests and the page about it; a project has its settings."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings
from django.db import connection, connections


def database_at(path: Path) -> None:
    """Let Django use a SQLite file, new or not, with the tables of this app."""
    if not settings.configured:
        options = {"transaction_mode": "IMMEDIATE"}  # a transaction that reads and then writes never fails half-way
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}
        settings.configure(
            DATABASES={"default": database}, INSTALLED_APPS=["examples.django_desk.apps.Tickets"], USE_TZ=True
        )
        django.setup()
    connection.close()
    connections["default"].settings_dict["NAME"] = str(path)
    from django.apps import apps

    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("tickets").get_models():
            if model._meta.db_table not in there:  # noqa: SLF001 - Django's name for what it documents
                editor.create_model(model)
