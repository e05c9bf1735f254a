"""Damaged calendars from a seed: real texts and documents with a few things changed, as many as anybody has time for.

Hypothesis looks for the smallest fault and shrinks it; this only looks at many. The same seed gives the same inputs.
"""

from __future__ import annotations

import copy
import json
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import FrameType
from typing import Any, Final

from deskcore.hours import Calendar, EveryYear, Holidays, OnDates, Recurring, Special
from deskcore.wire import Converter

WIRE: Final = Converter()
CLOSED: Final = OnDates.of([(date(2026, 12, 25), "Christmas Day")])
OFFICE: Final = Calendar.weekly(
    "Mon-Fri 09:00-12:30 13:30-18:00; Sat 10:00-14:00",
    tz="Europe/Amsterdam",
    holidays=["NL", Holidays("DE", subdivision="BY", language="de", beyond_known="no_holidays"), date(2026, 12, 31)],
    breaks="Wed 15:00-15:15",
    dated={date(2026, 12, 24): "09:00-12:00"},
    dated_breaks={"2026-06-05": "10:00-11:00"},
    extra={"2026-12-26": "10:00-14:00"},
    special=[
        Special(EveryYear("06-01", "08-31", "summer"), "Mon-Fri 08:00-15:00", over_holidays=True),
        Special(Recurring("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 1), "stocktaking"), "12:00-18:00", "break"),
    ],
    name="office",
)
NIGHT: Final = Calendar.weekly("Mon-Sun 22:00-06:00", tz="Pacific/Apia")
YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

TEXTS: Final = (
    "Mon-Fri 09:00-17:00",
    "mo-fr 9:00-12:30 13:30-18:00; sa 10:00-14:00; Dec 24-31 off",
    "Mon-Fri 09:00-17:00; Fri 09:00-15:00; PH off",
    "Mon 06:00-20:00,20:00-10:00; PH 10:00-14:00",
    'Mon-Sun 22:00-06:00; 2026 Dec 31 off "stocktaking"',
    "24/7; Dec 24-Jan 02 09:00-12:00",
    "Mon-Fri 09:00:30-24:00; Jun-Aug Mon-Fri 08:00-15:00",
    "Mon,Wed,Fri 00:00-24:00; 2026-12-31,2027-12-31 off",
    "Sat-Mon 10:00-12:00; Feb 09:00-12:00; Dec 25 Sun off",
    "off",
    "",
)
DURATIONS: Final = ("4h", "90m", "1h 30m", "3 days", "-4 business hours", "2 working days", "1 h 15 min", "1.5 hours")
DOCUMENTS: Final[tuple[Any, ...]] = (
    *(
        json.loads(WIRE.dumps(calendar))
        for calendar in (
            OFFICE,
            NIGHT,
            OFFICE | NIGHT,
            (OFFICE & ~NIGHT).named("both"),
            OFFICE - NIGHT,
            Calendar.always(tz="+05:45") | Calendar.never(),
            NIGHT.restricted(*YEAR, name="fair"),
            Calendar.versions(NIGHT, (date(2026, 3, 1), OFFICE), (date(2027, 3, 1), NIGHT | OFFICE)),
            OFFICE.pin(*YEAR),
        )
    ),
    {"hours": "Mon-Fri 09:00-17:30", "tz": "Europe/Amsterdam", "holidays": ["NL", "2026-12-31"]},
    {"hours": {"mon": ["09:00-12:00", ["13:00", "17:00"]]}, "tz": "UTC", "dated": {"2026-12-24": "09:00-12:00"}},
    "24/7",
)

WORDS: Final = (
    *("Mon", "Sunday", "Mon-Fri", "Fr-Mo", "PH", "off", "closed", "24/7", "Dec", "Dec 24", "Feb 30", "2026", "2026-02-29", ";", ","),
    *("09:00", "9-17", "24:00", "24:30", "61:61", "09:00-17:00", "00:00-00:00", "23:59:60", "-", " ", '"', '"x"', "\t", "\n", "\0"),
    *("\u0660\u0669:\u0660\u0660", "é", "\u2013", "\ud800", "\N{GRINNING FACE}", "\u0661", "²", "%s", "{}", "9" * 30, "-0", "1e400", "4h", "days", "business", "."),
)  # fmt: skip
LEAVES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 10**30, 1.5, -0.0, float("inf"), float("nan"), "", [], {}, [[]], {"type": "weekly"}),
    *("UTC", "Europe/Paris", "../etc", "Nowhere/Land", "+26:00", "NL", "ZZ", "weekly", "union", "pinned", "object", "12-24", "02-30"),
    *("FREQ=DAILY", "FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=99999", "FREQ=WEEKLY;BYDAY=9XX"),
    *("2026-01-01", "0001-01-01", "9999-12-31", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "9999-12-31T23:59:59-23:59"),
)  # fmt: skip
RULES: Final = (
    "FREQ=",
    "INTERVAL=0;",
    "COUNT=0;",
    "BYSETPOS=366;",
    "BYWEEKNO=53;",
    "UNTIL=00010101;",
    "BYEASTER=0;",
    "BYDAY=-5MO;",
)


