"""How instants are written, from the TOML form of a mapping.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore._value import FrozenDict
from deskcore.adapters.logs.instants import FORMATS, InstantFormat, zone_named
from deskcore.adapters.logs.mapping import InstantColumn
from deskcore.adapters.logs.tables import TableReader
from deskcore.errors import InvalidValue

KEYS = ("format", "zone", "words")


def instant_column(table: TableReader, name: str, time: InstantFormat) -> InstantColumn | None:
    """A column of instants: its name, or a table with its own format."""
    if isinstance(table.take(name), dict):
        inner = table.table(name)
        column = inner.text("column", required=True)
        form = instant_format(inner, time)
        inner.end()
    else:
        column, form = table.text(name), time
    return InstantColumn(column, form) if column else None


def instant_format(table: TableReader, default: InstantFormat) -> InstantFormat:
    """The format that a table tells; what it does not say is that of ``default``."""
    formats = _formats(table, default)
    words = table.words("words") if table.has("words") else default.words
    zone = table.text("zone") or default.zone
    if zone is not None and zone != default.zone:
        try:
            zone_named(zone)
        except InvalidValue as error:
            table.wrong("zone", f"{error.rule} (got {zone!r})", "unknown_zone")
            zone = "UTC"  # stands in, so that the other faults can still be looked for
    return InstantFormat(formats[0], zone, formats[1:], FrozenDict(words))


def _formats(table: TableReader, default: InstantFormat) -> tuple[str, ...]:
    said = table.take("format")
    if said is None:
        return default.formats
    formats = table.texts("format") if isinstance(said, list) else (table.text("format", default.format),)
    if not formats:
        table.wrong("format", "must be a format, or a list of some to be tried in turn", "format")
        return default.formats
    return tuple(form for form in formats if _is_format(table, form)) or default.formats


def _is_format(table: TableReader, form: str) -> bool:
    if form not in FORMATS and "%" not in form:
        message = f"must be one of {', '.join(FORMATS)} or hold % directives (got {form!r})"
        table.wrong("format", message, "format")
        return False
    if "%Z" in form.removesuffix("%Z") or (form.endswith("%Z") and not form.endswith(" %Z")):
        message = f"reads a zone's name only at the end, after a space: ' %Z' (got {form!r})"
        table.wrong("format", message, "format")
        return False
    return True


def only_formats(table: TableReader, also: Iterable[str] = ()) -> None:
    """Note every key of a table of formats that is none."""
    table.end((*KEYS, *also))
