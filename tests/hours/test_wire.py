"""Calendars as plain data: what goes out comes back, and nonsense is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import DecodeError, DeskcoreError
from deskcore.hours import Calendar
from deskcore.testing.hours import calendars
from deskcore.wire import Converter

WIRE = Converter()


@given(calendar=calendars())
@settings(max_examples=60)
def test_a_calendar_comes_back_from_json(calendar: Calendar) -> None:
    """Equal, whatever it is made of."""
    assert WIRE.roundtrip(calendar) == calendar


def test_a_calendar_reads_as_people_write_it() -> None:
    office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL")
    assert WIRE.dump(office) == {
        "hours": {
            "type": "weekly",
            "zone": "Europe/Amsterdam",
            "week": "Mon-Fri 09:00-17:30",
            "holidays": [{"type": "holidays", "country": "NL"}],
        }
    }


WORDS = st.sampled_from(
    ["weekly", "union", "always", "restricted", "on_dates", "holidays", "Europe/Paris", "Mon 09:00-17:00", "off", "NL", "2026-01-01",
     "2026-01-01T00:00:00Z", "replace", "", "FREQ=DAILY", "12-24"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["type", "zone", "week", "breaks", "holidays", "special", "hours", "days", "members", "base", "from_at", "first", "later", "country",
     "entries", "rule", "start_on", "name", "effect"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), WORDS)
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Random JSON, or the JSON of a calendar with something replaced in it."""
    if draw(st.booleans()):
        return draw(JUNK)
    document = json.loads(WIRE.dumps(draw(calendars(max_leaves=2))))
    here = document
    while isinstance(here, dict | list) and here:
        step = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if draw(st.integers(0, 2)) == 0:
            here[step] = draw(JUNK)
            break
        here = here[step]
    return document


def _check(document: Any) -> None:
    try:
        calendar = WIRE.load(document, Calendar)
    except DecodeError as error:
        assert error.problems  # noqa: PT017 - either outcome is right, silence is not
        return
    except DeskcoreError as error:
        pytest.fail(f"refused by {type(error).__name__}, which names no place: {error}")
    assert WIRE.roundtrip(calendar) == calendar


@given(document=documents())
@settings(max_examples=80)
def test_any_json_gives_a_calendar_or_a_typed_error(document: Any) -> None:
    """Never another exception, never a hang; the error names the place."""
    _check(document)
