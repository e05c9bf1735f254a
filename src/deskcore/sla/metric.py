"""The named stopwatches: each a constructor of ``Stopwatch``, nothing more.

``pause_on`` says whose waiting stops the clock; the defaults are those of the field's common practice. Not here: how
long is promised (``Target``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from deskcore.errors import UnknownName
from deskcore.sla.cue import (
    NO_CUE,
    SETTLED,
    Answered,
    Begins,
    Contact,
    Cue,
    Ends,
    HasAssignee,
    HeldBy,
    InPhase,
    InStatus,
    Opening,
    Reply,
    Unanswered,
    WaitsOn,
    Whom,
)
from deskcore.sla.stopwatch import Cycles, OnReopen, Stopwatch


def first_response(
    *, pause_on: tuple[Whom, ...] = (), stop_fulfils: bool = True, outbound_counts: bool = False
) -> Stopwatch:
    """From the requester's first word (opening the ticket is one) to the first public reply a person of staff wrote.

    A ticket that staff opened waits for the requester's first message; earlier replies do not count. With
    ``stop_fulfils``, resolving or closing without a reply fulfils it. With ``outbound_counts`` it starts at the
    opening, whoever opened it. Never again after the first.

    >>> print(first_response())
    first_response: from a message of the requester, until a reply or the ticket is resolved or closed
    """
    done = SETTLED if stop_fulfils else NO_CUE
    start: Cue = Opening() | Contact() if outbound_counts else Contact()
    return Stopwatch("first_response", start=start, stop=Reply(), done=done, pause=_waits(pause_on))


def next_response(
    *,
    pause_on: tuple[Whom, ...] = (),
    stop_fulfils: bool = True,
    after_first_reply: bool = True,
    creation_counts: bool = False,
) -> Stopwatch:
    """From the oldest unanswered message of the requester to the next reply; a cycle for each.

    Further messages do not move an open cycle. Messages before the first reply belong to ``first_response``, unless
    ``after_first_reply`` is off; then ``creation_counts`` says whether opening the ticket is such a message. With
    ``stop_fulfils``, resolving answers, and a message on a resolved ticket counts when it is taken up again.

    >>> print(next_response(stop_fulfils=False))
    next_response: from a message of the requester and staff had replied before, until a reply
    """
    start: Cue = Contact()
    if after_first_reply:
        start &= Answered()
    elif not creation_counts:
        start &= ~Opening()
    done = SETTLED if stop_fulfils else NO_CUE
    if stop_fulfils:
        start |= Ends(SETTLED) & Unanswered()
    return Stopwatch("next_response", start=start, stop=Reply(), done=done, pause=_waits(pause_on), cycles="each")


def periodic_update(*, pause_on: tuple[Whom, ...] = (), from_opening: bool = False) -> Stopwatch:
    """From each reply to the next one, or to the end: no requester is left without word for long.

    >>> print(periodic_update())
    periodic_update: from a reply, until a reply or the ticket is resolved or closed
    """
    start: Cue = Opening() | Reply() if from_opening else Reply()
    return Stopwatch("periodic_update", start, Reply(), SETTLED, _waits(pause_on), cycles="each")


def resolution(
    *, pause_on: tuple[Whom, ...] = ("requester",), on_reopen: OnReopen = "continue_excluding_closed"
) -> Stopwatch:
    """From opening to resolving or closing, without the time the requester was waited for.

    >>> print(resolution())
    resolution: from the opening, until the ticket is resolved or closed; not while the ticket waits for requester
    """
    return _until_settled("resolution", pause_on, on_reopen)


def requester_wait(*, on_reopen: OnReopen = "continue_excluding_closed") -> Stopwatch:
    """How long the requester waits for us: it stops counting only while we wait for them; a vendor's hold counts."""
    return _until_settled("requester_wait", ("requester",), on_reopen)


def agent_work(*, on_reopen: OnReopen = "continue_excluding_closed") -> Stopwatch:
    """How long the ticket is in our own hands: neither the requester's nor a vendor's or partner's time counts."""
    return _until_settled("agent_work", ("requester", "vendor", "partner"), on_reopen)


def total_resolution(*, on_reopen: OnReopen = "continue_excluding_closed") -> Stopwatch:
    """From opening to resolving or closing; nothing pauses it."""
    return _until_settled("total_resolution", (), on_reopen)


def first_resolution(*, pause_on: tuple[Whom, ...] = ("requester",)) -> Stopwatch:
    """From opening to the first resolving or closing; reopening changes nothing."""
    return _until_settled("first_resolution", pause_on, "first_only")