class Hang(BaseException):
    """An input took longer than its bound; no ``except Exception`` on the way can hide it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise Hang in the midst of whatever runs longer; on systems without alarms there is no bound."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Damage:
    """Draws damaged inputs, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self, sound: tuple[str, ...] = TEXTS) -> str:
        """A sound text after one to five changes."""
        found = self.chance.choice(sound)
        for _ in range(self.chance.randrange(1, 6)):
            found = self._worse(found, sound)
        return found

    def _worse(self, text: str, sound: tuple[str, ...]) -> str:
        pick = self.chance
        a, b = sorted((pick.randrange(len(text) + 1), pick.randrange(len(text) + 1)))
        short = min(b, a + 4)
        changes: tuple[Callable[[], str], ...] = (
            lambda: text[:a] + text[short:],
            lambda: text[:a] + pick.choice(WORDS + RULES) + text[a:],
            lambda: text[:a] + pick.choice(WORDS) + text[short:],
            lambda: text[:a] + text[a:b] * pick.choice((2, 3, 40)) + text[b:],
            lambda: text[:a] + chr(pick.choice((pick.randrange(128), pick.randrange(0x11_0000)))) + text[a + 1 :],
            lambda: text[:a] + text[a:b].swapcase() + text[b:],
            lambda: text[:a] + str(pick.randrange(100)) + text[short:],
            lambda: f"{text}; {pick.choice(sound)}",
        )
        return pick.choice(changes)()[:5_000]

    def document(self) -> Any:
        """Plain data: a sound document after one to four changes anywhere in it."""
        whole: Any = {"": copy.deepcopy(self.chance.choice(DOCUMENTS))}
        for _ in range(self.chance.randrange(1, 5)):
            places = list(_places(whole))
            self._damaged(*self.chance.choice(places), places)
        return whole.get("", whole)

    def raw(self) -> str:
        """JSON text: that of a sound document with characters changed."""
        text = json.dumps(self.chance.choice(DOCUMENTS))
        for _ in range(self.chance.randrange(1, 4)):
            text = self._worse(text, (text,))
        return text

    def _damaged(self, inside: Any, step: Any, places: list[tuple[Any, Any]]) -> None:
        pick, here = self.chance, inside[step]
        kind = pick.randrange(8)
        if isinstance(here, str) and kind < 4:
            inside[step] = self._worse(here, TEXTS)
        elif kind < 2:
            inside[step] = copy.deepcopy(pick.choice(LEAVES))  # what is drawn may be damaged further
        elif kind == 2:
            other, place = pick.choice(list(_places({"": pick.choice(DOCUMENTS)})))
            inside[step] = copy.deepcopy(other[place])
        elif kind == 3 and len(inside) > 1:
            del inside[step]
        elif kind == 4 and isinstance(inside, dict):
            inside[pick.choice([str(key) for _, key in places] + list(WORDS))] = inside.pop(step)
        elif kind == 5:
            inside[step] = _nested(here, pick.choice((1, 1, 2, 30, 3_000)), pick.choice(("members", "base", None)))
        elif kind == 6 and isinstance(here, list):
            here.extend(list(here) * pick.choice((1, 3)))
        else:
            inside[step] = pick.randrange(-(10**6), 10**6) if pick.random() < 0.5 else self.text()


def _places(whole: Any) -> Iterator[tuple[Any, Any]]:
    """Every value of a document as the container that holds it and its key or index."""
    rest = [whole]
    while rest:
        part = rest.pop()
        for step in list(part) if isinstance(part, dict) else range(len(part)):
            yield part, step
            if isinstance(part[step], dict | list):
                rest.append(part[step])


def _nested(inner: Any, depth: int, key: str | None) -> Any:
    for _ in range(depth):
        inner = [inner] if key is None else {"type": "complement" if key == "base" else "union", key: inner}
    return inner
