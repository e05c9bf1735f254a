"""A week of local hours, as text in a normal form and as seconds of each day.

``Mon-Fri 09:00-12:30,13:30-18:00; Sat 10:00-14:00``: what is stored, compared and saved is that text, so a calendar's
JSON reads as people write it. Not here: dates, holidays, zones.

Layer: hours. Imports errors only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from deskcore.errors import InvalidValue

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Names are ours, not the locale's: the same text on any machine."""
DAY_SECONDS: Final = 86_400
_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)


class Span(NamedTuple):
    """Local hours in seconds after the start of their date; ``end`` exceeds a day when it lies on the next one.

    >>> str(Span(22 * 3600, 30 * 3600)), str(Span(0, 86_400))
    ('22:00-06:00', '00:00-24:00')
    """

    start: int
    end: int

    def __str__(self) -> str:
        if self.end - self.start > DAY_SECONDS:  # what merging may leave: said as two that touch
            middle = self.end - DAY_SECONDS
            return f"{Span(self.start, middle)},{Span(middle, self.end)}"
        return f"{clock(self.start)}-{clock(self.end if self.end <= DAY_SECONDS else self.end - DAY_SECONDS)}"


class Mistake(ValueError):
    """Text outside the grammar: where in the text, and what would be accepted there."""

    def __init__(self, column: int, rule: str) -> None:
        super().__init__(column, rule)
        self.column = column
        self.rule = rule


def clock(second: int) -> str:
    """A time of day as text, seconds only where there are some.

    >>> clock(34_200), clock(86_400), clock(5)
    ('09:30', '24:00', '00:00:05')
    """
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def seconds_of(text: str, column: int = 0) -> int:
    """The seconds after midnight that ``HH:MM`` or ``HH:MM:SS`` names, up to 24:00.

    >>> seconds_of("09:30"), seconds_of("24:00")
    (34200, 86400)
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise Mistake(column, f"expected a time such as 09:00 or 17:30:15, found {text!r}")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if minute > 59 or second > 59:  # noqa: PLR2004 - minutes of an hour, seconds of a minute
        raise Mistake(column, f"an hour has 60 minutes and a minute 60 seconds, found {text!r}")
    total = hour * 3600 + minute * 60 + second
    if total > DAY_SECONDS:
        raise Mistake(column, f"expected a time within the day, 00:00 to 24:00, found {text!r}")
    return total


def span_of(text: str, column: int = 0) -> Span:
    """The hours that ``09:00-17:30`` names. An end at or before its start lies on the next date.

    >>> span_of("22:00-06:00")
    Span(start=79200, end=108000)
    """
    opens, dash, closes = text.partition("-")
    if not dash:
        raise Mistake(column, f"expected hours such as 09:00-17:30, found {text!r}")
    start = seconds_of(opens.strip(), column)
    if start == DAY_SECONDS:
        raise Mistake(column, "hours start before 24:00; write 00:00 of the next day")
    end = seconds_of(closes.strip(), column + len(opens) + 1)
    if end <= start:
        end += DAY_SECONDS
    return Span(start, end)


def merged_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of one date in order; those that touch or overlap become one, up to two days long.

    >>> merged_spans([span_of("12:00-17:00"), span_of("09:00-12:00")])
    (Span(start=32400, end=61200),)
    """
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


Week = tuple[tuple[Span, ...], ...]


def day_number(name: str) -> int | None:
    """Monday is 0; ``Mo``, ``Mon``, ``Monday`` and any case are the same; None for anything else.

    >>> day_number("tu"), day_number("Sunday"), day_number("PH")
    (1, 6, None)
    """
    word = name.lower()
    for number, full in enumerate(_LONG):
        if word in {full, full[:2], full[:3], full[:4]}:
            return number
    return None


def days_text(days: Sequence[int]) -> str:
    """Weekdays as people write them; empty for the whole week.

    >>> days_text([0, 1, 2, 4]), days_text(range(7))
    ('Mon-Wed,Fri', '')
    """
    if len(days) == len(DAYS):
        return ""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else ("-" if len(run) > 2 else ",").join((DAYS[run[0]], DAYS[run[-1]]))  # noqa: PLR2004
        for run in runs
    )


