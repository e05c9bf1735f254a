"""Signals: what clocks announce by themselves as time passes, dated when it became true, and when to look next.

``signals`` is a pure question about a window, so it does not matter how often or how late it is asked. What was
announced is remembered by the event ``Signalled``; ``owed`` is the rest. Not here: telling anybody.

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore._value import aware, from_us, to_us
from deskcore.sla.events import Signalled
from deskcore.sla.reckon import Crossing, crossings
from deskcore.sla.setup import SlaSetup
from deskcore.sla.signal_kind import SignalKind
from deskcore.sla.state import Cycle, SlaState


@final
@attrs.frozen
class Signal:
    """A clock warns, or is breached.

    ``key`` is the same however often it is found: ``ticket/policy/metric/cycle/kind[/threshold]``. ``at`` is the first
    instant at which it is true (for a breach: due and a microsecond); ``known_at`` the first at which it could be
    known, later than ``at`` when an event behind it was recorded late. ``due`` is the line that was crossed: the
    instant the share was used up, or due itself.
    """

    key: str
    kind: SignalKind
    metric: str
    cycle: int
    policy: str
    at: datetime = attrs.field(validator=aware)
    known_at: datetime = attrs.field(validator=aware)
    due: datetime = attrs.field(validator=aware)
    threshold: str | None = None

    def event(self) -> Signalled:
        """What to record so that it is announced once."""
        return Signalled(self.key, self.kind, self.metric, self.cycle, self.policy, self.due, self.threshold)

    def explain(self) -> str:
        """One line: what, since when."""
        if self.kind == "breached":
            return f"{self.metric} was due {_stamp(self.due)} and is breached"
        return f"{self.metric} warns at {_told(self.threshold)}, reached {_stamp(self.due)}"

    def to_dict(self) -> dict[str, str | int | None]:
        """For programs: every field, instants as ISO 8601."""
        return {
            "key": self.key,
            "kind": self.kind,
            "metric": self.metric,
            "cycle": self.cycle,
            "policy": self.policy,
            "at": self.at.isoformat(),
            "known_at": self.known_at.isoformat(),
            "due": self.due.isoformat(),
            "threshold": self.threshold,
        }


def signals(state: SlaState, setup: SlaSetup, *, after: datetime, until: datetime) -> tuple[Signal, ...]:
    """What can first be known after ``after`` and up to ``until`` (that end is included), by ``known_at``.

    >>> from datetime import timedelta
    >>> from deskcore.testing.sla import START, sample
    >>> [signal.key for signal in signals(*sample(), after=START, until=START + timedelta(hours=3))]
    ['T-1/house/first_response/1/warned/0.8', 'T-1/house/first_response/1/breached']

    Two windows that meet give together what one over both gives. A window in the future answers as if nothing more
    happens. Linear in the cycles of the case.

    Raises:
        InvalidValue: an instant is naive.
    """
    low, high = to_us(after, "after"), to_us(until, "until")
    return tuple(_signal(found, setup) for found in _all(state, setup) if low < found[2].known_us <= high)


def owed(state: SlaState, setup: SlaSetup, *, at: datetime) -> tuple[Signal, ...]:
    """What is known at ``at`` and was not announced yet, earliest first: record each one's ``event()``.

    >>> from datetime import timedelta
    >>> from deskcore.testing.sla import START, sample
    >>> owed(*sample(), at=START + timedelta(hours=2))[0].explain()
    'first_response warns at 80% of the target, reached Thu 26 Mar 2026 10:36'

    Raises:
        InvalidValue: ``at`` is naive.
    """
    at_us = to_us(at)
    return tuple(
        _signal(found, setup)
        for found in _all(state, setup)
        if found[2].known_us <= at_us and found[0] not in state.announced
    )


def next_change(state: SlaState, setup: SlaSetup, *, at: datetime) -> datetime | None:
    """When a clock next has something to announce if nothing happens: ``at`` itself when something is owed.

    >>> from deskcore.testing.sla import START, sample
    >>> print(next_change(*sample(), at=START))
    2026-03-26 09:36:00+00:00

    ``None``: never without a new event. Something is announced at the instant answered, and nothing before.

    Raises:
        InvalidValue: ``at`` is naive.
    """
    at_us = to_us(at)
    earliest: int | None = None
    for key, _, crossing in _all(state, setup):
        if key not in state.announced and (earliest is None or crossing.known_us < earliest):
            earliest = crossing.known_us
    return None if earliest is None else at if earliest <= at_us else from_us(earliest)


def _all(state: SlaState, setup: SlaSetup) -> list[tuple[str, Cycle, Crossing]]:
    found = [
        (_key(state.ticket, cycle, crossing), cycle, crossing)
        for track in state.tracks
        for cycle in track.cycles
        for crossing in crossings(cycle, track.goals, setup)
        # What happened before a ticket was adopted happened elsewhere: clocks show it, nobody is told again.
        if state.known_from_us is None or crossing.us > state.known_from_us
    ]
    if state.exemptions:
        found = [(key, cycle, told) for key, cycle, one in found if (told := _counted(state, one)) is not None]
    found.sort(key=lambda one: (one[2].known_us, one[2].us, one[0]))
    return found


def _counted(state: SlaState, crossing: Crossing) -> Crossing | None:
    """A line crossed while its metric was exempt is not told, or only once the exemption is lifted."""
    metric = crossing.goal.terms.metric
    if state.exemption(metric, crossing.us) is None:
        return crossing
    lifted = (one for one in state.exemptions if one.lifted and one.us > crossing.us and one.metric in {None, metric})
    back = next((one for one in lifted if state.exemption(metric, one.us) is None), None)
    return back and crossing._replace(us=back.us, known_us=max(back.us, back.known_us, crossing.known_us))


def _key(ticket: str, cycle: Cycle, crossing: Crossing) -> str:
    terms = crossing.goal.terms
    head = f"{ticket}/{terms.policy}/{terms.metric}/{cycle.number}"
    return f"{head}/breached" if crossing.threshold is None else f"{head}/warned/{crossing.threshold}"


def _signal(found: tuple[str, Cycle, Crossing], setup: SlaSetup) -> Signal:
    key, cycle, crossing = found
    terms = crossing.goal.terms
    zone = setup.calendar(terms.calendar).tz
    return Signal(
        key,
        "breached" if crossing.threshold is None else "warned",
        terms.metric,
        cycle.number,
        terms.policy,
        from_us(crossing.us, zone),
        from_us(crossing.known_us, zone),
        from_us(crossing.crossed_us, zone),
        crossing.threshold,
    )


def _told(threshold: str | None) -> str:
    text = threshold or ""
    return text if text.endswith("left") else f"{float(text or 0):.0%} of the target"


def _stamp(at: datetime) -> str:
    return f"{at:%a %d %b %Y %H:%M}"