def time_to_own(*, pause_on: tuple[Whom, ...] = (), again: bool = False) -> Stopwatch:
    """From opening until somebody has the ticket, or works on it, or has settled it.

    With ``again`` a ticket that is put back into a queue needs an owner anew, a cycle each time; being worked on says
    nothing then, only a person's name does.
    """
    if again:
        start = Opening() | (Ends(HasAssignee()) & ~SETTLED)
        return Stopwatch("time_to_own", start, done=HasAssignee() | SETTLED, pause=_waits(pause_on), cycles="each")
    owned = HasAssignee() | InPhase(("active", "resolved", "closed"))
    return Stopwatch("time_to_own", start=Opening(), done=owned, pause=_waits(pause_on))


def start_by() -> Stopwatch:
    """From opening until work begins. A target of zero means the first open instant."""
    return Stopwatch("start_by", start=Opening(), done=InPhase(("active", "resolved", "closed")))


def pausable_update(*, pause_on: tuple[Whom, ...] = ("requester",), from_opening: bool = False) -> Stopwatch:
    """As ``periodic_update``, without the time the requester is waited for; a vendor's hold runs unless listed."""
    return attrs.evolve(periodic_update(pause_on=pause_on, from_opening=from_opening), name="pausable_update")


def ownership(
    name: str,
    *,
    team: str | None = None,
    desk: str | None = None,
    pause_on: tuple[Whom, ...] = (),
    cycles: Cycles = "each",
) -> Stopwatch:
    """How long a group, or a partner's desk, has the ticket: each stay is a cycle, ended by leaving or settling.

    With ``cycles="cumulative"`` all stays count towards one target; with ``"last_only"`` only the last is judged.

    >>> print(ownership("network_ola", team="network"))
    network_ola: from it begins that team network has the ticket and not (the ticket is resolved or closed), until not \
(team network has the ticket) or the ticket is resolved or closed
    """
    held = HeldBy(team=team, desk=desk)
    return Stopwatch(name, Begins(held & ~SETTLED), done=~held | SETTLED, pause=_waits(pause_on), cycles=cycles)


def vendor_fix(*, pause_on: tuple[Whom, ...] = ()) -> Stopwatch:
    """From handing over to a vendor until the ticket comes back or is settled; each hand-over is a cycle."""
    away = WaitsOn(("vendor",))
    return Stopwatch("vendor_fix", Begins(away), done=~away, pause=_waits(pause_on), cycles="each")


def vendor_response(desk: str, *, pause_on: tuple[Whom, ...] = ("requester", "internal")) -> Stopwatch:
    """From handing over to a partner's desk until its first reply or hand-back; each hand-over is a cycle."""
    held = HeldBy(desk=desk)
    return Stopwatch("vendor_response", Begins(held), Reply(), ~held | SETTLED, _waits(pause_on), cycles="each")


def reach_stage(name: str, statuses: tuple[str, ...], *, outside: tuple[str, ...] = ()) -> Stopwatch:
    """From opening until the ticket enters one of some statuses, or is settled; the time ``outside`` does not count."""
    pause = InStatus(outside) if outside else NO_CUE
    return Stopwatch(name, Opening(), done=InStatus(statuses) | SETTLED, pause=pause)


def handoff_ack(name: str, team: str) -> Stopwatch:
    """From a transfer to a team until somebody of it takes the ticket or replies; each transfer is a cycle."""
    held = HeldBy(team=team)
    taken = ~held | SETTLED | HasAssignee()
    return Stopwatch(name, Begins(held & ~SETTLED), Reply(), taken, cycles="each")


STANDARD: Final[Mapping[str, Callable[[], Stopwatch]]] = MappingProxyType(
    {
        "first_response": first_response,
        "next_response": next_response,
        "periodic_update": periodic_update,
        "pausable_update": pausable_update,
        "resolution": resolution,
        "requester_wait": requester_wait,
        "agent_work": agent_work,
        "total_resolution": total_resolution,
        "first_resolution": first_resolution,
        "time_to_own": time_to_own,
        "start_by": start_by,
        "vendor_fix": vendor_fix,
    }
)
"""The named metrics that need no further word, and their constructors; ``ownership``, ``vendor_response``,
``reach_stage`` and ``handoff_ack`` ask whose or which, and go into a policy's ``stopwatches``."""

REOPENABLE: Final = frozenset({"resolution", "requester_wait", "agent_work", "total_resolution"})
"""The metrics for which a policy's ``on_reopen`` speaks."""


def standard(name: str) -> Stopwatch:
    """A named stopwatch with its defaults.

    Raises:
        UnknownName: no metric has that name.
    """
    try:
        make = STANDARD[name]
    except KeyError:
        raise UnknownName("metric", name, tuple(STANDARD)) from None
    return make()


def _until_settled(name: str, pause_on: tuple[Whom, ...], on_reopen: OnReopen) -> Stopwatch:
    return Stopwatch(name, start=Opening(), done=SETTLED, pause=_waits(pause_on), on_reopen=on_reopen)


def _waits(pause_on: tuple[Whom, ...]) -> Cue:
    return WaitsOn(pause_on) if pause_on else NO_CUE