def week_text(week: Week) -> str:
    """The normal form of a week; ``off`` when it never opens, ``24/7`` when it always does.

    >>> week_text((merged_spans([span_of("09:00-17:00")]),) * 5 + ((), ()))
    'Mon-Fri 09:00-17:00'
    """
    if all(day == (Span(0, DAY_SECONDS),) for day in week):
        return "24/7"
    seen: dict[tuple[Span, ...], list[int]] = {}
    for number, spans in enumerate(week):
        if spans:
            seen.setdefault(spans, []).append(number)
    rules = [f"{days_text(days)} {','.join(map(str, spans))}".strip() for spans, days in seen.items()]
    return "; ".join(rules) or "off"


@lru_cache(maxsize=1024)
def week_of(text: str, *, merge: bool = False) -> Week:
    """Read a week: rules apart by ``;``, each ``days hours``, hours apart by commas or blanks; later rules win.

    Hours of one day that overlap are refused as a slip of the pen, or with ``merge`` count once.

    Raises:
        Mistake: with the column at which reading stopped.

    >>> week_text(week_of("Mo-Fr 9:00-12:00 13:00-17:00; Fr off"))
    'Mon-Thu 09:00-12:00,13:00-17:00'
    """
    week: list[tuple[Span, ...]] = [()] * 7
    column = 0
    for rule in text.split(";"):
        if rule.strip():
            _read_rule(rule, column, week, merge=merge)
        column += len(rule) + 1
    return tuple(week)


def _read_rule(rule: str, column: int, week: list[tuple[Span, ...]], *, merge: bool) -> None:
    start = column + len(rule) - len(rule.lstrip())
    body = rule.strip()
    if body.lower() in {"off", "closed"}:
        week[:] = [()] * 7
        return
    if body == "24/7":
        week[:] = [(Span(0, DAY_SECONDS),)] * 7
        return
    days, rest, offset = read_days(body, start)
    if rest.lower() in {"off", "closed"}:
        spans: tuple[Span, ...] = ()
    else:
        spans = read_spans(rest, offset, merge=merge)
    for day in days:
        week[day] = spans


_DAYS: Final = re.compile(r"[A-Za-z]+(\s*[-,]\s*[A-Za-z]+)*", re.ASCII)


def read_days(body: str, column: int) -> tuple[list[int], str, int]:
    """Weekdays at the head of a rule, and what follows them with its column; no weekdays mean all seven."""
    match = _DAYS.match(body)
    if match is None or match[0].lower() in {"off", "closed"}:
        return list(range(7)), body, column
    found: set[int] = set()
    position = 0
    for part in match[0].split(","):
        found.update(_day_range(part, column + position))
        position += len(part) + 1
    rest = body[match.end() :]
    offset = column + match.end() + len(rest) - len(rest.lstrip())
    return sorted(found), rest.strip(), offset


def _day_range(part: str, column: int) -> list[int]:
    ends = [day_number(name.strip()) for name in part.split("-")]
    if None in ends or len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        raise Mistake(column, f"expected a weekday such as Mon or a range such as Mon-Fri, found {part.strip()!r}")
    first, last = ends[0], ends[-1]
    assert first is not None
    assert last is not None
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def read_spans(text: str, column: int, *, merge: bool = False) -> tuple[Span, ...]:
    """Hours apart by commas or blanks, merged where they touch; an overlap is refused unless ``merge``."""
    found: list[Span] = []
    for match in re.finditer(r"[^,\s][^,]*?(?=\s+\d|\s*,|\s*$)", text):
        span = span_of(match[0], column + match.start())
        if not merge and any(span.start < other.end and other.start < span.end for other in found):
            raise Mistake(column + match.start(), f"overlaps hours given before, found {match[0]!r}")
        found.append(span)
    if not found:
        raise Mistake(column, "expected hours such as 09:00-17:30, or off")
    return merged_spans(found)


def normal_week(field: str, text: str, *, merge: bool = False) -> str:
    """A week's text in its normal form.

    Raises:
        InvalidValue: the text is outside the grammar; the message points at the column.

    >>> normal_week("week", "mo-fr 9:00-17:00")
    'Mon-Fri 09:00-17:00'
    """
    try:
        return week_text(week_of(str(text), merge=merge))
    except Mistake as mistake:
        raise InvalidValue(field, text, f"is unreadable at column {mistake.column + 1}: {mistake.rule}") from None
