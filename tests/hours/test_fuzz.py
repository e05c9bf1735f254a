"""Whatever is written, a calendar or a typed error that names the place: never another exception, never a hang.

``make fuzz`` and the nightly run read a hundred thousand of each kind, the other profiles a few thousand.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import settings

from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue, OutOfRange
from deskcore.hours import Calendar, parse_duration
from tests.hours.fuzz import CLOSED, DOCUMENTS, DURATIONS, TEXTS, WIRE, Damage, Hang, within

LONG: Final = settings().max_examples > 100
COUNT: Final = 100_000 if LONG else 3_000
# Generous: a slow machine is no hang, and the slowest input of a hundred thousand took well under a second.
BOUND: Final = 20.0
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
COLUMN: Final = re.compile(r"at column (\d+)")

# `make fuzz` selects by this mark.
pytestmark = pytest.mark.hypothesis


def each(seed: int, draw: Callable[[Damage], Any], read: Callable[[Any], bool]) -> int:
    """Read COUNT inputs; how many of them were sound. Any exception is shown with its input."""
    damage, sound = Damage(seed), 0
    for number in range(COUNT):
        given = draw(damage)
        try:
            with within(BOUND):
                sound += read(given)
        except (Exception, Hang) as error:
            error.add_note(f"seed {seed}, input {number}: {shown(given)}")
            raise
    return sound


def shown(given: Any) -> str:
    try:
        return repr(given)[:2_000]
    except RecursionError:
        return "nested too deeply to be shown; draw it again"


def read_text(text: str) -> bool:
    try:
        calendar = Calendar.weekly(text, tz="UTC", holidays=CLOSED)
    except InvalidConfiguration as error:
        for problem in error.problems:
            place = COLUMN.search(problem.message)
            assert place, problem
            assert 1 <= int(place[1]) <= len(text) + 1
        return False
    calendar.next_change(AT)
    assert Calendar.weekly(calendar.to_text(), tz="UTC", holidays=CLOSED) == calendar
    return True


def read_document(document: Any) -> bool:
    return _answered(lambda: WIRE.load(document, Calendar))


def read_raw(text: str) -> bool:
    return _answered(lambda: WIRE.loads(text, Calendar))


def _answered(read: Callable[[], Calendar]) -> bool:
    try:
        calendar = read()
    except DecodeError as error:
        assert error.problems  # noqa: PT017
        assert all(problem.message for problem in error.problems)  # noqa: PT017
        return False
    assert WIRE.roundtrip(calendar) == calendar
    with suppress(OutOfRange):  # what is known of the hours may end before or begin later
        calendar.next_change(AT)
    return True


def read_duration(text: str) -> bool:
    try:
        amount = parse_duration(text)
    except InvalidValue as error:
        assert error.field == "duration"  # noqa: PT017
        return False
    assert parse_duration(str(amount)) == amount
    return True


@pytest.mark.parametrize(
    ("seed", "draw", "read"),
    [
        pytest.param(1, Damage.text, read_text, id="text"),
        pytest.param(2, Damage.document, read_document, id="document"),
        pytest.param(3, Damage.raw, read_raw, id="json"),
        pytest.param(4, lambda damage: damage.text(DURATIONS), read_duration, id="duration"),
    ],
)
def test_any_input_gives_a_value_or_a_typed_error(
    seed: int, draw: Callable[[Damage], Any], read: Callable[[Any], bool]
) -> None:
    """And the damage is of the right strength: some inputs survive it, some do not."""
    sound = each(seed, draw, read)
    assert COUNT * 0.01 < sound < COUNT * 0.95


def test_what_is_damaged_was_sound() -> None:
    assert all(read_text(text) for text in TEXTS)
    assert all(read_document(document) and read_raw(json.dumps(document)) for document in DOCUMENTS)
    assert all(read_duration(text) for text in DURATIONS)


def test_a_hang_would_be_noticed() -> None:
    with pytest.raises(Hang), within(0.01):
        time.sleep(5)
