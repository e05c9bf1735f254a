"""What a promise comes to for one cycle: an amount to count, and for days and dates an instant it aims at.

Not here: counting (``reckon``), and what is promised to whom (``target``).

Layer: sla.
"""

from __future__ import annotations

from deskcore._value import from_us, to_us
from deskcore.errors import NeverHappens
from deskcore.hours import Calendar, WorkingDays
from deskcore.sla.state import Need, Terms


def need_of(terms: Terms, start: int, calendar: Calendar) -> Need | None:
    """What terms ask of a cycle that began at ``start`` (microseconds of UTC); ``None``: nothing, it only measures."""
    if terms.is_plain:
        return terms.need
    try:
        return _anchored(terms, start, calendar)
    except NeverHappens:
        return None


def _anchored(terms: Terms, start: int, calendar: Calendar) -> Need | None:
    if terms.until is not None:
        return _by_date(terms, start, to_us(terms.until), calendar)
    if type(terms.within) is WorkingDays:
        days = calendar.add(from_us(start), terms.within, end_of_day=terms.end_of_day)
        return _aimed_at(to_us(days), terms, start, calendar)
    need = terms.need
    if need is None:
        return None
    if terms.out_of_hours and not calendar.is_open_us(start):
        need = Need(need.us + terms.out_of_hours.microseconds)
    if not terms.then_elapsed:
        return need
    return _aimed_at(calendar.add_us(start, need.us) + terms.then_elapsed.microseconds, terms, start, calendar)


def _by_date(terms: Terms, start: int, until: int, calendar: Calendar) -> Need | None:
    due: int | None = until
    if not terms.is_elapsed and not calendar.is_open_us(until):
        due = calendar.next_change_us(until)
    return None if due is None else _aimed_at(due, terms, start, calendar, fixed=True)


def _aimed_at(due: int, terms: Terms, start: int, calendar: Calendar, *, fixed: bool = False) -> Need:
    end = max(due, start)
    return Need(end - start if terms.is_elapsed else calendar.between_us(start, end), due, fixed)
